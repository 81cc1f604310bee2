package provider_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	bucketType   = "atlasbackup_export_bucket"
	exportType   = "atlasbackup_auto_export"
	jobType      = "atlasbackup_export_job"
	endpointType = "atlasbackup_private_endpoint"
)

// project is what the operations of the budget find: an Atlas with two export buckets and three
// clusters, one of which exports to the first bucket and has a snapshot that was exported; and a
// private endpoint.
type project struct {
	atlas                                  *acctest.Atlas
	provider                               *acctest.Provider
	used, spare, autoExport, job, endpoint acctest.Resource
}

func newProject(t *testing.T) project {
	t.Helper()
	p := project{atlas: acctest.NewAtlas(t, emulator.Options{})}
	p.provider = acctest.NewProvider(t, p.atlas, acctest.AccessToken) // no token calls
	for _, name := range []string{"archive", "customers", "orders"} {
		p.atlas.AddCluster(acctest.ProjectID, name)
	}
	p.used = p.apply(t, p.provider.None(bucketType), bucketConfig)
	p.spare = p.apply(t, p.provider.None(bucketType), bucketConfig.With(acctest.Values{"bucket_name": "spare"}))
	p.autoExport = p.apply(t, p.provider.None(exportType), p.exportConfig(t, "orders"))
	p.atlas.AddSnapshot(acctest.ProjectID, "orders", emulator.Snapshot{})
	p.job = p.apply(t, p.provider.None(jobType), p.jobConfig(t))
	p.endpoint = p.apply(t, p.provider.None(endpointType), endpointConfig)
	time.Sleep(time.Minute) // nothing that was read is used any longer
	return p
}

var bucketConfig = acctest.Values{"project_id": acctest.ProjectID, "cloud_provider": "AWS", "bucket_name": "snapshots", "iam_role_id": acctest.IAMRoleID}

func (p project) exportConfig(t *testing.T, cluster string) acctest.Values {
	t.Helper()
	return acctest.Values{"project_id": acctest.ProjectID, "cluster_name": cluster, "export_bucket_id": p.used.Get(t, "id"), "frequency_type": "monthly"}
}

func (p project) jobConfig(t *testing.T) acctest.Values {
	t.Helper()
	return acctest.Values{"project_id": acctest.ProjectID, "cluster_name": "orders", "export_bucket_id": p.used.Get(t, "id")}
}

var endpointConfig = acctest.Values{"project_id": acctest.ProjectID, "cloud_provider": "AWS", "region_name": "us-east-1"}

func (p project) apply(t *testing.T, prior acctest.Resource, config acctest.Values) acctest.Resource {
	t.Helper()
	applied, diags := p.provider.Apply(t, prior, config)
	requireNoError(t, diags)
	return applied
}

func (p project) destroy(t *testing.T, r acctest.Resource) {
	t.Helper()
	_, diags := p.provider.Destroy(t, r)
	requireNoError(t, diags)
}

func (p project) read(t *testing.T, r acctest.Resource) {
	t.Helper()
	_, diags := p.provider.Read(t, r)
	requireNoError(t, diags)
}

func (p project) importResource(t *testing.T, typeName, id string) {
	t.Helper()
	_, diags := p.provider.Import(t, typeName, acctest.ProjectID+"/"+id, nil)
	requireNoError(t, diags)
}

func (p project) readData(t *testing.T, typeName string, more acctest.Values) {
	t.Helper()
	_, diags := p.provider.ReadDataSource(t, typeName, acctest.Values{"project_id": acctest.ProjectID}.With(more))
	requireNoError(t, diags)
}

func (p project) list(t *testing.T, typeName string) {
	t.Helper()
	for result := range p.provider.List(t, typeName, acctest.Values{"project_id": acctest.ProjectID}, acctest.ListOptions{IncludeResource: true}) {
		requireNoError(t, result.Diagnostics)
	}
}

func requireNoError(t *testing.T, diags acctest.Diagnostics) {
	t.Helper()
	if diags.HasError() {
		t.Fatal(diags)
	}
}

