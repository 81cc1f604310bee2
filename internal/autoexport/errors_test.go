package autoexport_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const complianceCode = "BACKUP_POLICIES_NOT_MEETING_BACKUP_COMPLIANCE_POLICY_REQUIREMENTS"

// refusals are what Atlas refuses, and how the errors of a create and of an update show it.
var refusals = map[string]struct {
	prepare   func(t *testing.T, atlas *acctest.Atlas)
	config    acctest.Values
	argument  string
	fragments []string
}{
	"an invalid backup policy": {
		func(t *testing.T, atlas *acctest.Atlas) {
			refuse(t, atlas, http.MethodPatch, http.StatusBadRequest, "INVALID_BACKUP_POLICY", "The backup policy is invalid.")
		},
		nil, "", []string{"The backup policy is invalid.", "Check in Atlas that the cluster has backup, and that its backup policy is valid; then apply again.",
			"HTTP 400 INVALID_BACKUP_POLICY, PATCH"},
	},
	"a Backup Compliance Policy": {
		func(t *testing.T, atlas *acctest.Atlas) {
			refuse(t, atlas, http.MethodPatch, http.StatusBadRequest, complianceCode, "The policy forbids it.")
		},
		nil, "", []string{"The policy forbids it.", "Only its owner and MongoDB support can change it.", "HTTP 400 " + complianceCode + ", PATCH"},
	},
	"a paused cluster": {
		func(_ *testing.T, atlas *acctest.Atlas) {
			atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: cluster, Paused: true})
		},
		nil, "cluster_name", []string{"Resume the cluster, and run the same command again.", "HTTP 409 CANNOT_UPDATE_PAUSED_CLUSTER, PATCH"},
	},
	"a flex cluster": {
		func(_ *testing.T, atlas *acctest.Atlas) {
			atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: cluster, ClusterType: emulator.Flex})
		},
		nil, "cluster_name", []string{"only dedicated clusters (M10 and larger) can export", "atlasbackup_clusters", "HTTP 400 CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API"},
	},
	"a missing role": {
		func(t *testing.T, atlas *acctest.Atlas) {
			setFault(t, atlas, "user-unauthorized", http.MethodPatch, schedulePath, -1)
		},
		nil, "", []string{"Current user is not authorized", "The credential needs the role Project Backup Manager", "HTTP 401 USER_UNAUTHORIZED, PATCH"},
	},
	"an unknown bucket": {
		func(*testing.T, *acctest.Atlas) {},
		acctest.Values{"export_bucket_id": missingBucketID}, "export_bucket_id", []string{"No export Bucket with ID " + missingBucketID, "Check export_bucket_id",
			"HTTP 404 EXPORT_BUCKET_NOT_FOUND, PATCH"},
	},
	"an unknown cluster": {
		func(_ *testing.T, atlas *acctest.Atlas) { atlas.RemoveCluster(acctest.ProjectID, cluster) },
		nil, "cluster_name", []string{"No cluster named " + cluster, "Check cluster_name", "plan again", "HTTP 404 CLUSTER_NOT_FOUND"},
	},
	"an unknown project": {
		func(t *testing.T, atlas *acctest.Atlas) {
			setFault(t, atlas, "group-not-found", "", schedulePath, -1)
		},
		nil, "project_id", []string{"Check project_id", "HTTP 404 GROUP_NOT_FOUND"},
	},
}

func TestARefusalIsAtItsArgumentAndSaysWhatToDo(t *testing.T) {
	for name, c := range refusals {
		t.Run(name, func(t *testing.T) {
			t.Run("create", func(t *testing.T) {
				inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
					c.prepare(t, atlas)
					state, diags := p.Apply(t, p.None(resourceType), monthly.With(c.config))
					diags.RequireError(t, c.argument, append([]string{"Automatic export not created", schedule}, c.fragments...)...)
					if state.Exists() {
						t.Error("it is in the state")
					}
					requireExport(t, atlas, "")
				})
			})
			t.Run("update", func(t *testing.T) {
				inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
					state := create(t, p, monthly)
					c.prepare(t, atlas)
					kept, diags := p.Apply(t, state, monthly.With(acctest.Values{"frequency_type": "daily"}).With(c.config))
					diags.RequireError(t, c.argument, append([]string{"Automatic export not changed", schedule}, c.fragments...)...)
					requireAttributes(t, kept, monthly)
				})
			})
		})
	}
}

// schedule is the path in the last line of an error.
const schedule = " /api/atlas/v2/groups/" + acctest.ProjectID + "/clusters/" + cluster + "/backup/schedule"

// Atlas itself says it: nothing is looked up, and nothing is sent a second time.
func TestAnUnknownBucketIsAnErrorAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		state := create(t, p, monthly)
		before := len(atlas.Requests())
		_, diags := p.Apply(t, state, monthly.With(acctest.Values{"export_bucket_id": missingBucketID}))
		diags.RequireError(t, "export_bucket_id", "EXPORT_BUCKET_NOT_FOUND")
		if requests := atlas.Requests()[before:]; len(requests) != 1 {
			t.Errorf("requests: %+v", requests)
		}
	})
}

