package argument

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// AboutProjectID is what the documents say of project_id.
const AboutProjectID = "The id of the Atlas project, 24 hexadecimal digits."

// exampleID is an id in the examples of messages.
const exampleID = "32b6e34b3d91647abb20e7b8"

var hex24 = regexp.MustCompile(`^[a-f0-9]{24}$`)

// IsProjectID is the rule of project_id.
var IsProjectID = IsID("the id of the Atlas project")

// IsID returns the rule of an id in Atlas: 24 hexadecimal digits in lower case. what says what
// it is the id of, and begins with "the id".
func IsID(what string) Rule {
	return func(id string) error {
		switch {
		case strings.HasPrefix(id, "arn:"):
			return fmt.Errorf("this is an ARN; write %s, 24 lower-case hexadecimal digits", what)
		case strings.Contains(id, "://"):
			return fmt.Errorf("this is a URL; write %s, 24 lower-case hexadecimal digits", what)
		case hex24.MatchString(strings.ToLower(id)) && !hex24.MatchString(id):
			return fmt.Errorf("write it in lower case: %q", strings.ToLower(id))
		case !hex24.MatchString(id):
			return fmt.Errorf("write %s, 24 lower-case hexadecimal digits such as %s", what, exampleID)
		}
		return nil
	}
}

// clusterName is the form of a cluster's name (documented).
var clusterName = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9-]*$`)

// maxClusterName is far longer than any name of a cluster.
const maxClusterName = 256

// AboutClusterName is what the documents say of cluster_name.
const AboutClusterName = "The name of the cluster."

// IsClusterName is the rule of cluster_name.
func IsClusterName(name string) error {
	if !clusterName.MatchString(name) || len(name) > maxClusterName {
		return errors.New("write the name of the cluster: letters, digits and hyphens, beginning with a letter or digit")
	}
	return nil
}

// IsAge is the rule of max_age.
func IsAge(age string) error {
	if d, err := time.ParseDuration(age); err != nil || d <= 0 {
		return errors.New("write a positive duration such as \"768h\" (32 days)")
	}
	return nil
}

// IsOneOf returns the rule of an argument that has only these values.
func IsOneOf(values ...string) Rule {
	return func(value string) error {
		if slices.Contains(values, value) {
			return nil
		}
		for _, v := range values {
			if strings.EqualFold(v, value) {
				return fmt.Errorf("write it as %q", v)
			}
		}
		var quoted []string
		for _, v := range values {
			quoted = append(quoted, strconv.Quote(v))
		}
		return errors.New("write " + Enumerate(quoted, "or"))
	}
}
