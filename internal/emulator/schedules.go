package emulator

// backupSchedule is the part of a cluster's backup schedule that has to do with
// export, in the API's shape. The rest of a schedule is not emulated.
type backupSchedule struct {
	AutoExportEnabled                 bool             `json:"autoExportEnabled"`
	Export                            *scheduledExport `json:"export,omitempty"`
	UseOrgAndGroupNamesInExportPrefix bool             `json:"useOrgAndGroupNamesInExportPrefix"`
}

// scheduleAnswer is a backup schedule in an answer, which names its cluster as the
// recorded ones do.
type scheduleAnswer struct {
	ClusterID   string `json:"clusterId"`
	ClusterName string `json:"clusterName"`
	backupSchedule
}

func (p *project) answerWithSchedule(c *cluster) scheduleAnswer {
	return scheduleAnswer{ClusterID: p.clusterID(c.Name), ClusterName: c.Name, backupSchedule: c.Schedule}
}

// scheduledExport is never changed in place, so that schedules can share one.
type scheduledExport struct {
	ExportBucketID string `json:"exportBucketId"`
	FrequencyType  string `json:"frequencyType"`
}

// autoExport returns the id of the bucket, or "" when it is off.
func (s backupSchedule) autoExport() string {
	if !s.AutoExportEnabled || s.Export == nil {
		return ""
	}
	return s.Export.ExportBucketID
}

// SetAutoExport makes a cluster export to a bucket every month, behind the
// API's back; bucketID "" switches its auto export off. It makes a project and
// a cluster that are not there; the bucket need not exist.
func (a *Atlas) SetAutoExport(projectID, cluster, bucketID string) {
	a.change(func() {
		schedule := &a.ensureProject(projectID).ensureCluster(cluster).Schedule
		schedule.AutoExportEnabled = bucketID != ""
		if bucketID != "" {
			schedule.Export = &scheduledExport{ExportBucketID: bucketID, FrequencyType: "monthly"}
		}
	})
}

// AutoExport returns the id of the bucket that a cluster auto-exports to, or ""
// when its auto export is off or there is no such cluster.
func (a *Atlas) AutoExport(projectID, cluster string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	p := a.projects[projectID]
	if p == nil {
		return ""
	}
	found, f := p.cluster(cluster)
	if f != nil {
		return ""
	}
	return found.Schedule.autoExport()
}

func (a *Atlas) getSchedule(c *call) (any, *failure) {
	found, f := c.project.cluster(c.pathValues["clusterName"])
	if f != nil {
		return nil, f
	}
	return c.project.answerWithSchedule(found), nil
}

// updateSchedule changes what is sent and leaves the rest, so that export stays
// when auto export is switched off: unverified.
func (a *Atlas) updateSchedule(c *call) (any, *failure) {
	found, f := c.project.cluster(c.pathValues["clusterName"])
	if f != nil {
		return nil, f
	}
	in, f := decodeAttributes(c.body)
	if f != nil {
		return nil, f
	}
	schedule, f := found.Schedule.update(in)
	if f != nil {
		return nil, f
	}
	if id := schedule.autoExport(); id != "" {
		if _, f := c.project.exportBucket(id, c.version); f != nil {
			return nil, f
		}
	}
	found.Schedule = schedule
	return c.project.answerWithSchedule(found), nil
}

// update returns s with what in holds. An export without autoExportEnabled is
// INVALID_BACKUP_POLICY, from the Atlas Admin API documentation; auto export
// without an export, now or before, is so too: unverified.
func (s backupSchedule) update(in attributes) (backupSchedule, *failure) {
	if f := in.allow("autoExportEnabled", "export", "useOrgAndGroupNamesInExportPrefix"); f != nil {
		return s, f
	}
	if f := in.decode("autoExportEnabled", &s.AutoExportEnabled); f != nil {
		return s, f
	}
	if f := in.decode("useOrgAndGroupNamesInExportPrefix", &s.UseOrgAndGroupNamesInExportPrefix); f != nil {
		return s, f
	}
	if in.has("export") {
		if !in.has("autoExportEnabled") {
			return s, invalidBackupPolicy("autoExportEnabled must be sent with export.")
		}
		export, f := decodeScheduledExport(in)
		if f != nil {
			return s, f
		}
		s.Export = export
	}
	if s.AutoExportEnabled && s.Export == nil {
		return s, invalidBackupPolicy("auto export needs an export.")
	}
	return s, nil
}

// decodeScheduledExport wants both attributes; the frequencies are those of the
// Atlas documentation, of which the API's specification lists the last two.
func decodeScheduledExport(in attributes) (*scheduledExport, *failure) {
	var export attributes
	if f := in.decode("export", &export); f != nil {
		return nil, f
	}
	if f := export.allow("exportBucketId", "frequencyType"); f != nil {
		return nil, f
	}
	if f := export.require("exportBucketId", "frequencyType"); f != nil {
		return nil, f
	}
	var decoded scheduledExport
	if f := export.decodeID("exportBucketId", &decoded.ExportBucketID); f != nil {
		return nil, f
	}
	if f := export.decodeEnum("frequencyType", &decoded.FrequencyType, "daily", "weekly", "monthly", "yearly"); f != nil {
		return nil, f
	}
	return &decoded, nil
}
