package atlas

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

const versionBackupSchedule = "2024-08-05"

// Codes of answers about backup schedules, as documented.
const (
	CodeBackupCompliancePolicy = "BACKUP_POLICIES_NOT_MEETING_BACKUP_COMPLIANCE_POLICY_REQUIREMENTS"
	CodeInvalidBackupPolicy    = "INVALID_BACKUP_POLICY"
)

// schedulesAtOnce is how many backup schedules of a project are read at the same time.
const schedulesAtOnce = 10

// BackupSchedule is the part of a cluster's backup schedule that the provider uses. Atlas has
// no Export while the automatic export is off (recorded), but AutoExportEnabled decides.
type BackupSchedule struct {
	ClusterName       string `json:"clusterName"`
	AutoExportEnabled bool   `json:"autoExportEnabled"`
	Export            struct {
		ExportBucketID string `json:"exportBucketId"`
		FrequencyType  string `json:"frequencyType"`
	} `json:"export"`
	UseOrgAndGroupNamesInExportPrefix bool `json:"useOrgAndGroupNamesInExportPrefix"`
	Policies                          []struct {
		PolicyItems []struct {
			FrequencyType string `json:"frequencyType"`
		} `json:"policyItems"`
	} `json:"policies"`
}

// ExportFrequencies are those that an automatic export can have, the most frequent first.
var ExportFrequencies = []string{"daily", "weekly", "monthly", "yearly"}

// SnapshotFrequencies are the frequencies of the policy items that a schedule has, of those in
// ExportFrequencies.
func (s BackupSchedule) SnapshotFrequencies() []string {
	return slices.DeleteFunc(slices.Clone(ExportFrequencies), func(frequency string) bool {
		for _, policy := range s.Policies {
			for _, item := range policy.PolicyItems {
				if item.FrequencyType == frequency {
					return false
				}
			}
		}
		return true
	})
}

// ExportsAny tells whether the schedule takes snapshots that an automatic export of the
// frequency exports: those of the same frequency; weekly exports also monthly and yearly ones
// (documented).
func (s BackupSchedule) ExportsAny(frequency string) bool {
	has := s.SnapshotFrequencies()
	return slices.Contains(has, frequency) ||
		frequency == "weekly" && (slices.Contains(has, "monthly") || slices.Contains(has, "yearly"))
}

// AutoExport is what a cluster's automatic export should be. A nil prefix choice leaves that as
// it is.
type AutoExport struct {
	ExportBucketID                    string
	FrequencyType                     string
	UseOrgAndGroupNamesInExportPrefix *bool
}

// Shows tells whether a schedule has the automatic export that was sent.
func (s BackupSchedule) Shows(export AutoExport) bool {
	prefix := export.UseOrgAndGroupNamesInExportPrefix
	return s.AutoExportEnabled && s.Export.ExportBucketID == export.ExportBucketID && s.Export.FrequencyType == export.FrequencyType &&
		(prefix == nil || *prefix == s.UseOrgAndGroupNamesInExportPrefix)
}

// GetBackupSchedule reads one; CodeClusterNotFound tells that its cluster does not exist.
func (c *Client) GetBackupSchedule(ctx context.Context, projectID, cluster string) (*BackupSchedule, error) {
	return c.backupSchedule(ctx, http.MethodGet, projectID, cluster, nil, nil)
}

// SetAutoExport switches a cluster's automatic export on, or changes it, and leaves the rest of
// its schedule as it is: a PATCH changes only what is sent (recorded), and autoExportEnabled
// must be sent with export (documented). It returns the schedule as it is then.
func (c *Client) SetAutoExport(ctx context.Context, projectID, cluster string, export AutoExport) (*BackupSchedule, error) {
	type target struct {
		ExportBucketID string `json:"exportBucketId"`
		FrequencyType  string `json:"frequencyType"`
	}
	in := struct {
		AutoExportEnabled                 bool   `json:"autoExportEnabled"`
		Export                            target `json:"export"`
		UseOrgAndGroupNamesInExportPrefix *bool  `json:"useOrgAndGroupNamesInExportPrefix,omitempty"`
	}{true, target{export.ExportBucketID, export.FrequencyType}, export.UseOrgAndGroupNamesInExportPrefix}
	return c.backupSchedule(ctx, http.MethodPatch, projectID, cluster, in, func(s BackupSchedule) error {
		if !s.Shows(export) {
			return errors.New("it does not show the automatic export that was sent")
		}
		return nil
	})
}

// DisableAutoExport switches a cluster's automatic export off and leaves the rest of its
// schedule as it is. Atlas refuses an export beside it (reported). CodeClusterNotFound tells
// that the cluster does not exist, CodeCannotUpdatePausedCluster that it is paused.
func (c *Client) DisableAutoExport(ctx context.Context, projectID, cluster string) error {
	_, err := c.backupSchedule(ctx, http.MethodPatch, projectID, cluster, struct {
		AutoExportEnabled bool `json:"autoExportEnabled"`
	}{false}, func(s BackupSchedule) error {
		if s.AutoExportEnabled {
			return errors.New("it shows an automatic export that is still on")
		}
		return nil
	})
	return err
}

// backupSchedule makes a call that is answered with the schedule of a cluster (clusterName:
// recorded). check refuses a schedule that does not show what was sent; nil refuses none.
func (c *Client) backupSchedule(ctx context.Context, method, projectID, cluster string, body any, check func(BackupSchedule) error) (*BackupSchedule, error) {
	return call(ctx, c, request{
		method:  method,
		version: versionBackupSchedule,
		path:    []string{"groups", projectID, "clusters", cluster, "backup", "schedule"},
		body:    body,
	}, func(s BackupSchedule) error {
		switch {
		case s.ClusterName != cluster:
			return errors.New("it is not the schedule of this cluster")
		case check != nil:
			return check(s)
		}
		return nil
	})
}

// ClusterSchedule is a cluster and its backup schedule, or Atlas' refusal to show that, as it
// may refuse for a cluster without backup (unverified).
type ClusterSchedule struct {
	Cluster  Cluster
	Schedule *BackupSchedule
	Refusal  *Error
}

// BackupSchedules reads the schedules of all clusters of a project, ten at a time, and returns
// them sorted by the cluster's name. A cluster that is deleted meanwhile is left out.
func (c *Client) BackupSchedules(ctx context.Context, projectID string) ([]ClusterSchedule, error) {
	clusters, _, err := c.AllClusters(ctx, projectID)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex // guards schedules
	var schedules []ClusterSchedule
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(schedulesAtOnce)
	for _, cluster := range clusters {
		group.Go(func() error {
			schedule, err := c.GetBackupSchedule(ctx, projectID, cluster.Name)
			if HasCode(err, CodeClusterNotFound) {
				return nil
			}
			refusal, ok := scheduleRefusal(err)
			if err != nil && !ok {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			schedules = append(schedules, ClusterSchedule{Cluster: cluster, Schedule: schedule, Refusal: refusal})
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	SortBy(schedules, func(s ClusterSchedule) string { return s.Cluster.Name })
	return schedules, nil
}

// scheduleRefusal tells whether Atlas refuses to show one schedule, and not the credential or
// too many requests.
func scheduleRefusal(err error) (*Error, bool) {
	var refusal *Error
	isRefusal := errors.As(err, &refusal) && refusal.Status/100 == 4 && refusal.Code != "" &&
		refusal.Status != http.StatusUnauthorized && refusal.Status != http.StatusTooManyRequests
	if !isRefusal {
		return nil, false
	}
	return refusal, true
}
