package exportbucket_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// missingID is the id of no export bucket.
const missingID = "65b2f1d09b3d0e4c5a6f7081"

// requireSame fails the test unless what a data source or a list has of a bucket is what
// its resource has.
func requireSame(t *testing.T, got any, want acctest.Resource) {
	t.Helper()
	values, ok := got.(acctest.Values)
	if !ok || len(values) < 9 {
		t.Fatalf("%v is not a bucket", got)
	}
	for name, value := range values.Without("timeouts") {
		if value != want.Get(t, name) {
			t.Errorf("%s is %v, want %v", name, value, want.Get(t, name))
		}
	}
}

// put gives a project n export buckets of one name, and returns their ids, oldest first.
func put(atlas *acctest.Atlas, n int) []string {
	var ids []string
	for range n {
		b := atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{CloudProvider: "GCP", BucketName: "snapshots", RoleID: acctest.RoleID})
		ids = append(ids, b.ID)
	}
	return ids
}

// endless is a list that has a next page always, with a new bucket on each, and takes
// seven seconds for one.
func endless(atlas http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/oauth/") {
			atlas.ServeHTTP(w, r)
			return
		}
		select {
		case <-time.After(7 * time.Second):
		case <-r.Context().Done():
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{
			"links":   []any{map[string]any{"rel": "next"}},
			"results": []any{map[string]any{"_id": fmt.Sprintf("%024s", r.URL.Query().Get("pageNum")), "cloudProvider": "GCP"}},
		})
	})
}

// withoutPage answers one page of a list with an error.
func withoutPage(number string) func(http.Handler) http.Handler {
	return func(atlas http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("pageNum") != number {
				atlas.ServeHTTP(w, r)
				return
			}
			w.WriteHeader(http.StatusInternalServerError)
			_ = json.NewEncoder(w).Encode(map[string]any{"detail": "Unexpected error.", "error": 500, "errorCode": "UNEXPECTED_ERROR"})
		})
	}
}

// everyReading are the calls of every kind that reads beside the resource, each with a
// configuration that finds something to do.
var everyReading = map[string]func(t *testing.T, p *acctest.Provider, more acctest.Values) acctest.Diagnostics{
	"data source by id": func(t *testing.T, p *acctest.Provider, more acctest.Values) acctest.Diagnostics {
		_, diags := p.ReadDataSource(t, resourceType, acctest.Values{"project_id": acctest.ProjectID, "id": missingID}.With(more))
		return diags
	},
	"data source by name": func(t *testing.T, p *acctest.Provider, more acctest.Values) acctest.Diagnostics {
		_, diags := p.ReadDataSource(t, resourceType, acctest.Values{"project_id": acctest.ProjectID, "bucket_name": "snapshots"}.With(more))
		return diags
	},
	"plural data source": func(t *testing.T, p *acctest.Provider, more acctest.Values) acctest.Diagnostics {
		_, diags := p.ReadDataSource(t, pluralType, acctest.Values{"project_id": acctest.ProjectID}.With(more))
		return diags
	},
	"list": func(t *testing.T, p *acctest.Provider, more acctest.Values) acctest.Diagnostics {
		var diags acctest.Diagnostics
		for result := range p.List(t, resourceType, acctest.Values{"project_id": acctest.ProjectID}.With(more), acctest.ListOptions{}) {
			diags = append(diags, result.Diagnostics...)
		}
		return diags
	},
}

func TestReadingReportsThatThereIsNoCredential(t *testing.T) {
	acctest.ClearEnvironment(t)
	synctest.Test(t, func(t *testing.T) {
		atlas := acctest.NewAtlas(t, emulator.Options{})
		p, diags := acctest.ConfigureProvider(t, atlas, acctest.Values{"base_url": atlas.URL})
		diags.RequireNone(t)
		for _, read := range everyReading {
			read(t, p, nil).RequireError(t, "", "No Atlas credential", "MONGODB_ATLAS_CLIENT_ID")
		}
	})
}

