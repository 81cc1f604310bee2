package exportbucket

import (
	"slices"
	"strings"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// Sentences of the documents that more than one of the resource, the data sources and the
// list has.
const (
	aboutCloudProvider = "The cloud of the storage: `" + atlas.AWS + "`, `" + atlas.Azure + "` or `" + atlas.GCP + "`."
	aboutID            = "The id of the export bucket in Atlas, 24 hexadecimal digits."
	aboutReplacement   = "A change creates a new export bucket."
)

var (
	aboutRegion   = attributeByName("region").about() + ". Null on other clouds, and if Atlas has no region for the bucket."
	aboutTenantID = attributeByName("tenant_id").about() + ". Null on other clouds."
)

// about begins the sentence on what the value of an attribute is.
func (a cloudAttribute) about() string {
	return argument.Capitalize(a.what)
}

// aboutUse is what the documents call the use of an argument on a cloud.
var aboutUse = map[use]string{required: "required", optional: "optional", refused: "not allowed"}

// rule is the sentence on what each cloud does with an argument.
func (a cloudAttribute) rule() string {
	var parts []string
	for _, u := range []use{required, optional, refused} {
		if on := a.on(u); on != "" {
			parts = append(parts, aboutUse[u]+" on "+on)
		}
	}
	return argument.Capitalize(strings.Join(parts, ", ") + ".")
}

// on lists the clouds with one of these uses, as the documents name them.
func (a cloudAttribute) on(uses ...use) string {
	names := map[string]string{atlas.AWS: "AWS", atlas.Azure: "Azure", atlas.GCP: "Google Cloud"}
	var on []string
	for _, cloud := range clouds {
		if slices.Contains(uses, a.clouds[cloud]) {
			on = append(on, names[cloud])
		}
	}
	return argument.Enumerate(on, "and")
}

// whereAllowed lists the clouds that accept the argument.
func (a cloudAttribute) whereAllowed() string { return a.on(optional, required) }
