package atlas_test

import (
	"testing"
	"testing/synctest"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

const (
	scheduleStillOn   = `{"clusterName":"cluster","autoExportEnabled":true,"export":{"exportBucketId":"` + otherID + `"}}`
	scheduleOfAnother = `{"clusterName":"other","autoExportEnabled":true,"export":{"exportBucketId":"` + otherID + `"}}`
	scheduleOfNone    = `{"autoExportEnabled":true,"export":{"exportBucketId":"` + otherID + `"}}`
)

func TestTheScheduleOfAnotherClusterIsReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &inTurn{answers: []string{scheduleOfAnother, scheduleOfNone, `{"clusterName":"cluster"}`}}
		ctx, client := server.client(t)
		got, err := client.GetBackupSchedule(ctx, projectID, "cluster")
		if err != nil || server.calls != 3 || got.ClusterName != "cluster" || got.AutoExportEnabled || got.Export.ExportBucketID != "" {
			t.Errorf("after %d calls: %+v, %v", server.calls, got, err)
		}
	})
}

func TestDisablingAutoExportIsRetriedUntilTheRightScheduleIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &inTurn{answers: []string{scheduleOfAnother, scheduleOfNone, scheduleStillOn, `{"clusterName":"cluster"}`}}
		ctx, client := server.client(t)
		if err := client.DisableAutoExport(ctx, projectID, "cluster"); err != nil || server.calls != 4 {
			t.Errorf("after %d calls: %v", server.calls, err)
		}
	})
}

func TestShowsComparesWhatWasSent(t *testing.T) {
	yes, no := true, false
	sent := atlas.AutoExport{ExportBucketID: otherID, FrequencyType: "daily"}
	withPrefix := func(prefix *bool) atlas.AutoExport {
		sent := sent
		sent.UseOrgAndGroupNamesInExportPrefix = prefix
		return sent
	}
	schedule := func(enabled bool, bucketID, frequency string, prefix bool) (s atlas.BackupSchedule) {
		s.AutoExportEnabled, s.Export.ExportBucketID, s.Export.FrequencyType, s.UseOrgAndGroupNamesInExportPrefix = enabled, bucketID, frequency, prefix
		return s
	}
	for name, c := range map[string]struct {
		sent     atlas.AutoExport
		schedule atlas.BackupSchedule
		want     bool
	}{
		"the same":               {sent, schedule(true, otherID, "daily", false), true},
		"a prefix not sent":      {sent, schedule(true, otherID, "daily", true), true},
		"names, as sent":         {withPrefix(&yes), schedule(true, otherID, "daily", true), true},
		"ids, as sent":           {withPrefix(&no), schedule(true, otherID, "daily", false), true},
		"ids and not names":      {withPrefix(&yes), schedule(true, otherID, "daily", false), false},
		"names and not ids":      {withPrefix(&no), schedule(true, otherID, "daily", true), false},
		"off":                    {sent, schedule(false, otherID, "daily", false), false},
		"to another bucket":      {sent, schedule(true, projectID, "daily", false), false},
		"with another frequency": {sent, schedule(true, otherID, "weekly", false), false},
	} {
		if got := c.schedule.Shows(c.sent); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
