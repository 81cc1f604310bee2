package exportjob_test

import (
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestApplyWaitsUntilTheJobHasFinished(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.pace(10*time.Hour, "")
		start := time.Now()
		job := f.create(f.config().With(acctest.Values{"custom_data": acctest.Values{"team": "data", "env": "prod"}}))
		if took := time.Since(start); took < 10*time.Hour || took > 10*time.Hour+2*time.Minute {
			t.Errorf("it took %s", took)
		}
		made := f.jobs()
		if len(made) != 1 {
			t.Fatalf("Atlas has %+v", made)
		}
		f.requireValues(job, acctest.Values{
			"id": made[0].ID, "state": "Successful", "state_reason": nil, "snapshot_id": f.snapshot.ID, "prefix": made[0].Prefix,
			"created_at": made[0].CreatedAt.Format(time.RFC3339), "finished_at": made[0].FinishedAt.Format(time.RFC3339), "wait_for_completion": true,
		})
		if data := made[0].CustomData; len(data) != 2 || data[0] != (emulator.CustomData{Key: "env", Value: "prod"}) || data[1] != (emulator.CustomData{Key: "team", Value: "data"}) {
			t.Errorf("the custom data is %v, want it sorted by key", data)
		}
	})
}

func TestFinishedJobIsHistory(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		job := f.create(f.config())
		if n := f.requests(func() {
			job = f.read(job)
			f.requireEmptyPlan(job, f.config())
			gone, diags := f.p.Destroy(t, job)
			diags.RequireWarning(t, "", "Export jobs stay in Atlas", job.Get(t, "id").(string), job.Get(t, "prefix").(string), f.bucketID)
			if gone.Exists() {
				t.Error("it is still in the state")
			}
		}); n != 0 {
			t.Errorf("%d requests", n)
		}
		if len(f.jobs()) != 1 {
			t.Errorf("Atlas has %+v", f.jobs())
		}
	})
}

func TestDestroyWarnsOnceAndNeedsNoCredentials(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		job := f.create(f.config())
		_, diags := f.p.Destroy(t, job)
		diags.RequireWarning(t, "", "Export jobs stay in Atlas")
		_, diags = f.p.Destroy(t, job)
		diags.RequireNone(t)

		acctest.ClearEnvironment(t)
		without, diags := acctest.ConfigureProvider(t, f.atlas, acctest.Values{"base_url": f.atlas.URL})
		diags.RequireNone(t)
		gone, diags := without.Destroy(t, job)
		diags.RequireWarning(t, "", "Export jobs stay in Atlas")
		if gone.Exists() {
			t.Error("it is still in the state")
		}
	})
}

func TestApplyWithoutWaitingEndsAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.pace(time.Hour, "")
		config := f.config().With(acctest.Values{"wait_for_completion": false})
		start := time.Now()
		job := f.create(config)
		if took := time.Since(start); took > time.Second {
			t.Errorf("it took %s", took)
		}
		f.requireValues(job, acctest.Values{"state": "Queued", "finished_at": nil})
		for _, state := range []string{"Queued", "InProgress", "Successful"} {
			f.requireEmptyPlan(job, config)
			job = f.read(job)
			f.requireValues(job, acctest.Values{"state": state})
			f.requireEmptyPlan(job, config)
			time.Sleep(time.Hour)
		}
	})
}

// An apply that leaves an unfinished job behind is continued by the next one.
func TestNextApplyWaitsOn(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.pace(time.Hour, "")
		job := f.create(f.config().With(acctest.Values{"wait_for_completion": false}))
		time.Sleep(2 * time.Minute)
		plan := f.plan(job, f.config())
		for name, want := range map[string]any{
			"id": job.Get(t, "id"), "prefix": job.Get(t, "prefix"), "created_at": job.Get(t, "created_at"), "snapshot_id": f.snapshot.ID,
			"state": acctest.Unknown, "state_reason": acctest.Unknown, "finished_at": acctest.Unknown, "components": acctest.Unknown,
			"exported_collections": acctest.Unknown, "total_collections": acctest.Unknown,
		} {
			if got := plan.Get(t, name); got != want {
				t.Errorf("%s is planned as %v, want %v", name, got, want)
			}
		}
		if len(plan.Replace) > 0 {
			t.Errorf("replaces for %v", plan.Replace)
		}
		job = f.apply(job, f.config())
		f.requireValues(job, acctest.Values{"state": "Successful"})
		f.requireEmptyPlan(job, f.config())
		if len(f.jobs()) != 1 {
			t.Errorf("Atlas has %+v", f.jobs())
		}
	})
}

func TestChangeOfArgumentsExportsAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		config := f.config().With(acctest.Values{"triggers": acctest.Values{"day": "1"}, "custom_data": acctest.Values{"a": "b"}})
		job := f.create(config)
		newer := f.atlas.AddSnapshot(acctest.ProjectID, cluster, emulator.Snapshot{})
		f.requireEmptyPlan(job, config)
		f.requireEmptyPlan(job, config.With(acctest.Values{"snapshot_id": f.snapshot.ID}))
		for name, change := range map[string]acctest.Values{
			"project_id":       {"project_id": "32b6e34b3d91647abb20e7b9"},
			"cluster_name":     {"cluster_name": "others"},
			"export_bucket_id": {"export_bucket_id": f.snapshot.ID},
			"snapshot_id":      {"snapshot_id": newer.ID},
			"custom_data":      {"custom_data": acctest.Values{"a": "c"}},
			"triggers":         {"triggers": acctest.Values{"day": "2"}},
		} {
			plan := f.plan(job, config.With(change))
			if len(plan.Replace) != 1 || plan.Replace[0] != name {
				t.Errorf("a change of %s replaces for %v", name, plan.Replace)
			}
		}
		if plan := f.plan(job, config.Without("custom_data")); len(plan.Replace) != 1 {
			t.Errorf("without custom_data: replaces for %v", plan.Replace)
		}
		again, diags := f.p.Apply(t, job, config.With(acctest.Values{"triggers": acctest.Values{"day": "2"}}))
		diags.RequireWarning(t, "", "Export jobs stay in Atlas")
		f.requireValues(again, acctest.Values{"snapshot_id": newer.ID, "state": "Successful"})
		if len(f.jobs()) != 2 {
			t.Errorf("Atlas has %+v", f.jobs())
		}
	})
}

func TestOtherChangesSendNoRequest(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		job := f.create(f.config())
		for _, change := range []acctest.Values{
			{"wait_for_completion": false},
			{"timeouts": acctest.Values{"create": "1h"}},
			{"custom_data": acctest.Values{}},
		} {
			if n := f.requests(func() {
				plan := f.plan(job, f.config().With(change))
				if len(plan.Replace) > 0 || plan.IsEmpty() {
					t.Errorf("%v replaces for %v, or is no change", change, plan.Replace)
				}
				if !plan.Value.IsFullyKnown() {
					t.Errorf("%v plans unknown values: %s", change, plan.Value)
				}
				changed := f.apply(job, f.config().With(change))
				f.requireEmptyPlan(changed, f.config().With(change))
			}); n != 0 {
				t.Errorf("%v: %d requests", change, n)
			}
		}
	})
}

func TestFailedJobIsAnErrorAndThenReplaced(t *testing.T) {
	for _, outcome := range []string{"Failed", "Cancelled"} {
		t.Run(outcome, func(t *testing.T) {
			inBubble(t, func(t *testing.T, f *fixture) {
				f.pace(time.Hour, outcome)
				job, diags := f.p.Apply(t, f.p.None(resourceType), f.config())
				fragments := []string{"Export job " + job.Get(t, "id").(string) + ": " + outcome, job.Get(t, "prefix").(string)}
				if outcome == "Failed" {
					fragments = append(fragments, "Atlas: EXPORT_FAILED: The bucket is full.")
				}
				diags.RequireError(t, "", fragments...)
				f.requireValues(job, acctest.Values{"state": outcome})
				if len(f.jobs()) != 1 {
					t.Errorf("Atlas has %+v", f.jobs())
				}

				f.pace(time.Hour, "")
				job = f.read(job)
				plan, diags := f.p.Plan(t, job, f.config())
				diags.RequireWarning(t, "state", "will be replaced", outcome, job.Get(t, "prefix").(string))
				if len(plan.Replace) != 1 || plan.Replace[0] != "state" {
					t.Errorf("replaces for %v", plan.Replace)
				}
				again, diags := f.p.Apply(t, job, f.config())
				if diags.HasError() || again.Get(t, "state") != "Successful" || len(f.jobs()) != 2 {
					t.Errorf("%s is in the state, Atlas has %+v:\n%s", again.Value, f.jobs(), diags)
				}
			})
		})
	}
}

