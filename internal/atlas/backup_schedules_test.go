package atlas_test

import (
	"testing"
	"testing/synctest"
)

const (
	scheduleOfAnother = `{"clusterName":"other","autoExportEnabled":true,"export":{"exportBucketId":"` + otherID + `"}}`
	scheduleOfNone    = `{"autoExportEnabled":true,"export":{"exportBucketId":"` + otherID + `"}}`
)

func TestAScheduleOfAnotherClusterIsAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &inTurn{answers: []string{scheduleOfAnother, scheduleOfNone, `{"clusterName":"cluster"}`}}
		ctx, client := server.client(t)
		got, err := client.GetBackupSchedule(ctx, projectID, "cluster")
		if err != nil || server.calls != 3 || got.ClusterName != "cluster" || got.AutoExportEnabled || got.Export.ExportBucketID != "" {
			t.Errorf("after %d calls: %+v, %v", server.calls, got, err)
		}
	})
}

func TestAnAutoExportIsOffOnlyWhenItsOwnScheduleSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &inTurn{answers: []string{scheduleOfAnother, scheduleOfNone, `{"clusterName":"cluster"}`}}
		ctx, client := server.client(t)
		if err := client.DisableAutoExport(ctx, projectID, "cluster"); err != nil || server.calls != 3 {
			t.Errorf("after %d calls: %v", server.calls, err)
		}
	})
}
