package exportbucket

import (
	"fmt"
	"strings"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// Sentences of the documents that more than one of the resource, the data sources and the
// list has.
const (
	aboutProjectID     = "The id of the Atlas project, 24 hexadecimal digits."
	aboutCloudProvider = "Where the storage is: `" + atlas.AWS + "`, `" + atlas.Azure + "` or `" + atlas.GCP + "`."
	aboutID            = "The id of the export bucket in Atlas, 24 hexadecimal digits."
	aboutRegion        = "The AWS region of the bucket, which Atlas finds by itself some seconds after the creation. Null on other clouds, " +
		"and for buckets of which Atlas has none."
	aboutTenantID = "The Azure tenant of the service principal. Null on other clouds."

	aboutReplacement = "A change makes a new export bucket."
)

// describe joins sentences on an attribute, and ends with what the API calls it.
func describe(name string, sentences ...string) string {
	return strings.Join(sentences, " ") + " Atlas: `" + fieldOf(name) + "`."
}

// about begins the sentence on what the value of an argument is.
func (a argument) about() string {
	return strings.ToUpper(a.what[:1]) + a.what[1:]
}

// rule is the sentence on what each cloud does with an argument.
func (a argument) rule() string {
	var parts []string
	for _, n := range []need{required, optional, refused} {
		if on := a.on(n); on != "" {
			parts = append(parts, n.String()+" on "+on)
		}
	}
	sentence := strings.Join(parts, ", ") + "."
	return strings.ToUpper(sentence[:1]) + sentence[1:]
}

// on lists the clouds with that need, as the documents name them.
func (a argument) on(n need) string {
	names := map[string]string{atlas.AWS: "AWS", atlas.Azure: "Azure", atlas.GCP: "Google Cloud"}
	var on []string
	for _, cloud := range clouds {
		if a.clouds[cloud] == n {
			on = append(on, names[cloud])
		}
	}
	return enumerate(on, "and")
}

// aboutTimeouts is what holds of every limit.
var aboutTimeouts = fmt.Sprintf("Limits of the operations, with all that they wait for and try again. Each operation has `%s` at the least.", short(minTimeout))

// aboutAppliedTimeouts is what holds of the resource's limits, and not of those that come
// from the configuration each time.
const aboutAppliedTimeouts = "A refresh and a destroy use the values that were applied last. Apply new ones with `terraform apply -refresh=false` " +
	"where a refresh runs out of time, and before a destroy: a change of `timeouts` alone asks Atlas nothing."

func aboutTimeout(doing string) string {
	return fmt.Sprintf("How long %s, as a positive duration such as `90s` or `5m`. Default `%s`.", doing, short(timeout))
}

// short writes a duration, whole minutes as 5m and not as 5m0s.
func short(d time.Duration) string {
	if minutes, whole := strings.CutSuffix(d.String(), "m0s"); whole {
		return minutes + "m"
	}
	return d.String()
}
