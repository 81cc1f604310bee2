package atlas

import (
	"context"
	"errors"
	"net/http"
)

const versionBackupSchedule = "2024-08-05"

// BackupSchedule is what matters here of a cluster's: where it exports its snapshots. The
// target may stay when the export is off, so AutoExportEnabled decides.
type BackupSchedule struct {
	ClusterName       string `json:"clusterName"`
	AutoExportEnabled bool   `json:"autoExportEnabled"`
	Export            struct {
		ExportBucketID string `json:"exportBucketId"`
	} `json:"export"`
}

// GetBackupSchedule reads one; CodeClusterNotFound tells that its cluster is gone.
func (c *Client) GetBackupSchedule(ctx context.Context, projectID, cluster string) (*BackupSchedule, error) {
	var schedule BackupSchedule
	err := c.do(ctx, request{
		method:  http.MethodGet,
		version: versionBackupSchedule,
		path:    backupSchedulePath(projectID, cluster),
		decode:  into(&schedule, isScheduleOf(cluster)),
	})
	if err != nil {
		return nil, err
	}
	return &schedule, nil
}

// DisableAutoExport switches a cluster's automatic export off and leaves the rest of its
// schedule as it is: the PATCH is a partial update (documented). CodeClusterNotFound tells
// that the cluster is gone, CodeCannotUpdatePausedCluster that it is paused.
func (c *Client) DisableAutoExport(ctx context.Context, projectID, cluster string) error {
	var schedule BackupSchedule
	return c.do(ctx, request{
		method:  http.MethodPatch,
		version: versionBackupSchedule,
		path:    backupSchedulePath(projectID, cluster),
		in: struct {
			AutoExportEnabled bool `json:"autoExportEnabled"`
		}{false},
		decode: into(&schedule, isScheduleOf(cluster)),
	})
}

// isScheduleOf returns the check that a schedule is that of a cluster (clusterName: recorded).
func isScheduleOf(cluster string) func(BackupSchedule) error {
	return func(s BackupSchedule) error {
		if s.ClusterName != cluster {
			return errors.New("it is the schedule of another cluster, or of none")
		}
		return nil
	}
}

func backupSchedulePath(projectID, cluster string) []string {
	return []string{"groups", projectID, "clusters", cluster, "backup", "schedule"}
}
