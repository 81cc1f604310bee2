package main

import (
	"fmt"
	"regexp"
	"strings"
)

// demoCluster is a cluster that the project has from the start.
type demoCluster struct {
	name    string
	exports bool // to every new export bucket
}

// clusterName is what Atlas takes for the name of a cluster.
var clusterName = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9-]*$`)

// parseCluster reads NAME or NAME,exports.
func parseCluster(text string) (demoCluster, error) {
	name, exports := strings.CutSuffix(text, ",exports")
	if !clusterName.MatchString(name) {
		return demoCluster{}, fmt.Errorf("it is neither the name of a cluster, which has letters, digits and hyphens, nor such a name with ,exports behind it")
	}
	return demoCluster{name: name, exports: exports}, nil
}
