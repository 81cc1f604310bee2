package exportbucket_test

import (
	"net/http"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest/faulttest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	clustersPath  = "/api/atlas/v2/groups/*/clusters"
	schedulesPath = clustersPath + "/*/backup/schedule"
	schedulePath  = clustersPath + "/exports/backup/schedule"
	tokenPath     = "/api/oauth/token"
)

var (
	onAzure = faulttest.Variant{Name: "AZURE", Config: azureBucket}
	onGCP   = faulttest.Variant{Name: "GCP", Config: gcpBucket}
)

// Two sorts of Atlas: in one the region of a new bucket shows in the second GET, in the other
// in the third.
var (
	regionIsLate  = emulator.Options{RegionDelay: time.Second}
	regionIsLater = emulator.Options{RegionDelay: 2 * time.Second}
)

// faultCalls are the lines of faultMatrix.
var faultCalls = []faulttest.Call{
	{Name: "create.post", Operation: faulttest.Create, Method: http.MethodPost, Path: bucketsPath, Variants: []faulttest.Variant{onAzure, onGCP}},
	{Name: "create.post.key", Operation: faulttest.Create, Method: http.MethodPost, Path: bucketsPath, Credential: acctest.APIKey, Once: true},
	{Name: "create.search", Operation: faulttest.Create, Method: http.MethodGet, Path: bucketsPath, Before: lostAnswer},
	{Name: "create.list", Operation: faulttest.Create, Method: http.MethodGet, Path: bucketsPath},
	{Name: "create.get", Operation: faulttest.Create, Method: http.MethodGet, Path: bucketPath, Options: regionIsLate},
	{Name: "create.get.later", Operation: faulttest.Create, Method: http.MethodGet, Path: bucketPath, Skip: 1, Options: regionIsLater, Once: true},
	{Name: "create.sign-in", Operation: faulttest.Create, Method: http.MethodPost, Path: tokenPath, SignsIn: true},

	{Name: "read.get", Operation: faulttest.Read, Method: http.MethodGet, Path: bucketPath, Variants: []faulttest.Variant{onAzure}},
	{Name: "read.get.key", Operation: faulttest.Read, Method: http.MethodGet, Path: bucketPath, Credential: acctest.APIKey, Once: true},
	{Name: "read.get.token", Operation: faulttest.Read, Method: http.MethodGet, Path: bucketPath, Credential: acctest.AccessToken, Once: true},
	{Name: "read.list", Operation: faulttest.Read, Method: http.MethodGet, Path: bucketsPath, Before: foreign404(http.MethodGet)},
	{Name: "read.sign-in", Operation: faulttest.Read, Method: http.MethodPost, Path: tokenPath, SignsIn: true},
	{Name: "import.get", Operation: faulttest.Import, Method: http.MethodGet, Path: bucketPath},

	{Name: "update.patch", Operation: update, Method: http.MethodPatch, Path: bucketPath},
	{Name: "update.patch.key", Operation: update, Method: http.MethodPatch, Path: bucketPath, Credential: acctest.APIKey, Once: true},
	{Name: "update.list", Operation: update, Method: http.MethodGet, Path: bucketsPath, Before: foreign404(http.MethodPatch)},
	{Name: "update.sign-in", Operation: update, Method: http.MethodPost, Path: tokenPath, SignsIn: true},

	{Name: "destroy.delete", Operation: faulttest.Destroy, Method: http.MethodDelete, Path: bucketPath},
	{Name: "destroy.delete.key", Operation: faulttest.Destroy, Method: http.MethodDelete, Path: bucketPath, Credential: acctest.APIKey, Once: true},
	{Name: "destroy.list", Operation: faulttest.Destroy, Method: http.MethodGet, Path: bucketsPath, Before: foreign404(http.MethodDelete)},
	{Name: "destroy.sign-in", Operation: faulttest.Destroy, Method: http.MethodPost, Path: tokenPath, SignsIn: true},
	{Name: "destroy.in-use", Operation: destroyInUse, Method: http.MethodDelete, Path: bucketPath},
	{Name: "destroy.clusters", Operation: destroyInUse, Method: http.MethodGet, Path: clustersPath},
	{Name: "destroy.schedule", Operation: destroyInUse, Method: http.MethodGet, Path: schedulePath, Represents: schedulesPath},
	{Name: "destroy.disable", Operation: destroyInUse, Method: http.MethodPatch, Path: schedulePath},
	{Name: "destroy.again", Operation: destroyInUse, Method: http.MethodDelete, Path: bucketPath, Skip: 1, Held: heldBuckets},

	{Name: "data.get", Operation: dataByID, Method: http.MethodGet, Path: bucketPath},
	{Name: "data.name", Operation: dataByName, Method: http.MethodGet, Path: bucketsPath},
	{Name: "data.name.page2", Operation: dataByNameOnPage2, Method: http.MethodGet, Path: bucketsPath, Skip: 1, Once: true},
	{Name: "data.plural", Operation: dataPlural, Method: http.MethodGet, Path: bucketsPath},
	{Name: "data.plural.key", Operation: dataPlural, Method: http.MethodGet, Path: bucketsPath, Credential: acctest.APIKey, Once: true},
	{Name: "query.list", Operation: query, Method: http.MethodGet, Path: bucketsPath},
}

