package emulator

import (
	"maps"
	"net/http"
	"slices"
	"time"
)

const schedulePath = clustersPath + "/{clusterName}/backup/schedule"

// backupScheduleNoun has the dates of the Atlas Admin API documentation. The state of a
// schedule is in that of its cluster.
var backupScheduleNoun = noun{
	routes: []route{
		{
			method: http.MethodGet, path: schedulePath, versions: scheduleVersions, roles: anyRole, family: backupEndpoints,
			handle: (*Atlas).getSchedule,
		},
		{
			method: http.MethodPatch, path: schedulePath, versions: scheduleVersions, roles: backupManagers, family: backupEndpoints,
			handle: (*Atlas).updateSchedule,
		},
		{
			method: http.MethodDelete, path: schedulePath, versions: scheduleVersions, roles: backupManagers, family: backupEndpoints,
			handle: (*Atlas).clearSchedule,
		},
	},
	names: map[string]string{"clusterName": "another-cluster"},
}

var scheduleVersions = []version{deprecatedIn2024("2023-01-01"), {date: "2024-08-05"}}

// backupSchedule is what Atlas has of a cluster's backup schedule, in the API's shape. The zero
// value is that of a new cluster. What it refers to is never changed in place, so that schedules
// can share it.
type backupSchedule struct {
	AutoExportEnabled                 bool             `json:"autoExportEnabled"`
	CopySettings                      []attributes     `json:"copySettings,omitempty"`
	Export                            *scheduledExport `json:"export,omitempty"`
	Policies                          []backupPolicy   `json:"policies,omitzero"` // nil: those of a new cluster
	ReferenceHourOfDay                int              `json:"referenceHourOfDay,omitempty"`
	ReferenceMinuteOfHour             int              `json:"referenceMinuteOfHour,omitempty"`
	RestoreWindowDays                 int              `json:"restoreWindowDays,omitempty"` // 0: that of a new cluster
	UseOrgAndGroupNamesInExportPrefix bool             `json:"useOrgAndGroupNamesInExportPrefix"`

	// OtherAttributes are those that a client has sent and that are not among the above.
	OtherAttributes attributes `json:"otherAttributes,omitempty"`
}

type scheduledExport struct {
	ExportBucketID string `json:"exportBucketId"`
	FrequencyType  string `json:"frequencyType"`
}

type backupPolicy struct {
	ID          string       `json:"id"`
	PolicyItems []policyItem `json:"policyItems"`
}

type policyItem struct {
	ID                string `json:"id"`
	FrequencyInterval int    `json:"frequencyInterval"`
	FrequencyType     string `json:"frequencyType"`
	RetentionUnit     string `json:"retentionUnit"`
	RetentionValue    int    `json:"retentionValue"`
}

// schedule returns a cluster's schedule with the policy and the restore window that a new cluster
// has: recorded.
func (p *project) schedule(c *cluster) backupSchedule {
	s := c.Schedule
	if s.Policies == nil {
		items := []policyItem{
			{FrequencyType: "hourly", FrequencyInterval: 6, RetentionValue: 7, RetentionUnit: "days"},
			{FrequencyType: "daily", FrequencyInterval: 1, RetentionValue: 7, RetentionUnit: "days"},
			{FrequencyType: "weekly", FrequencyInterval: 6, RetentionValue: 4, RetentionUnit: "weeks"},
			{FrequencyType: "monthly", FrequencyInterval: 40, RetentionValue: 12, RetentionUnit: "months"},
			{FrequencyType: "yearly", FrequencyInterval: 12, RetentionValue: 1, RetentionUnit: "years"},
		}
		for i := range items {
			items[i].ID = p.clusterID(c.Name, items[i].FrequencyType)
		}
		s.Policies = []backupPolicy{{ID: p.clusterID(c.Name, "policy"), PolicyItems: items}}
	}
	if s.RestoreWindowDays == 0 {
		s.RestoreWindowDays = 7
	}
	return s
}

// autoExport returns the id of the bucket, or "" if auto export is off.
func (s backupSchedule) autoExport() string {
	if !s.AutoExportEnabled || s.Export == nil {
		return ""
	}
	return s.Export.ExportBucketID
}

// nextSnapshot returns the next time of a snapshot, or false without policy items. The times of a
// day begin with the reference time, and are as far apart as the hourly policy item says. That this
// is Atlas' rule is unverified.
func (s backupSchedule) nextSnapshot(now time.Time) (time.Time, bool) {
	step := time.Duration(0)
	for _, policy := range s.Policies {
		for _, item := range policy.PolicyItems {
			pause := 24 * time.Hour
			if item.FrequencyType == "hourly" {
				pause = time.Duration(item.FrequencyInterval) * time.Hour
			}
			if step == 0 || pause < step {
				step = pause
			}
		}
	}
	if step == 0 {
		return time.Time{}, false
	}
	year, month, day := now.UTC().Date()
	next := time.Date(year, month, day, s.ReferenceHourOfDay, s.ReferenceMinuteOfHour, 0, 0, time.UTC)
	for next.After(now) {
		next = next.Add(-step)
	}
	for !next.After(now) {
		next = next.Add(step)
	}
	return next, true
}

