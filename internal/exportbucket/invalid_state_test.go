package exportbucket_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// noIDs are values that are no id of Atlas', nil for null.
var noIDs = []any{nil, "", " ", ".", "..", "/", "../..", "%2e%2e", "snapshots", "65b2f1d09b3d0e4c5a6f7081/x", "65b2f1d09b3d0e4c5a6f7081\n",
	"65B2F1D09B3D0E4C5A6F7081", "65b2f1d09b3d0e4c5a6f708", "65b2f1d09b3d0e4c5a6f70811"}

func TestAStateWithoutIDsOfAtlasSendsNothing(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, awsBucket)
		before := len(atlas.Requests())
		calls := map[string]func(acctest.Resource) (acctest.Resource, acctest.Diagnostics){
			"read":    func(r acctest.Resource) (acctest.Resource, acctest.Diagnostics) { return p.Read(t, r) },
			"deleted": func(r acctest.Resource) (acctest.Resource, acctest.Diagnostics) { return p.Destroy(t, r) },
			"changed": func(r acctest.Resource) (acctest.Resource, acctest.Diagnostics) {
				return applyInPlace(t, p, r, awsBucket.With(acctest.Values{"require_private_networking": true}))
			},
		}
		for _, name := range []string{"project_id", "id"} {
			for _, value := range noIDs {
				edited := bucket.With(t, acctest.Values{name: value})
				for done, call := range calls {
					for _, identity := range []acctest.Resource{bucket, {}} { // an older state has none
						edited.Identity = identity.Identity
						kept, diags := call(edited)
						wrong := name + " is missing"
						if text, _ := value.(string); text != "" {
							wrong = fmt.Sprintf("%s is %q", name, text)
						}
						diags.RequireError(t, "", "Export bucket not "+done+": invalid state", wrong,
							"terraform state rm <address>", "terraform import <address> <project_id>/<id>")
						if !kept.Exists() || !reflect.DeepEqual(kept.Get(t, name), value) {
							t.Errorf("not %s: the state had %v, and now has %s", done, value, kept.Value)
						}
					}
				}
			}
		}
		if sent := atlas.Requests()[before:]; len(sent) > 0 {
			t.Errorf("requests: %+v", sent)
		}
		requireHeld(t, atlas, bucket.Get(t, "id"))
	})
}

// applyInPlace applies a configuration in place, as core does when no argument that replaces has
// changed.
func applyInPlace(t *testing.T, p *acctest.Provider, prior acctest.Resource, config acctest.Values) (acctest.Resource, acctest.Diagnostics) {
	t.Helper()
	plan, diags := p.Plan(t, prior, config)
	diags.RequireNone(t)
	return p.ApplyPlan(t, plan)
}

func TestTheErrorOnAnInvalidStateIsShort(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, awsBucket).With(t, acctest.Values{"id": strings.Repeat("ä", 5000)})
		_, diags := p.Read(t, bucket)
		diags.RequireError(t, "", strings.Repeat("ä", 100)+`"`)
		if strings.Contains(diags.String(), strings.Repeat("ä", 101)) {
			t.Errorf("the error has more than 100 characters of the id: %s", diags)
		}
	})
}

// What the error says is the way out.
func TestABucketIsImportedAgainAfterAnInvalidState(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, awsBucket)
		_, diags := p.Destroy(t, bucket.With(t, acctest.Values{"id": ""}))
		diags.RequireError(t, "", "invalid state")
		imported, diags := p.Import(t, resourceType, acctest.ProjectID+"/"+bucket.Get(t, "id").(string), nil)
		diags.RequireNone(t)
		_, diags = p.Destroy(t, imported)
		diags.RequireNone(t)
		requireHeld(t, atlas)
	})
}