// lostAnswer makes a creation search for the bucket that Atlas has made.
func lostAnswer(f *faulttest.Fixture) {
	setFault(f.T, f.Atlas, "reset-after", http.MethodPost, bucketsPath, 1)
}

// foreign404 makes an operation read the project's list.
func foreign404(method string) func(*faulttest.Fixture) {
	return func(f *faulttest.Fixture) { setFault(f.T, f.Atlas, "404-html", method, bucketPath, 1) }
}

// asExportBucket is what Atlas makes of a configuration.
func asExportBucket(config acctest.Values) emulator.ExportBucket {
	text := func(name string) string { value, _ := config[name].(string); return value }
	b := emulator.ExportBucket{
		CloudProvider: text("cloud_provider"), BucketName: text("bucket_name"),
		IAMRoleID: text("iam_role_id"), RoleID: text("role_id"), ServiceURL: text("service_url"),
	}
	b.RequirePrivateNetworking, _ = config["require_private_networking"].(bool)
	if b.CloudProvider == "AWS" {
		b.Region = "us-east-1"
	}
	return b
}

var update = faulttest.Update(acctest.Values{"require_private_networking": true})

// destroyInUse switches off the automatic export of one cluster, of three.
var destroyInUse = faulttest.Operation{
	Begin: func(f *faulttest.Fixture) {
		f.Config = f.Config.With(acctest.Values{"disable_auto_export_on_destroy": true})
		f.State = create(f.T, f.Provider, f.Config)
		f.Atlas.AddCluster(acctest.ProjectID, "idle")
		f.Atlas.SetAutoExport(acctest.ProjectID, "exports", f.State.Get(f.T, "id").(string))
		f.Atlas.SetAutoExport(acctest.ProjectID, "elsewhere", f.Others[0])
	},
	Run: faulttest.Destroy.Run,
	RequireDone: func(f *faulttest.Fixture) {
		f.RequireGone()
		if to := f.Atlas.AutoExport(acctest.ProjectID, "exports"); to != "" {
			f.T.Errorf("the cluster still exports to %s", to)
		}
		if to := f.Atlas.AutoExport(acctest.ProjectID, "elsewhere"); to != f.Others[0] {
			f.T.Errorf("another cluster exports to %q", to)
		}
	},
}

var dataByID = reading(func(f *faulttest.Fixture) (any, acctest.Diagnostics) {
	return f.Provider.ReadDataSource(f.T, resourceType, acctest.Values{"project_id": acctest.ProjectID, "id": f.State.Get(f.T, "id")})
})

var dataByName = reading(func(f *faulttest.Fixture) (any, acctest.Diagnostics) {
	return f.Provider.ReadDataSource(f.T, resourceType, acctest.Values{"project_id": acctest.ProjectID, "bucket_name": "snapshots"})
})

// dataByNameOnPage2 is in a project whose buckets fill more than a page.
var dataByNameOnPage2 = faulttest.Operation{
	Begin: func(f *faulttest.Fixture) {
		for len(f.Others) < 500 {
			putOther(f)
		}
		f.Take()
	},
	Run:         dataByName.Run,
	RequireDone: dataByName.RequireDone,
	ReadOnly:    true,
}

var dataPlural = reading(func(f *faulttest.Fixture) (any, acctest.Diagnostics) {
	found, diags := f.Provider.ReadDataSource(f.T, pluralType, acctest.Values{"project_id": acctest.ProjectID})
	if diags.HasError() {
		return found, diags
	}
	results := found["results"].([]any)
	if len(results) != len(f.Others)+1 {
		f.T.Fatalf("%d results, want %d", len(results), len(f.Others)+1)
	}
	return results[len(results)-1], diags
})

var query = reading(func(f *faulttest.Fixture) (any, acctest.Diagnostics) {
	var listed acctest.Values
	results := 0
	for result := range f.Provider.List(f.T, resourceType, acctest.Values{"project_id": acctest.ProjectID}, acctest.ListOptions{IncludeResource: true}) {
		if result.Diagnostics.HasError() {
			return nil, result.Diagnostics
		}
		if result.Identity["id"] == f.State.Get(f.T, "id") {
			listed = result.Resource
		}
		results++
	}
	if results != len(f.Others)+1 {
		f.T.Errorf("%d results, want %d", results, len(f.Others)+1)
	}
	return listed.Without("project_id", "disable_auto_export_on_destroy"), nil
})

// reading is an operation that must find the bucket of the state.
func reading(find func(f *faulttest.Fixture) (any, acctest.Diagnostics)) faulttest.Operation {
	return faulttest.Reading(func(f *faulttest.Fixture) acctest.Diagnostics {
		found, diags := find(f)
		if !diags.HasError() {
			requireSame(f.T, found, f.State)
		}
		return diags
	})
}