func TestJobThatFailsDuringAnUpdateIsAnError(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.pace(time.Hour, "Failed")
		job := f.create(f.config().With(acctest.Values{"wait_for_completion": false}))
		job, diags := f.p.Apply(t, job, f.config())
		diags.RequireError(t, "", "The bucket is full.", job.Get(t, "prefix").(string))
		f.requireValues(job, acctest.Values{"state": "Failed", "state_reason": "EXPORT_FAILED: The bucket is full."})
		plan, diags := f.p.Plan(t, job, f.config())
		diags.RequireWarning(t, "state", "will be replaced", "The bucket is full.")
		if len(plan.Replace) != 1 {
			t.Errorf("replaces for %v", plan.Replace)
		}
		if len(f.jobs()) != 1 {
			t.Errorf("Atlas has %+v", f.jobs())
		}
	})
}

func TestJobIsRemovedFromTheStateWithItsClusterOrProject(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.pace(time.Hour, "")
		job := f.create(f.config().With(acctest.Values{"wait_for_completion": false}))
		for _, fault := range []emulator.Fault{
			{Method: "GET", Path: jobPath, Status: 404, Code: "CLUSTER_NOT_FOUND", Detail: "No cluster named orders exists."},
			{Method: "GET", Path: jobPath, Status: 404, Code: "GROUP_NOT_FOUND", Detail: "No group exists."},
		} {
			f.addFault(fault)
			gone, diags := f.p.Read(t, job)
			if gone.Exists() || gone.Identity == nil || diags.HasError() || (len(diags) > 0) != (fault.Code == "GROUP_NOT_FOUND") {
				t.Errorf("%s: %s is in the state, and the diagnostics are %s", fault.Code, gone.Value, diags)
			}
			f.atlas.ClearFaults()
		}
		for _, fault := range []emulator.Fault{
			{Method: "GET", Path: jobPath, Status: 404, Body: "<h1>Not found</h1>"},
			{Method: "GET", Path: jobPath, Status: 404, Code: "RESOURCE_NOT_FOUND", Detail: "Cannot find resource."},
		} {
			f.addFault(fault)
			kept, diags := f.p.Read(t, job)
			diags.RequireNone(t)
			if !kept.Exists() {
				t.Errorf("it is removed after a 404 that does not come from Atlas")
			}
			f.atlas.ClearFaults()
		}
		for name, state := range map[string]any{"a job": "Queued", "a job that was never read": nil} {
			forgotten := job.With(t, acctest.Values{"id": "65b2f1d09b3d0e4c5a6f7081", "state": state})
			forgotten.Identity = nil
			if gone, diags := f.p.Read(t, forgotten); gone.Exists() || len(diags) > 0 {
				t.Errorf("%s that does not exist is in the state:\n%s", name, diags)
			}
		}
	})
}

func TestImport(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		config := f.config().With(acctest.Values{"custom_data": acctest.Values{"env": "prod"}})
		job := f.create(config)
		id := job.Get(t, "id").(string)
		for name, with := range map[string]struct {
			id       string
			identity acctest.Values
		}{
			"id":                       {acctest.ProjectID + "/" + cluster + "/" + id, nil},
			"id of the other provider": {acctest.ProjectID + "--" + cluster + "--" + id, nil},
			"identity":                 {"", acctest.Values{"project_id": acctest.ProjectID, "cluster_name": cluster, "id": id}},
		} {
			imported, diags := f.p.Import(t, resourceType, with.id, with.identity)
			diags.RequireNone(t)
			if !imported.Value.Equal(job.Value) {
				t.Errorf("%s: got %s, want %s", name, imported.Value, job.Value)
			}
			f.requireEmptyPlan(imported, config)
		}
		_, diags := f.p.Import(t, resourceType, acctest.ProjectID+"/"+id, nil)
		diags.RequireError(t, "", "Invalid import id", "<project_id>/<cluster_name>/<id>")
	})
}

func TestImportOfAJobThatDoesNotExistSaysWhereToLook(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		const id = "65b2f1d09b3d0e4c5a6f7083"
		for _, of := range []string{acctest.ProjectID + "/" + cluster, acctest.ProjectID + "/other", "65b2f1d09b3d0e4c5a6f7082/" + cluster} {
			_, diags := f.p.Import(t, resourceType, of+"/"+id, nil)
			diags.RequireError(t, "", "Export job not imported", "nothing to import with the id "+of+"/"+id, "atlasbackup_export_jobs")
		}
	})
}