// requestBudget is what each operation of each kind costs, in requests to Atlas without token
// calls. A new kind has its rows here.
var requestBudget = map[string]map[string]struct {
	requests  int
	operation func(t *testing.T, p project)
}{
	"resource " + bucketType: {
		"create": {2, func(t *testing.T, p project) {
			p.apply(t, p.provider.None(bucketType), bucketConfig.With(acctest.Values{"bucket_name": "new"}))
		}},
		"read": {1, func(t *testing.T, p project) { p.read(t, p.used) }},
		"update": {1, func(t *testing.T, p project) {
			p.apply(t, p.used, bucketConfig.With(acctest.Values{"require_private_networking": true}))
		}},
		"update of limits": {0, func(t *testing.T, p project) {
			p.apply(t, p.used, bucketConfig.With(acctest.Values{"timeouts": acctest.Values{"read": "1m"}}))
		}},
		"empty plan": {0, func(t *testing.T, p project) { p.apply(t, p.used, bucketConfig) }},
		"delete":     {1, func(t *testing.T, p project) { p.destroy(t, p.spare) }},
		"import":     {1, func(t *testing.T, p project) { p.importResource(t, bucketType, p.used.Get(t, "id").(string)) }},
	},
	"resource " + exportType: {
		"create": {2, func(t *testing.T, p project) { p.apply(t, p.provider.None(exportType), p.exportConfig(t, "archive")) }},
		"read":   {1, func(t *testing.T, p project) { p.read(t, p.autoExport) }},
		"update": {1, func(t *testing.T, p project) {
			p.apply(t, p.autoExport, p.exportConfig(t, "orders").With(acctest.Values{"frequency_type": "weekly"}))
		}},
		"empty plan": {0, func(t *testing.T, p project) { p.apply(t, p.autoExport, p.exportConfig(t, "orders")) }},
		"delete":     {1, func(t *testing.T, p project) { p.destroy(t, p.autoExport) }},
		"import":     {1, func(t *testing.T, p project) { p.importResource(t, exportType, "orders") }},
	},
	"resource " + jobType: {
		// The cluster, its snapshots, its jobs, the POST, and what the wait reads.
		"create": {4 + 2, func(t *testing.T, p project) {
			p.apply(t, p.provider.None(jobType), p.jobConfig(t).With(acctest.Values{"triggers": acctest.Values{"run": "2"}}))
		}},
		"read": {0, func(t *testing.T, p project) { p.read(t, p.job) }},
		"update": {0, func(t *testing.T, p project) {
			p.apply(t, p.job, p.jobConfig(t).With(acctest.Values{"wait_for_completion": false}))
		}},
		"empty plan": {0, func(t *testing.T, p project) { p.apply(t, p.job, p.jobConfig(t)) }},
		"delete":     {0, func(t *testing.T, p project) { p.destroy(t, p.job) }},
		"import":     {1, func(t *testing.T, p project) { p.importResource(t, jobType, "orders/"+p.job.Get(t, "id").(string)) }},
	},
	"resource " + endpointType: {
		// The POST, and what the wait reads.
		"create": {1 + 2, func(t *testing.T, p project) {
			p.apply(t, p.provider.None(endpointType), endpointConfig.With(acctest.Values{"region_name": "eu-west-1"}))
		}},
		"read": {1, func(t *testing.T, p project) { p.read(t, p.endpoint) }},
		"update": {0, func(t *testing.T, p project) {
			p.apply(t, p.endpoint, endpointConfig.With(acctest.Values{"timeouts": acctest.Values{"read": "1m"}}))
		}},
		"empty plan": {0, func(t *testing.T, p project) { p.apply(t, p.endpoint, endpointConfig) }},
		// The DELETE, and what the wait reads.
		"delete": {1 + 1, func(t *testing.T, p project) { p.destroy(t, p.endpoint) }},
		"import": {1, func(t *testing.T, p project) {
			p.importResource(t, endpointType, "AWS/"+p.endpoint.Get(t, "id").(string))
		}},
	},
	"data source atlasbackup_export_job": {"read": {1, func(t *testing.T, p project) {
		p.readData(t, jobType, acctest.Values{"cluster_name": "orders", "id": p.job.Get(t, "id")})
	}}},
	"data source atlasbackup_export_jobs": {"read": {1, func(t *testing.T, p project) {
		p.readData(t, "atlasbackup_export_jobs", acctest.Values{"cluster_name": "orders"})
	}}},
	"data source atlasbackup_snapshots": {"read": {2, func(t *testing.T, p project) {
		p.readData(t, "atlasbackup_snapshots", acctest.Values{"cluster_name": "orders"})
	}}},
	"data source atlasbackup_access_role": {"read": {1, func(t *testing.T, p project) {
		role := p.atlas.AddAccessRole(acctest.ProjectID, emulator.AccessRole{CloudProvider: "AWS"})
		p.readData(t, "atlasbackup_access_role", acctest.Values{"role_id": role.ID})
	}}},
	"list resource " + endpointType: {"list": {1, func(t *testing.T, p project) {
		for result := range p.provider.List(t, endpointType, acctest.Values{"project_id": acctest.ProjectID, "cloud_provider": "AWS"}, acctest.ListOptions{}) {
			requireNoError(t, result.Diagnostics)
		}
	}}},
	"action atlasbackup_export_snapshot": {"invoke": {4 + 2, func(t *testing.T, p project) {
		_, diags := p.provider.Invoke(t, "atlasbackup_export_snapshot", p.jobConfig(t))
		requireNoError(t, diags)
	}}},
	"data source atlasbackup_export_bucket": {
		"read":         {1, func(t *testing.T, p project) { p.readData(t, bucketType, acctest.Values{"id": p.used.Get(t, "id")}) }},
		"read by name": {1, func(t *testing.T, p project) { p.readData(t, bucketType, acctest.Values{"bucket_name": "spare"}) }},
	},
	"data source atlasbackup_export_buckets": {"read": {1, func(t *testing.T, p project) { p.readData(t, "atlasbackup_export_buckets", nil) }}},
	"data source atlasbackup_clusters":       {"read": {1, func(t *testing.T, p project) { p.readData(t, "atlasbackup_clusters", nil) }}},
	"data source atlasbackup_export_status":  {"read": {1 + 2*3, func(t *testing.T, p project) { p.readData(t, "atlasbackup_export_status", nil) }}},
	"list resource " + bucketType:            {"list": {1, func(t *testing.T, p project) { p.list(t, bucketType) }}},
	"list resource " + exportType:            {"list": {1 + 3, func(t *testing.T, p project) { p.list(t, exportType) }}},
}

