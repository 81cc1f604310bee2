package exportbucket_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// cliFaults are life cycles, each with a fault for the create and others for some of the
// refresh, the update in place and the destroy. BUCKETS and BUCKET are paths.
var cliFaults = map[string][]string{
	"the answer of the POST is lost": {
		`{"preset": "reset-after", "method": "POST", "path": "BUCKETS"}`,
		`{"preset": "503", "method": "GET", "path": "BUCKET"}`,
		`{"preset": "502-after", "method": "DELETE", "path": "BUCKET"}`,
	},
	"a proxy answers the POST": {
		`{"preset": "502-after", "method": "POST", "path": "BUCKETS"}`,
		`{"preset": "404-html", "method": "GET", "path": "BUCKET", "times": 2}`,
		`{"preset": "in-use", "method": "DELETE", "path": "BUCKET"}`,
	},
	"too many requests": {
		`{"status": 429, "code": "RATE_LIMITED", "retryAfter": "1", "method": "POST", "path": "BUCKETS"}`,
		`{"preset": "reset", "method": "GET", "path": "BUCKET", "times": 2}`,
		`{"preset": "cut-after", "method": "PATCH", "path": "BUCKET"}`,
		`{"preset": "404-html", "method": "DELETE", "path": "BUCKET"}`,
	},
	"the role is not known yet": {
		`{"preset": "cannot-assume-role", "method": "POST", "path": "BUCKETS", "times": 2}`,
		`{"preset": "500", "method": "GET", "path": "BUCKETS"}`,
		`{"preset": "html-after", "method": "DELETE", "path": "BUCKET"}`,
	},
	"the POST is not answered": {
		`{"preset": "hold-after", "method": "POST", "path": "BUCKETS"}`,
		`{"preset": "502-html", "method": "GET", "path": "BUCKET"}`,
		`{"preset": "405-upgrade", "method": "DELETE", "path": "BUCKET"}`,
	},
	"the answer of the POST is not readable": {
		`{"preset": "half-json-after", "method": "POST", "path": "BUCKETS"}`,
		`{"preset": "401", "method": "GET", "path": "BUCKETS", "skip": 1}`,
		`{"preset": "500-after", "method": "PATCH", "path": "BUCKET"}`,
	},
}

func TestCLILifeCycleWithFaults(t *testing.T) {
	cli := acctest.RequireCLI(t)
	for name, faults := range cliFaults {
		t.Run(name, func(t *testing.T) {
			atlas := acctest.StartAtlas(t, emulator.Options{})
			for _, text := range faults {
				setParsedFault(t, atlas, text)
			}
			config := awsBucket.With(acctest.Values{"disable_auto_export_on_destroy": true})
			block := hcl(atlas, config)
			if name == "the POST is not answered" {
				block = strings.Replace(block, "  project_id", "  timeouts = { create = \"5s\" }\n  project_id", 1)
			}
			var id string
			exact := func(state *terraform.State) error {
				held := atlas.ExportBuckets(acctest.ProjectID)
				made := state.RootModule().Resources[address].Primary.ID
				if len(held) != 1 || held[0].ID != made || id != "" && id != made {
					return fmt.Errorf("the state has %s, and had %q, and Atlas has %+v", made, id, held)
				}
				id = made
				return nil
			}
			// Each step ends with an empty plan, with and without a refresh.
			cli.Test(t, atlas,
				resource.TestStep{Config: block, Check: exact},
				resource.TestStep{
					PreConfig: func() { atlas.SetAutoExport(acctest.ProjectID, "cluster", id) },
					Config:    hcl(atlas, config.With(acctest.Values{"require_private_networking": true})),
					Check:     exact,
				},
			)
			for _, fault := range atlas.Faults() {
				if fault.Hits != max(fault.Times, 1) {
					t.Errorf("%d hits of %+v", fault.Hits, fault.Fault)
				}
			}
		})
	}
}

// setParsedFault sets a fault as the emulator's control endpoint takes it.
func setParsedFault(t *testing.T, atlas *acctest.Atlas, text string) {
	t.Helper()
	fault, err := emulator.ParseFault([]byte(strings.NewReplacer("BUCKETS", bucketsPath, "BUCKET", bucketPath).Replace(text)))
	if err == nil {
		err = atlas.AddFault(fault)
	}
	if err != nil {
		t.Fatal(err)
	}
}