func TestReadingEndsWithItsContext(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for _, read := range everyReading {
			read(t, p.WithContext(ctx), nil).RequireError(t, "", "cancelled before Atlas answered")
		}
	})
}

func TestReadingEndsAtItsTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := acctest.NewAtlasBehind(t, emulator.Options{}, endless)
		p := acctest.NewProvider(t, atlas, acctest.ServiceAccount)
		short := func(operation string) acctest.Values {
			return acctest.Values{"timeouts": acctest.Values{operation: "5s"}}
		}
		for _, c := range []struct {
			name   string
			config acctest.Values
			limit  time.Duration
		}{
			{"data source by id", short("read"), 5 * time.Second},
			{"data source by name", short("read"), 5 * time.Second},
			{"data source by name", nil, 5 * time.Minute},
			{"plural data source", short("read"), 5 * time.Second},
			{"plural data source", nil, 5 * time.Minute},
			{"list", short("list"), 5 * time.Second},
			{"list", nil, 5 * time.Minute},
		} {
			start := time.Now() // the bubble's
			everyReading[c.name](t, p, c.config).RequireError(t, "", "Atlas did not answer in time.", "timeouts")
			if took := time.Since(start); took != c.limit {
				t.Errorf("%s with %v ended after %s, want %s", c.name, c.config, took, c.limit)
			}
		}
	})
}

// Both kinds that filter validate alike.
func TestFiltersAreRefusedAtTheArgument(t *testing.T) {
	p := acctest.Unconfigured(t)
	project := acctest.Values{"project_id": acctest.ProjectID}
	for name, c := range map[string]struct {
		change    acctest.Values
		argument  string
		fragments []string
	}{
		"project":         {acctest.Values{"project_id": "backups"}, "project_id", []string{"the id of the Atlas project"}},
		"cloud":           {acctest.Values{"cloud_provider": "aws"}, "cloud_provider", []string{`"AWS"`}},
		"bucket ARN":      {acctest.Values{"bucket_name": "arn:aws:s3:::snapshots"}, "bucket_name", []string{"this is an ARN"}},
		"bucket path":     {acctest.Values{"bucket_name": "snapshots/daily"}, "bucket_name", []string{"letters, digits, dots, hyphens and underscores"}},
		"empty name":      {acctest.Values{"bucket_name": ""}, "bucket_name", []string{"has 0"}},
		"IAM role ARN":    {acctest.Values{"iam_role_id": "arn:aws:iam::123456789012:role/atlas"}, "iam_role_id", []string{"this is an ARN"}},
		"role upper case": {acctest.Values{"role_id": strings.ToUpper(acctest.RoleID)}, "role_id", []string{"lower case"}},
	} {
		t.Run(name, func(t *testing.T) {
			p.ValidateDataSource(t, pluralType, project.With(c.change)).RequireError(t, c.argument, c.fragments...)
			p.ValidateList(t, resourceType, project.With(c.change)).RequireError(t, c.argument, c.fragments...)
		})
	}
	p.ValidateDataSource(t, pluralType, project.With(acctest.Values{"timeouts": acctest.Values{"read": "soon"}})).RequireError(t, "timeouts.read", "soon")
	p.ValidateList(t, resourceType, project.With(acctest.Values{"timeouts": acctest.Values{"list": "soon"}})).RequireError(t, "timeouts.list", "soon")
}

func TestFiltersPassWhatIsUnknown(t *testing.T) {
	p := acctest.Unconfigured(t)
	config := acctest.Values{}
	for _, name := range []string{"project_id", "cloud_provider", "bucket_name", "iam_role_id", "role_id", "timeouts"} {
		config[name] = acctest.Unknown
	}
	p.ValidateDataSource(t, pluralType, config).RequireNone(t)
	p.ValidateList(t, resourceType, config).RequireNone(t)
}
