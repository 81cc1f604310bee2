package exportbucket_test

import (
	"encoding/json"
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

// answering runs a test with an Atlas that answers a method with a status and a body,
// instead of acting, from when the test sets on.
func answering(t *testing.T, method string, status int, body any, test func(t *testing.T, p *acctest.Provider, on *bool)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		on := false
		atlas := acctest.NewAtlasBehind(t, emulator.Options{}, func(atlas http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !on || r.Method != method || strings.HasPrefix(r.URL.Path, "/api/oauth/") {
					atlas.ServeHTTP(w, r)
					return
				}
				w.WriteHeader(status)
				if text, ok := body.(string); ok {
					_, _ = w.Write([]byte(text))
					return
				}
				_ = json.NewEncoder(w).Encode(body)
			})
		})
		test(t, acctest.NewProvider(t, atlas, acctest.ServiceAccount), &on)
	})
}

func TestCreateReportsAViolationAtItsArgument(t *testing.T) {
	for field, argument := range map[string]string{
		"bucketName": "bucket_name", "iamRoleId": "iam_role_id", "cloudProvider": "cloud_provider",
		"requirePrivateNetworking": "require_private_networking", "groupId": "project_id", "serviceUrl": "",
	} {
		body := map[string]any{
			"detail": "Validation failed.", "error": 400, "errorCode": "VALIDATION_ERROR",
			"badRequestDetail": map[string]any{"fields": []any{map[string]any{"field": field, "description": "must be otherwise"}}},
		}
		answering(t, http.MethodPost, http.StatusBadRequest, body, func(t *testing.T, p *acctest.Provider, on *bool) {
			*on = true
			bucket, diags := p.Apply(t, p.None(resourceType), awsBucket)
			diags.RequireError(t, argument, "Export bucket not created", field+": must be otherwise", "HTTP 400 VALIDATION_ERROR, POST /api/atlas/v2/groups/"+acctest.ProjectID+"/backup/exportBuckets")
			if bucket.Exists() {
				t.Error("a bucket that was not made is in the state")
			}
		})
	}
}

func TestCreateReportsARoleAtTheArgumentOfItsCloud(t *testing.T) {
	body := map[string]any{
		"detail": "The specified Cloud Provider Access role (" + acctest.RoleID + ") has not been authorized.",
		"error":  400, "errorCode": "CLOUD_PROVIDER_ACCESS_ROLE_NOT_AUTHORIZED",
	}
	for cloud, argument := range map[string]string{"AWS": "iam_role_id", "AZURE": "role_id", "GCP": "role_id"} {
		answering(t, http.MethodPost, http.StatusBadRequest, body, func(t *testing.T, p *acctest.Provider, on *bool) {
			*on = true
			_, diags := p.Apply(t, p.None(resourceType), everyCloud[cloud])
			diags.RequireError(t, argument, "Authorize "+acctest.RoleID+" in this project")
		})
	}
}

func TestABucketThatIsMadeButNotReadIsKept(t *testing.T) {
	answering(t, http.MethodGet, http.StatusBadGateway, "<html>Bad gateway</html>", func(t *testing.T, p *acctest.Provider, on *bool) {
		*on = true
		bucket, diags := p.Apply(t, p.None(resourceType), awsBucket)
		diags.RequireWarning(t, "", "created, but not read back", "Bad gateway", "HTTP 502, GET", "The export bucket is in the state")
		*on = false
		requireEmptyPlan(t, p, bucket, awsBucket)
	})
}

func TestReadKeepsStateOnForeign404(t *testing.T) {
	for name, body := range map[string]any{
		"HTML":               "<html>Not found</html>",
		"RESOURCE_NOT_FOUND": map[string]any{"detail": "Cannot find resource.", "error": 404, "errorCode": "RESOURCE_NOT_FOUND"},
	} {
		t.Run(name, func(t *testing.T) {
			answering(t, http.MethodGet, http.StatusNotFound, body, func(t *testing.T, p *acctest.Provider, on *bool) {
				bucket := create(t, p, awsBucket)
				*on = true
				kept, diags := p.Read(t, bucket)
				diags.RequireError(t, "", "Export bucket not read", "HTTP 404")
				if !kept.Exists() {
					t.Error("the bucket left the state")
				}
			})
		})
	}
}

func TestAProjectThatIsGoneTakesItsBucketWithIt(t *testing.T) {
	body := map[string]any{"detail": "No group with ID " + acctest.ProjectID + " exists.", "error": 404, "errorCode": "GROUP_NOT_FOUND"}
	answering(t, http.MethodGet, http.StatusNotFound, body, func(t *testing.T, p *acctest.Provider, on *bool) {
		bucket := create(t, p, awsBucket)
		*on = true
		for _, isFirst := range []bool{true, false} { // a project is reported once
			gone, diags := p.Read(t, bucket)
			if gone.Exists() {
				t.Error("the bucket is still in the state")
			}
			requireProjectGone(t, diags, isFirst)
		}
	})
	answering(t, http.MethodDelete, http.StatusNotFound, body, func(t *testing.T, p *acctest.Provider, on *bool) {
		bucket := create(t, p, awsBucket)
		*on = true
		for _, isFirst := range []bool{true, false} {
			_, diags := p.Destroy(t, bucket)
			requireProjectGone(t, diags, isFirst)
		}
	})
}