// SetAutoExport makes a cluster export to a bucket every month, without the API and its
// checks; bucketID "" switches its auto export off. If the project or the cluster does not
// exist, it is added; the bucket need not exist.
func (a *Atlas) SetAutoExport(projectID, cluster, bucketID string) {
	a.change(func() { a.ensureProject(projectID).ensureCluster(cluster).setAutoExport(bucketID) })
}

func (c *cluster) setAutoExport(bucketID string) {
	c.Schedule.AutoExportEnabled, c.Schedule.Export = false, nil
	if bucketID != "" {
		c.Schedule.AutoExportEnabled, c.Schedule.Export = true, &scheduledExport{ExportBucketID: bucketID, FrequencyType: "monthly"}
	}
}

// AutoExport returns the id of the bucket that a cluster auto-exports to, or "" if its auto
// export is off or the cluster does not exist.
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

// answerWithSchedule returns an answer with the fields of the recorded ones. The rel of the second
// link, and the value of copyPolicyItemsEnabled, are unverified.
func (c *call) answerWithSchedule(found *cluster) map[string]any {
	s := c.project.schedule(found)
	answer := map[string]any{
		"autoExportEnabled":      s.AutoExportEnabled,
		"clusterId":              c.project.clusterID(found.Name),
		"clusterName":            found.Name,
		"copyPolicyItemsEnabled": false,
		"copySettings":           append([]attributes{}, s.CopySettings...),
		"links": []link{
			c.link("self", schedulePath),
			c.link("https://cloud.mongodb.com/cluster", clustersPath+"/{clusterName}"),
		},
		"policies":                          s.Policies,
		"referenceHourOfDay":                s.ReferenceHourOfDay,
		"referenceMinuteOfHour":             s.ReferenceMinuteOfHour,
		"restoreWindowDays":                 s.RestoreWindowDays,
		"useOrgAndGroupNamesInExportPrefix": s.UseOrgAndGroupNamesInExportPrefix,
	}
	if s.Export != nil {
		answer["export"] = s.Export
	}
	if next, ok := s.nextSnapshot(time.Now()); ok {
		answer["nextSnapshot"] = next.Format(time.RFC3339)
	}
	for name, value := range s.OtherAttributes {
		answer[name] = value
	}
	return answer
}

func (a *Atlas) getSchedule(c *call) (any, *failure) {
	found, f := c.cluster()
	if f != nil {
		return nil, f
	}
	return c.answerWithSchedule(found), nil
}

// updateSchedule changes what is sent and nothing else: recorded.
func (a *Atlas) updateSchedule(c *call) (any, *failure) {
	found, f := c.clusterToChange()
	if f != nil {
		return nil, f
	}
	in, f := decodeAttributes(c.body)
	if f != nil {
		return nil, f
	}
	newID := func() string { return a.ids.next(time.Now()) }
	schedule, f := c.project.schedule(found).update(in, newID)
	if f != nil {
		return nil, f
	}
	if id := schedule.autoExport(); id != "" {
		if _, f := c.project.exportBucket(id); f != nil {
			return nil, f
		}
	}
	found.Schedule = schedule
	return c.answerWithSchedule(found), nil
}

// clearSchedule removes the policy items and nothing else, so that auto export stays on, and
// answers with the schedule: recorded.
func (a *Atlas) clearSchedule(c *call) (any, *failure) {
	found, f := c.clusterToChange()
	if f != nil {
		return nil, f
	}
	schedule := c.project.schedule(found)
	schedule.Policies = slices.Clone(schedule.Policies)
	for i := range schedule.Policies {
		schedule.Policies[i].PolicyItems = []policyItem{}
	}
	found.Schedule = schedule
	return c.answerWithSchedule(found), nil
}

// scheduleAttributes are the attributes that update decodes, and those that a client cannot
// change and that Atlas ignores: unverified.
var scheduleAttributes = []string{
	"autoExportEnabled", "copySettings", "export", "policies", "referenceHourOfDay", "referenceMinuteOfHour", "restoreWindowDays",
	"useOrgAndGroupNamesInExportPrefix",
	"clusterId", "clusterName", "links", "nextSnapshot",
}