func TestEachOperationSendsTheRequestsOfItsBudget(t *testing.T) {
	for kind, operations := range requestBudget {
		for name, c := range operations {
			t.Run(kind+", "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					p := newProject(t)
					before := len(p.atlas.Requests())
					c.operation(t, p)
					sent := p.atlas.Requests()[before:]
					if len(sent) == c.requests {
						return
					}
					var lines string
					for _, r := range sent {
						lines += fmt.Sprintf("\n%s %s", r.Method, r.Path)
					}
					t.Errorf("%d requests, want %d:%s", len(sent), c.requests, lines)
				})
			})
		}
	}
}

func TestEveryKindHasABudget(t *testing.T) {
	schema := acctest.Unconfigured(t).Schema
	require := func(kind, typeName string, operations ...string) {
		for _, operation := range operations {
			if _, ok := requestBudget[kind+" "+typeName][operation]; !ok {
				t.Errorf("the %s %s has no budget for %s", kind, typeName, operation)
			}
		}
	}
	for typeName := range schema.ResourceSchemas {
		require("resource", typeName, "create", "read", "update", "empty plan", "delete", "import")
	}
	for typeName := range schema.DataSourceSchemas {
		require("data source", typeName, "read")
	}
	for typeName := range schema.ListResourceSchemas {
		require("list resource", typeName, "list")
	}
	for typeName := range schema.ActionSchemas {
		require("action", typeName, "invoke")
	}
}
