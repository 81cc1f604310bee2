package exportstatus

import (
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// model is the data source in configuration and state.
type model struct {
	ProjectID    types.String        `tfsdk:"project_id"`
	ClusterNames types.Set           `tfsdk:"cluster_names"`
	MaxAge       types.String        `tfsdk:"max_age"`
	Results      []clusterAttributes `tfsdk:"results"`
	Unknown      []unknownAttributes `tfsdk:"unknown"`
	Timeouts     timeouts.Value      `tfsdk:"timeouts"`
}

// clusterAttributes are those of one cluster.
type clusterAttributes struct {
	ClusterName           types.String         `tfsdk:"cluster_name"`
	CanExport             types.Bool           `tfsdk:"can_export"`
	Reason                types.String         `tfsdk:"reason"`
	AutoExportEnabled     types.Bool           `tfsdk:"auto_export_enabled"`
	ExportBucketID        types.String         `tfsdk:"export_bucket_id"`
	FrequencyType         types.String         `tfsdk:"frequency_type"`
	HasMatchingPolicyItem types.Bool           `tfsdk:"has_matching_policy_item"`
	LastSuccessful        *jobAttributes       `tfsdk:"last_successful"`
	LastFailed            *failedJobAttributes `tfsdk:"last_failed"`
	Fresh                 types.Bool           `tfsdk:"fresh"`
}

// jobAttributes are those of an export job.
type jobAttributes struct {
	ID         types.String `tfsdk:"id"`
	FinishedAt types.String `tfsdk:"finished_at"`
	Prefix     types.String `tfsdk:"prefix"`
}

// failedJobAttributes are those of a failed or cancelled export job.
type failedJobAttributes struct {
	jobAttributes
	Reason types.String `tfsdk:"reason"`
}

// unknownAttributes are those of a cluster that could not be read.
type unknownAttributes struct {
	ClusterName types.String `tfsdk:"cluster_name"`
	Reason      types.String `tfsdk:"reason"`
}

// wants returns whether a cluster is asked for: all of them where cluster_names is null.
func (m model) wants() func(name string) bool {
	if m.ClusterNames.IsNull() {
		return func(string) bool { return true }
	}
	names := m.ClusterNames.Elements()
	return func(name string) bool {
		return slices.ContainsFunc(names, func(element attr.Value) bool { return element.Equal(types.StringValue(name)) })
	}
}

// read takes over what Atlas has. A name that no cluster has is unknown.
func (m *model) read(s status, now time.Time) {
	m.Results = make([]clusterAttributes, len(s.clusters)) // not nil, which would be null
	m.Unknown = make([]unknownAttributes, 0)
	known := map[string]bool{}
	for i, one := range s.clusters {
		m.Results[i].read(one)
		m.Results[i].Fresh = m.fresh(one.successful, now)
		known[one.cluster.Name] = true
	}
	for _, one := range s.unknown {
		m.Unknown = append(m.Unknown, unknownAttributes{ClusterName: types.StringValue(one.name), Reason: types.StringValue(one.reason)})
		known[one.name] = true
	}
	for _, element := range m.ClusterNames.Elements() {
		if name, ok := element.(types.String); ok && !known[name.ValueString()] {
			m.Unknown = append(m.Unknown, unknownAttributes{ClusterName: name, Reason: types.StringValue("The project has no cluster with this name.")})
		}
	}
	atlas.SortBy(m.Unknown, func(a unknownAttributes) string { return a.ClusterName.ValueString() })
}

// fresh tells whether the last success is not older than max_age; null without max_age.
func (m model) fresh(last *atlas.ExportJob, now time.Time) types.Bool {
	limit, err := time.ParseDuration(m.MaxAge.ValueString())
	if m.MaxAge.IsNull() || err != nil {
		return types.BoolNull()
	}
	return types.BoolValue(last != nil && now.Sub(last.FinishedAt) <= limit)
}

func (a *clusterAttributes) read(s clusterStatus) {
	a.ClusterName = types.StringValue(s.cluster.Name)
	a.CanExport = types.BoolValue(s.cluster.CannotExport() == "")
	a.Reason = argument.StringOrNull(s.cluster.CannotExport())
	a.AutoExportEnabled = types.BoolValue(s.schedule.AutoExportEnabled)
	if s.schedule.AutoExportEnabled {
		a.ExportBucketID = argument.StringOrNull(s.schedule.Export.ExportBucketID)
		a.FrequencyType = argument.StringOrNull(s.schedule.Export.FrequencyType)
		a.HasMatchingPolicyItem = types.BoolValue(s.schedule.ExportsAny(s.schedule.Export.FrequencyType))
	}
	if job := s.successful; job != nil {
		a.LastSuccessful = &jobAttributes{}
		a.LastSuccessful.read(job)
	}
	if job := s.failed; job != nil {
		a.LastFailed = &failedJobAttributes{Reason: argument.StringOrNull(job.Reason())}
		a.LastFailed.read(job)
	}
}

func (a *jobAttributes) read(job *atlas.ExportJob) {
	a.ID = types.StringValue(job.ID)
	a.Prefix = argument.StringOrNull(job.Prefix)
	a.FinishedAt = argument.TimeOrNull(job.FinishedAt)
}