// Each of two configurations of the provider may have the wrong address.
func TestEveryConfigurationOfTheProviderSaysThatAProjectIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, address := range []string{"http://localhost", "http://127.0.0.1"} {
			atlas := acctest.NewAtlas(t, emulator.Options{})
			atlas.URL = address
			p := acctest.NewProvider(t, atlas, acctest.ServiceAccount)
			bucket := create(t, p, awsBucket)
			setFault(t, atlas, "group-not-found", "", bucketPath, -1)
			for _, isFirst := range []bool{true, false} {
				gone, diags := p.Read(t, bucket)
				if !isFirst {
					diags.RequireNone(t)
				} else {
					diags.RequireWarning(t, "", "Project "+acctest.ProjectID+" not found", "Atlas at "+address+" has no project", fmt.Sprint(bucket.Get(t, "id")))
				}
				if gone.Exists() {
					t.Error("the bucket is still in the state")
				}
			}
		}
	})
}

// The error says it, and the warning is left for the refresh that drops the bucket.
func TestAChangeInAProjectThatIsGoneIsAnErrorAndNoWarning(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, awsBucket)
		setFault(t, atlas, "group-not-found", "", bucketPath, -1)
		kept, diags := p.Apply(t, bucket, private)
		diags.RequireError(t, "project_id", "Export bucket not changed", "HTTP 404 GROUP_NOT_FOUND, PATCH")
		requireAttributes(t, kept, acctest.Values{"id": bucket.Get(t, "id"), "require_private_networking": false})
		_, diags = p.Read(t, kept)
		requireProjectGone(t, diags, true)
	})
}

// requireProjectGone wants the warning the first time, and nothing after that.
func requireProjectGone(t *testing.T, diags acctest.Diagnostics, isFirst bool) {
	t.Helper()
	if !isFirst {
		diags.RequireNone(t)
		return
	}
	diags.RequireWarning(t, "", "Project "+acctest.ProjectID+" not found", "http://localhost", "base_url", "credential", "terraform import <address> "+acctest.ProjectID+"/")
}

func TestDestroyKeepsStateOnForeign404(t *testing.T) {
	answering(t, http.MethodDelete, http.StatusNotFound, "<html>Not found</html>", func(t *testing.T, p *acctest.Provider, on *bool) {
		bucket := create(t, p, awsBucket)
		*on = true
		kept, diags := p.Destroy(t, bucket)
		diags.RequireError(t, "", "Export bucket not deleted", "Not found", "HTTP 404")
		if !kept.Exists() {
			t.Error("the bucket left the state")
		}
	})
}

func TestUpdateReportsAndKeepsTheState(t *testing.T) {
	answering(t, http.MethodPatch, http.StatusInternalServerError, map[string]any{"detail": "Unexpected error.", "error": 500, "errorCode": "UNEXPECTED_ERROR"}, func(t *testing.T, p *acctest.Provider, on *bool) {
		bucket := create(t, p, awsBucket)
		*on = true
		kept, diags := p.Apply(t, bucket, awsBucket.With(acctest.Values{"require_private_networking": true}))
		diags.RequireError(t, "", "Export bucket not changed", "Unexpected error.", "HTTP 500 UNEXPECTED_ERROR, PATCH")
		requireAttributes(t, kept, acctest.Values{"id": bucket.Get(t, "id"), "require_private_networking": false})
	})
}

func TestOperationsEndAtTheirTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := false
		atlas := acctest.NewAtlasBehind(t, emulator.Options{}, func(atlas http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if hold && r.URL.Path != "/api/oauth/revoke" {
					_, _ = io.Copy(io.Discard, r.Body) // the server sees the client go only then
					<-r.Context().Done()
					return
				}
				atlas.ServeHTTP(w, r)
			})
		})
		p := acctest.NewProvider(t, atlas, acctest.ServiceAccount)
		config := awsBucket.With(acctest.Values{"timeouts": acctest.Values{"create": "5s", "read": "6s", "update": "7s", "delete": "8s"}})
		bucket := create(t, p, config)
		hold = true
		for name, c := range map[string]struct {
			limit time.Duration
			call  func() acctest.Diagnostics
		}{
			"create": {5 * time.Second, func() acctest.Diagnostics {
				_, diags := p.Apply(t, p.None(resourceType), config)
				return diags
			}},
			"read": {6 * time.Second, func() acctest.Diagnostics {
				_, diags := p.Read(t, bucket)
				return diags
			}},
			"update": {7 * time.Second, func() acctest.Diagnostics {
				_, diags := p.Apply(t, bucket, config.With(acctest.Values{"require_private_networking": true}))
				return diags
			}},
			"delete": {8 * time.Second, func() acctest.Diagnostics {
				_, diags := p.Destroy(t, bucket)
				return diags
			}},
		} {
			start := time.Now() // the bubble's
			c.call().RequireError(t, "", "Atlas did not answer in time.")
			if took := time.Since(start); took != c.limit {
				t.Errorf("%s ended after %s, want %s", name, took, c.limit)
			}
		}
	})
}
