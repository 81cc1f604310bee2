package exportbucket_test

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

var capital = regexp.MustCompile(`[A-Z]`)

func TestDescriptionsEndWithTheFieldOfTheAPI(t *testing.T) {
	fields := map[string]string{"project_id": "groupId"} // of the path
	for _, f := range reflect.VisibleFields(reflect.TypeFor[atlas.ExportBucket]()) {
		field, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		name := strings.ToLower(capital.ReplaceAllString(strings.TrimPrefix(field, "_"), "_$0"))
		fields[name] = field
	}
	schemas := acctest.Unconfigured(t).Schema
	plural := schemas.DataSourceSchemas["atlasbackup_export_buckets"].Block.Attributes
	results := slices.IndexFunc(plural, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == "results" })
	described := 0
	for where, attributes := range map[string][]*tfprotov6.SchemaAttribute{
		"resource":           schemas.ResourceSchemas["atlasbackup_export_bucket"].Block.Attributes,
		"data source":        schemas.DataSourceSchemas["atlasbackup_export_bucket"].Block.Attributes,
		"plural data source": plural,
		"results":            plural[results].NestedType.Attributes,
		"list":               schemas.ListResourceSchemas["atlasbackup_export_bucket"].Block.Attributes,
	} {
		for _, a := range attributes {
			switch field := fields[a.Name]; {
			case field == "":
				if strings.Contains(a.Description, "Atlas: ") {
					t.Errorf("%s: Atlas does not know %s: %s", where, a.Name, a.Description)
				}
			case !strings.HasSuffix(a.Description, " Atlas: `"+field+"`."):
				t.Errorf("%s: %s does not end with %s: %s", where, a.Name, field, a.Description)
			default:
				described++
			}
		}
	}
	if described < 30 {
		t.Errorf("only %d attributes have a field", described)
	}
}

// Every argument of the resource says what a change of it does.
func TestDescriptionsSayWhatAChangeDoes(t *testing.T) {
	for _, a := range acctest.Unconfigured(t).Schema.ResourceSchemas["atlasbackup_export_bucket"].Block.Attributes {
		if a.Name == "timeouts" || !a.Required && !a.Optional {
			continue
		}
		if !strings.Contains(a.Description, "change creates a new export bucket.") && !strings.Contains(a.Description, "Updated in place") {
			t.Errorf("%s: %s", a.Name, a.Description)
		}
	}
}
