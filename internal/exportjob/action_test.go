package exportjob_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	actionType        = "atlasbackup_export_snapshot"
	takenPath         = "/api/atlas/v2/groups/*/clusters/*/backup/snapshots"
	snapshotJustTaken = "before the upgrade"
)

// snapshotPace makes new snapshots take that long, and end with a status.
func (f *fixture) snapshotPace(takes time.Duration, outcome string) {
	f.Helper()
	paces := f.atlas.Paces()
	paces.Snapshots = emulator.Pace{Queued: time.Minute, InProgress: takes, Outcome: outcome}
	if err := f.atlas.SetPaces(paces); err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) snapshots() []emulator.Snapshot {
	return f.atlas.Snapshots(acctest.ProjectID, cluster)
}

func (f *fixture) takeConfig() acctest.Values {
	return f.config().With(acctest.Values{"take_snapshot": acctest.Values{"description": snapshotJustTaken, "retention_in_days": 3}})
}

// invoke invokes without a diagnostic, and returns the messages without ids.
func (f *fixture) invoke(config acctest.Values) []string {
	f.Helper()
	progress, diags := f.p.Invoke(f.T, actionType, config)
	diags.RequireNone(f.T)
	return f.withoutIDs(progress)
}

func (f *fixture) withoutIDs(progress []string) (messages []string) {
	for _, message := range progress {
		for _, job := range f.jobs() {
			message = strings.ReplaceAll(strings.ReplaceAll(message, job.ID, "JOB"), job.Prefix, "PREFIX")
		}
		for _, snapshot := range f.snapshots() {
			message = strings.ReplaceAll(message, snapshot.ID, "SNAPSHOT")
		}
		messages = append(messages, message)
	}
	return messages
}

func requireMessages(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("the progress is\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// jobMessages are those of a job that is successful, of a cluster with two collections.
var jobMessages = []string{
	"Export job JOB: Queued", "Export job JOB: InProgress, 0 of 2 collections", "Export job JOB: InProgress, 1 of 2 collections",
	"Export job JOB: Successful, 2 of 2 collections", "Export job JOB: its files are under PREFIX",
}

func TestActionExportsTheNewestSnapshotAndReportsEachChangeOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.pace(10*time.Hour, "")
		requireMessages(t, f.invoke(f.config().With(acctest.Values{"custom_data": acctest.Values{"env": "prod"}})), jobMessages...)
		job := f.jobs()[0]
		if job.SnapshotID != f.snapshot.ID || fmt.Sprint(job.CustomData) != "[{env prod}]" {
			t.Errorf("Atlas has %+v", job)
		}
	})
}

func TestActionTakesASnapshotAndExportsIt(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.pace(time.Hour, "")
		f.snapshotPace(5*time.Minute, "")
		requireMessages(t, f.invoke(f.takeConfig()),
			append([]string{"Snapshot SNAPSHOT: queued", "Snapshot SNAPSHOT: inProgress", "Snapshot SNAPSHOT: completed"}, jobMessages...)...)
		taken := f.snapshots()[1]
		if taken.Description != snapshotJustTaken || taken.ExpiresAt.Sub(taken.CreatedAt).Round(time.Hour) != 72*time.Hour || f.jobs()[0].SnapshotID != taken.ID {
			t.Errorf("Atlas has %+v and %+v", taken, f.jobs())
		}
	})
}

func TestActionWorksForAShardedCluster(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: "sharded", ClusterType: "SHARDED"})
		_, diags := f.p.Invoke(t, actionType, f.config().With(acctest.Values{"cluster_name": "sharded", "take_snapshot": acctest.Values{}}))
		diags.RequireNone(t)
		if jobs := f.atlas.ExportJobs(acctest.ProjectID, "sharded"); len(jobs) != 1 || jobs[0].State != "Successful" {
			t.Errorf("Atlas has %+v", jobs)
		}
	})
}

func TestActionWaitsForAnotherSnapshotOnDemand(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.snapshotPace(5*time.Minute, "")
		f.atlas.AddSnapshot(acctest.ProjectID, cluster, emulator.Snapshot{Status: "queued"})
		f.invoke(f.takeConfig())
		if taken := f.snapshots(); len(taken) != 3 || f.jobs()[0].SnapshotID != taken[2].ID {
			t.Errorf("Atlas has %+v and %+v", taken, f.jobs())
		}
	})
}

// After a lost answer, a snapshot that is not finished may be the result of the lost request.
func TestLostAnswerTakesNoSecondSnapshot(t *testing.T) {
	for name, fault := range map[string]emulator.Fault{
		"lost after":         {Break: emulator.Reset, After: true},
		"lost before":        {Break: emulator.Reset},
		"late":               {Break: emulator.Hold, After: true},
		"error after":        {Status: 503, After: true},
		"late in Atlas":      {Status: 200, Body: "{}", After: true},
		"refused by a proxy": {Status: 403, Body: "<h1>Blocked</h1>", After: true},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, f *fixture) {
				f.snapshotPace(5*time.Minute, "")
				fault.Method, fault.Path, fault.Times = http.MethodPost, takenPath, 1
				f.addFault(fault)
				f.invoke(f.takeConfig())
				if len(f.snapshots()) != 2 || len(f.jobs()) != 1 {
					t.Errorf("Atlas has %+v and %+v", f.snapshots(), f.jobs())
				}
			})
		})
	}
}

