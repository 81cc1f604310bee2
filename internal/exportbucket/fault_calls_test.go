package exportbucket_test

import (
	"net/http"
	"sync"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// faultCall is a request of an operation that a fault can hit.
type faultCall struct {
	name string
	operation
	method, path string
	skip         int            // so many of them go well before
	regionDelay  time.Duration  // Atlas'
	credential   acctest.Values // nil for the service account
	signIn       bool           // it is the first of its process, or its token has ended
	before       func(w *world) // what makes the operation come to the call; nil for nothing
	more         []variant      // beside onAWS, for a fault that hits once
	once         bool           // another call like it meets the faults that hit three times
}

// variant is what kind of bucket a call is about.
type variant struct {
	name   string // begins the name of its tests
	config acctest.Values
}

const (
	clustersPath = "/api/atlas/v2/groups/*/clusters"
	schedulePath = clustersPath + "/exports/backup/schedule"
	tokenPath    = "/api/oauth/token"
)

var (
	onAWS   = variant{"", awsBucket}
	onAzure = variant{"AZURE,", azureBucket}
	onGCP   = variant{"GCP,", gcpBucket}
)

var faultCalls = []faultCall{
	{name: "create.post", operation: creation, method: http.MethodPost, path: bucketsPath, more: []variant{onAzure, onGCP}},
	{name: "create.post.key", operation: creation, method: http.MethodPost, path: bucketsPath, credential: acctest.APIKey, once: true},
	{name: "create.search", operation: creation, method: http.MethodGet, path: bucketsPath, before: lostAnswer},
	{name: "create.list", operation: creation, method: http.MethodGet, path: bucketsPath},
	{name: "create.get", operation: creation, method: http.MethodGet, path: bucketPath, regionDelay: time.Second},
	{name: "create.get.later", operation: creation, method: http.MethodGet, path: bucketPath, skip: 1, regionDelay: 2 * time.Second, once: true},
	{name: "create.sign-in", operation: creation, method: http.MethodPost, path: tokenPath, signIn: true},

	{name: "read.get", operation: refresh, method: http.MethodGet, path: bucketPath, more: []variant{onAzure}},
	{name: "read.get.key", operation: refresh, method: http.MethodGet, path: bucketPath, credential: acctest.APIKey, once: true},
	{name: "read.get.token", operation: refresh, method: http.MethodGet, path: bucketPath, credential: acctest.AccessToken, once: true},
	{name: "read.list", operation: refresh, method: http.MethodGet, path: bucketsPath, before: foreign404(http.MethodGet)},
	{name: "read.sign-in", operation: refresh, method: http.MethodPost, path: tokenPath, signIn: true},
	{name: "import.get", operation: importing, method: http.MethodGet, path: bucketPath},

	{name: "update.patch", operation: update, method: http.MethodPatch, path: bucketPath},
	{name: "update.patch.key", operation: update, method: http.MethodPatch, path: bucketPath, credential: acctest.APIKey, once: true},
	{name: "update.list", operation: update, method: http.MethodGet, path: bucketsPath, before: foreign404(http.MethodPatch)},
	{name: "update.sign-in", operation: update, method: http.MethodPost, path: tokenPath, signIn: true},

	{name: "destroy.delete", operation: destruction, method: http.MethodDelete, path: bucketPath},
	{name: "destroy.delete.key", operation: destruction, method: http.MethodDelete, path: bucketPath, credential: acctest.APIKey, once: true},
	{name: "destroy.list", operation: destruction, method: http.MethodGet, path: bucketsPath, before: foreign404(http.MethodDelete)},
	{name: "destroy.sign-in", operation: destruction, method: http.MethodPost, path: tokenPath, signIn: true},
	{name: "destroy.in-use", operation: destructionInUse, method: http.MethodDelete, path: bucketPath},
	{name: "destroy.clusters", operation: destructionInUse, method: http.MethodGet, path: clustersPath},
	{name: "destroy.schedule", operation: destructionInUse, method: http.MethodGet, path: schedulePath},
	{name: "destroy.disable", operation: destructionInUse, method: http.MethodPatch, path: schedulePath},
	{name: "destroy.again", operation: destructionInUse, method: http.MethodDelete, path: bucketPath, skip: 1},

	{name: "data.get", operation: dataByID, method: http.MethodGet, path: bucketPath},
	{name: "data.name", operation: dataByName, method: http.MethodGet, path: bucketsPath},
	{name: "data.name.page2", operation: dataByNameOfPages, method: http.MethodGet, path: bucketsPath, skip: 1, once: true},
	{name: "data.plural", operation: dataPlural, method: http.MethodGet, path: bucketsPath},
	{name: "data.plural.key", operation: dataPlural, method: http.MethodGet, path: bucketsPath, credential: acctest.APIKey, once: true},
	{name: "query.list", operation: query, method: http.MethodGet, path: bucketsPath},
}

// lostAnswer makes a creation look whether Atlas has made the bucket.
func lostAnswer(w *world) { setFault(w.t, w.atlas, "reset-after", http.MethodPost, bucketsPath, 1) }

// foreign404 makes an operation ask the project's list.
func foreign404(method string) func(*world) {
	return func(w *world) { setFault(w.t, w.atlas, "404-html", method, bucketPath, 1) }
}

// operation is what Terraform does in one go.
type operation struct {
	// begin makes what there is before.
	begin func(w *world)
	// run does it, and returns what is in the state then.
	run func(w *world) (acctest.Resource, acctest.Diagnostics)
	// requireDone fails the test unless everything is as after an operation without a fault.
	requireDone func(w *world)
	// reads says that it changes nothing of the bucket.
	reads bool
}

// create puts a bucket into the state that Terraform has made.
func (w *world) create() { w.bucket = create(w.t, w.p, w.config) }

// take puts a bucket into the state that was imported, which costs a test less.
func (w *world) take() {
	w.imported = acctest.ProjectID + "/" + w.atlas.PutExportBucket(acctest.ProjectID, asExportBucket(w.config)).ID
	bucket, diags := w.p.Import(w.t, resourceType, w.imported, nil)
	diags.RequireNone(w.t)
	w.bucket, w.taken = bucket, bucket
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

var creation = operation{
	begin: func(w *world) { w.bucket = w.p.None(resourceType) },
	run: func(w *world) (acctest.Resource, acctest.Diagnostics) {
		return w.p.ApplyPlan(w.t, w.planCreation())
	},
	requireDone: (*world).requireBucket,
}

// creationPlans are by cloud: the same plan serves every process, and costs as much as a
// creation.
var creationPlans sync.Map

func (w *world) planCreation() acctest.Plan {
	w.t.Helper()
	if plan, ok := creationPlans.Load(w.config["cloud_provider"]); ok {
		return plan.(acctest.Plan)
	}
	plan, diags := w.p.Plan(w.t, w.p.None(resourceType), w.config)
	diags.RequireNone(w.t)
	creationPlans.Store(w.config["cloud_provider"], plan)
	return plan
}

var refresh = operation{
	begin: (*world).take,
	run: func(w *world) (acctest.Resource, acctest.Diagnostics) {
		return w.p.Read(w.t, w.bucket)
	},
	requireDone: (*world).requireBucket,
	reads:       true,
}

// importing takes a bucket over that is in no state.
var importing = operation{
	begin: func(w *world) {
		w.take()
		w.bucket = w.p.None(resourceType)
	},
	run: func(w *world) (acctest.Resource, acctest.Diagnostics) {
		imported, diags := w.p.Import(w.t, resourceType, w.imported, nil)
		if diags.HasError() {
			return w.bucket, diags // core keeps nothing of it
		}
		return imported, diags
	},
	requireDone: (*world).requireBucket,
	reads:       true,
}

var update = operation{
	begin: func(w *world) {
		w.take()
		w.config = w.config.With(acctest.Values{"require_private_networking": true})
	},
	run: func(w *world) (acctest.Resource, acctest.Diagnostics) {
		return w.p.Apply(w.t, w.bucket, w.config)
	},
	requireDone: func(w *world) {
		w.requireBucket()
		if held := w.held(); !held[len(held)-1].RequirePrivateNetworking {
			w.t.Errorf("private networking is off: %+v", held)
		}
	},
}

var destruction = operation{
	begin: (*world).take,
	run: func(w *world) (acctest.Resource, acctest.Diagnostics) {
		return w.p.Destroy(w.t, w.bucket)
	},
	requireDone: func(w *world) {
		if w.bucket.Exists() {
			w.t.Error("the bucket is still in the state")
		}
		requireHeld(w.t, w.atlas, w.others...)
	},
}

// destructionInUse switches the automatic export of one cluster off, of three.
var destructionInUse = operation{
	begin: func(w *world) {
		w.config = w.config.With(acctest.Values{"disable_auto_export_on_destroy": true})
		w.create()
		w.atlas.AddCluster(acctest.ProjectID, "idle")
		w.atlas.SetAutoExport(acctest.ProjectID, "exports", w.bucket.Get(w.t, "id").(string))
		w.atlas.SetAutoExport(acctest.ProjectID, "elsewhere", w.others[0].(string))
	},
	run: destruction.run,
	requireDone: func(w *world) {
		destruction.requireDone(w)
		if to := w.atlas.AutoExport(acctest.ProjectID, "exports"); to != "" {
			w.t.Errorf("the cluster still exports to %s", to)
		}
		if to := w.atlas.AutoExport(acctest.ProjectID, "elsewhere"); to != w.others[0] {
			w.t.Errorf("another cluster exports to %q", to)
		}
	},
}

var dataByID = reading(func(w *world) (any, acctest.Diagnostics) {
	return w.p.ReadDataSource(w.t, resourceType, acctest.Values{"project_id": acctest.ProjectID, "id": w.bucket.Get(w.t, "id")})
})

var dataByName = reading(func(w *world) (any, acctest.Diagnostics) {
	return w.p.ReadDataSource(w.t, resourceType, acctest.Values{"project_id": acctest.ProjectID, "bucket_name": "snapshots"})
})

var dataPlural = reading(func(w *world) (any, acctest.Diagnostics) {
	found, diags := w.p.ReadDataSource(w.t, pluralType, acctest.Values{"project_id": acctest.ProjectID})
	if diags.HasError() {
		return found, diags
	}
	results := found["results"].([]any)
	if len(results) != len(w.others)+1 {
		w.t.Fatalf("%d results, want %d", len(results), len(w.others)+1)
	}
	return results[len(results)-1], diags
})

var query = reading(func(w *world) (any, acctest.Diagnostics) {
	var last acctest.ListResult
	results := 0
	for result := range w.p.List(w.t, resourceType, acctest.Values{"project_id": acctest.ProjectID}, acctest.ListOptions{IncludeResource: true}) {
		if last = result; result.Diagnostics.HasError() {
			return nil, result.Diagnostics
		}
		results++
	}
	if results != len(w.others)+1 {
		w.t.Errorf("%d results, want %d", results, len(w.others)+1)
	}
	return last.Resource.Without("project_id", "disable_auto_export_on_destroy"), nil
})

// dataByNameOfPages is of a project whose buckets fill more than a page.
var dataByNameOfPages = operation{
	begin: func(w *world) {
		for len(w.others) < 500 {
			w.putOther()
		}
		dataByName.begin(w)
	},
	run:         dataByName.run,
	requireDone: dataByName.requireDone,
	reads:       true,
}

// reading is an operation that changes nothing, and returns the attributes of the bucket
// that is in the state.
func reading(find func(w *world) (any, acctest.Diagnostics)) operation {
	return operation{
		begin: (*world).take,
		run: func(w *world) (acctest.Resource, acctest.Diagnostics) {
			found, diags := find(w)
			if !diags.HasError() {
				requireSame(w.t, found, w.bucket)
			}
			return w.bucket, diags
		},
		requireDone: (*world).requireBucket,
		reads:       true,
	}
}

// putOther gives the project a bucket that is not this state's.
func (w *world) putOther() {
	b := w.atlas.PutExportBucket(acctest.ProjectID, asExportBucket(awsBucket.With(acctest.Values{"bucket_name": "other"})))
	w.others = append(w.others, b.ID)
}