// update returns s with the changes of in. It keeps attributes that it does not know. That Atlas
// refuses numbers out of range with INVALID_BACKUP_POLICY is unverified.
func (s backupSchedule) update(in attributes, newID func() string) (backupSchedule, *failure) {
	for _, f := range []*failure{
		in.decode("useOrgAndGroupNamesInExportPrefix", &s.UseOrgAndGroupNamesInExportPrefix),
		in.decode("referenceHourOfDay", &s.ReferenceHourOfDay),
		in.decode("referenceMinuteOfHour", &s.ReferenceMinuteOfHour),
		in.decode("restoreWindowDays", &s.RestoreWindowDays),
		s.updateCopySettings(in),
		s.updateAutoExport(in),
		s.updatePolicies(in, newID),
	} {
		if f != nil {
			return s, f
		}
	}
	switch {
	case s.ReferenceHourOfDay < 0 || s.ReferenceHourOfDay > 23:
		return s, invalidBackupPolicy("referenceHourOfDay must be from 0 to 23.")
	case s.ReferenceMinuteOfHour < 0 || s.ReferenceMinuteOfHour > 59:
		return s, invalidBackupPolicy("referenceMinuteOfHour must be from 0 to 59.")
	case s.RestoreWindowDays < 1:
		return s, invalidBackupPolicy("restoreWindowDays must be positive.")
	}
	others := maps.Clone(s.OtherAttributes)
	for name, value := range in {
		if in.has(name) && !slices.Contains(scheduleAttributes, name) {
			if others == nil {
				others = attributes{}
			}
			others[name] = value
		}
	}
	s.OtherAttributes = others
	return s, nil
}

func (s *backupSchedule) updateCopySettings(in attributes) *failure {
	if !in.has("copySettings") {
		return nil
	}
	s.CopySettings = nil
	return in.decode("copySettings", &s.CopySettings)
}

// updateAutoExport switches auto export on or off. Off removes the export: recorded.
// INVALID_BACKUP_POLICY is documented for an export without autoExportEnabled. Users reported that
// an export is refused when auto export is switched off; the code is unverified. So is the refusal
// to switch it on without an export.
func (s *backupSchedule) updateAutoExport(in attributes) *failure {
	if f := in.decode("autoExportEnabled", &s.AutoExportEnabled); f != nil {
		return f
	}
	if in.has("export") {
		switch {
		case !in.has("autoExportEnabled"):
			return invalidBackupPolicy("autoExportEnabled must be sent with export.")
		case !s.AutoExportEnabled:
			return invalidBackupPolicy("export must not be sent when auto export is switched off.")
		}
		export, f := decodeScheduledExport(in)
		if f != nil {
			return f
		}
		s.Export = export
	}
	if !s.AutoExportEnabled {
		s.Export = nil
	} else if s.Export == nil {
		return invalidBackupPolicy("auto export needs an export.")
	}
	return nil
}

// decodeScheduledExport requires both attributes. The frequencies are those of the Atlas
// documentation; the API's specification lists only the last two.
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

// updatePolicies replaces the policies. A policy or an item without an id gets one; a policy gets
// that of the policy at its place, if there is one. The codes of refusals are unverified.
func (s *backupSchedule) updatePolicies(in attributes, newID func() string) *failure {
	if !in.has("policies") {
		return nil
	}
	var sent []attributes
	if f := in.decode("policies", &sent); f != nil {
		return f
	}
	policies := []backupPolicy{}
	for i, policy := range sent {
		decoded := backupPolicy{PolicyItems: []policyItem{}}
		if i < len(s.Policies) {
			decoded.ID = s.Policies[i].ID
		}
		if f := policy.decodeID("id", &decoded.ID); f != nil {
			return f
		}
		if decoded.ID == "" {
			decoded.ID = newID()
		}
		var items []attributes
		if f := policy.decode("policyItems", &items); f != nil {
			return f
		}
		for _, item := range items {
			decodedItem, f := decodePolicyItem(item, newID)
			if f != nil {
				return f
			}
			decoded.PolicyItems = append(decoded.PolicyItems, decodedItem)
		}
		policies = append(policies, decoded)
	}
	s.Policies = policies
	return nil
}

func decodePolicyItem(in attributes, newID func() string) (policyItem, *failure) {
	var item policyItem
	if f := in.require("frequencyInterval", "frequencyType", "retentionUnit", "retentionValue"); f != nil {
		return item, f
	}
	for _, f := range []*failure{
		in.decodeID("id", &item.ID),
		in.decode("frequencyInterval", &item.FrequencyInterval),
		in.decodeEnum("frequencyType", &item.FrequencyType, "hourly", "daily", "weekly", "monthly", "yearly"),
		in.decodeEnum("retentionUnit", &item.RetentionUnit, "days", "weeks", "months", "years"),
		in.decode("retentionValue", &item.RetentionValue),
	} {
		if f != nil {
			return item, f
		}
	}
	if item.FrequencyInterval < 1 || item.RetentionValue < 1 {
		return item, invalidBackupPolicy("frequencyInterval and retentionValue must be positive.")
	}
	if item.ID == "" {
		item.ID = newID()
	}
	return item, nil
}

// invalidBackupPolicy: the sentence is unverified.
func invalidBackupPolicy(why string) *failure {
	return newFailure(http.StatusBadRequest, "INVALID_BACKUP_POLICY", "The backup policy is invalid: "+why)
}