// Atlas carries out the first request after the looks, and refuses the second one.
func TestSnapshotThatAppearsAfterTheLooksIsFound(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.snapshotPace(5*time.Minute, "")
		f.addFault(emulator.Fault{Method: http.MethodPost, Path: takenPath, Times: 1, Break: emulator.Reset, After: true})
		f.addFault(emulator.Fault{Method: http.MethodGet, Path: takenPath, Times: 3, Status: 200, Body: `{"results":[],"totalCount":0}`})
		f.invoke(f.takeConfig())
		if len(f.snapshots()) != 2 {
			t.Errorf("Atlas has %+v", f.snapshots())
		}
	})
}

func TestFailedSnapshotIsNotExported(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.snapshotPace(time.Minute, "failed")
		_, diags := f.p.Invoke(t, actionType, f.takeConfig())
		diags.RequireError(t, "", "Snapshot "+f.snapshots()[1].ID+" has failed", "nothing was exported")
		if len(f.jobs()) != 0 {
			t.Errorf("Atlas has %+v", f.jobs())
		}
	})
}

func TestFailedExportIsAnErrorOfTheAction(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.pace(time.Hour, "Failed")
		_, diags := f.p.Invoke(t, actionType, f.config())
		diags.RequireError(t, "", "The bucket is full.", f.jobs()[0].Prefix, "Invoke the action again")
	})
}

func TestInterruptedActionIsAnErrorThatNamesTheJob(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.pace(time.Hour, "")
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, cancel)
		_, diags := f.p.WithContext(ctx).Invoke(t, actionType, f.config())
		diags.RequireError(t, "", "Export job "+f.jobs()[0].ID+" has not finished", "interrupted",
			"invoke the action again with snapshot_id = \""+f.jobs()[0].SnapshotID+"\"", "atlasbackup_export_job")

		_, diags = f.p.Invoke(t, actionType, f.config())
		diags.RequireWarning(t, "", "taken over")
		if len(f.jobs()) != 1 {
			t.Errorf("Atlas has %+v", f.jobs())
		}
	})
}

func TestActionThatRunsOutOfTimeIsAnError(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.snapshotPace(time.Hour, "")
		_, diags := f.p.Invoke(t, actionType, f.takeConfig().With(acctest.Values{"timeouts": acctest.Values{"invoke": "10m"}}))
		diags.RequireError(t, "", "Snapshot "+f.snapshots()[1].ID+" is not completed", "timeouts", "snapshot_id = ")
	})
}

func TestErrorsOfTheActionAreAtItsArguments(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		for name, c := range map[string]struct {
			change    acctest.Values
			attribute string
			says      string
		}{
			"cluster":   {acctest.Values{"cluster_name": "nothing"}, "cluster_name", "CLUSTER_NOT_FOUND"},
			"snapshot":  {acctest.Values{"snapshot_id": someID}, "snapshot_id", "SNAPSHOT_NOT_FOUND"},
			"bucket":    {acctest.Values{"export_bucket_id": someID}, "export_bucket_id", "EXPORT_BUCKET_NOT_FOUND"},
			"retention": {acctest.Values{"take_snapshot": acctest.Values{"retention_in_days": 100000}}, "take_snapshot.retention_in_days", "retentionInDays"},
		} {
			t.Log(name)
			_, diags := f.p.Invoke(t, actionType, f.config().With(c.change))
			diags.RequireError(t, c.attribute, c.says)
		}
	})
}

func TestEveryArgumentOfTheActionIsValidated(t *testing.T) {
	p := acctest.Unconfigured(t)
	p.ValidateAction(t, actionType, valid()).RequireNone(t)
	for name, c := range broken {
		t.Run(name, func(t *testing.T) {
			p.ValidateAction(t, actionType, valid().With(c.arguments)).RequireError(t, c.attribute, c.says)
		})
	}
	take := acctest.Values{"take_snapshot": acctest.Values{}}
	p.ValidateAction(t, actionType, valid().With(take)).RequireNone(t)
	p.ValidateAction(t, actionType, valid().With(take).With(acctest.Values{"snapshot_id": someID})).
		RequireError(t, "take_snapshot", "Write either snapshot_id or take_snapshot")
	p.ValidateAction(t, actionType, valid().With(acctest.Values{"take_snapshot": acctest.Values{"retention_in_days": 0}})).
		RequireError(t, "take_snapshot.retention_in_days", "at least 1")
	p.ValidateAction(t, actionType, valid().With(acctest.Values{"timeouts": acctest.Values{"invoke": "-1h"}})).RequireError(t, "timeouts.invoke", "positive duration")
	p.ValidateAction(t, actionType, acctest.Values{
		"project_id": acctest.Unknown, "cluster_name": acctest.Unknown, "export_bucket_id": acctest.Unknown, "snapshot_id": acctest.Unknown,
		"take_snapshot": acctest.Values{"description": acctest.Unknown, "retention_in_days": acctest.Unknown}, "custom_data": acctest.Unknown,
	}).RequireNone(t)
	p.ValidateAction(t, actionType, valid().With(acctest.Values{"take_snapshot": acctest.Unknown})).RequireNone(t)
}