func TestAFieldThatAtlasNamesIsReportedAtItsArgument(t *testing.T) {
	for field, argument := range map[string]string{
		"export.exportBucketId": "export_bucket_id", "exportBucketId": "export_bucket_id", "export": "export_bucket_id",
		"export.frequencyType": "frequency_type", "frequencyType": "frequency_type", "groupId": "project_id", "clusterName": "cluster_name",
		"useOrgAndGroupNamesInExportPrefix": "use_org_and_group_names_in_export_prefix", "policies": "",
	} {
		inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			body := fmt.Sprintf(`{"detail":"Validation failed.","error":400,"errorCode":"VALIDATION_ERROR",
				"badRequestDetail":{"fields":[{"field":%q,"description":"must be otherwise"}]}}`, field)
			if err := atlas.AddFault(emulator.Fault{Method: http.MethodPatch, Path: schedulePath, Status: http.StatusBadRequest, Body: body}); err != nil {
				t.Fatal(err)
			}
			_, diags := p.Apply(t, p.None(resourceType), monthly.With(withNames))
			diags.RequireError(t, argument, "Automatic export not created", field+": must be otherwise", "HTTP 400 VALIDATION_ERROR, PATCH")
		})
	}
}

func TestACredentialThatMayOnlyReadIsToldWhichRoleIsMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := acctest.NewAtlas(t, emulator.Options{})
		fill(atlas)
		p := acctest.NewProvider(t, atlas, acctest.ReadOnly)
		_, diags := p.Apply(t, p.None(resourceType), monthly)
		diags.RequireError(t, "", "Automatic export not created", "Project Backup Manager", "HTTP 401 USER_UNAUTHORIZED, PATCH")

		atlas.SetAutoExport(acctest.ProjectID, cluster, bucketID)
		state, diags := p.Import(t, resourceType, importID, nil)
		diags.RequireNone(t)
		kept, diags := p.Destroy(t, state)
		diags.RequireError(t, "", "Automatic export not switched off", "Project Backup Manager", "HTTP 401 USER_UNAUTHORIZED, PATCH")
		if !kept.Exists() {
			t.Error("it left the state")
		}
	})
}

func TestOperationsEndAtTheirTimeout(t *testing.T) {
	hold := false
	holding := func(atlas http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if hold && !strings.HasPrefix(r.URL.Path, "/api/oauth/") {
				_, _ = io.Copy(io.Discard, r.Body) // the server sees the client go only then
				<-r.Context().Done()
				return
			}
			atlas.ServeHTTP(w, r)
		})
	}
	behind(t, holding, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		config := monthly.With(acctest.Values{"timeouts": acctest.Values{"create": "5s", "read": "6s", "update": "7s", "delete": "8s"}})
		state := create(t, p, config)
		hold = true
		for name, c := range map[string]struct {
			limit time.Duration
			call  func() (acctest.Resource, acctest.Diagnostics)
		}{
			"create": {5 * time.Second, func() (acctest.Resource, acctest.Diagnostics) { return p.Apply(t, p.None(resourceType), config) }},
			"read":   {6 * time.Second, func() (acctest.Resource, acctest.Diagnostics) { return p.Read(t, state) }},
			"update": {7 * time.Second, func() (acctest.Resource, acctest.Diagnostics) { return p.Apply(t, state, config.With(withNames)) }},
			"delete": {8 * time.Second, func() (acctest.Resource, acctest.Diagnostics) { return p.Destroy(t, state) }},
		} {
			start := time.Now() // the bubble's
			_, diags := c.call()
			diags.RequireError(t, "", "Atlas did not answer in time.")
			if took := time.Since(start); took != c.limit {
				t.Errorf("%s ended after %s, want %s", name, took, c.limit)
			}
		}
	})
}

func TestEveryOperationReportsThatThereIsNoCredential(t *testing.T) {
	acctest.ClearEnvironment(t)
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		state := create(t, p, monthly)
		none, diags := acctest.ConfigureProvider(t, atlas, acctest.Values{"base_url": atlas.URL})
		diags.RequireNone(t)
		for name, call := range map[string]func() (acctest.Resource, acctest.Diagnostics){
			"create": func() (acctest.Resource, acctest.Diagnostics) { return none.Apply(t, none.None(resourceType), monthly) },
			"read":   func() (acctest.Resource, acctest.Diagnostics) { return none.Read(t, state) },
			"update": func() (acctest.Resource, acctest.Diagnostics) { return none.Apply(t, state, monthly.With(withNames)) },
			"delete": func() (acctest.Resource, acctest.Diagnostics) { return none.Destroy(t, state) },
		} {
			_, diags := call()
			t.Log(name)
			diags.RequireError(t, "", "No Atlas credential")
		}
		for result := range none.List(t, resourceType, acctest.Values{"project_id": acctest.ProjectID}, acctest.ListOptions{}) {
			result.Diagnostics.RequireError(t, "", "No Atlas credential")
		}
	})
}
