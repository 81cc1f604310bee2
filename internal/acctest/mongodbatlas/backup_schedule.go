package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// backupSchedule manages a whole backup schedule, as that of the mongodbatlas provider does: a create
// deletes the schedule first, a read takes the automatic export into the state, and an update sends
// that back.
type backupSchedule struct{}

type scheduleModel struct {
	ProjectID         types.String `tfsdk:"project_id"`
	ClusterName       types.String `tfsdk:"cluster_name"`
	AutoExportEnabled types.Bool   `tfsdk:"auto_export_enabled"`
	Export            []export     `tfsdk:"export"`
	Hourly            []policyItem `tfsdk:"policy_item_hourly"`
	Daily             []policyItem `tfsdk:"policy_item_daily"`
	Weekly            []policyItem `tfsdk:"policy_item_weekly"`
	Monthly           []policyItem `tfsdk:"policy_item_monthly"`
	Yearly            []policyItem `tfsdk:"policy_item_yearly"`
}

type export struct {
	ExportBucketID types.String `tfsdk:"export_bucket_id"`
	FrequencyType  types.String `tfsdk:"frequency_type"`
}

type policyItem struct {
	FrequencyInterval types.Int64  `tfsdk:"frequency_interval"`
	RetentionUnit     types.String `tfsdk:"retention_unit"`
	RetentionValue    types.Int64  `tfsdk:"retention_value"`
}

// items are the policy items by their frequencies.
func (m *scheduleModel) items() map[string]*[]policyItem {
	return map[string]*[]policyItem{"hourly": &m.Hourly, "daily": &m.Daily, "weekly": &m.Weekly, "monthly": &m.Monthly, "yearly": &m.Yearly}
}

// schedule is what Atlas is asked for, and the part of its answers that is read.
type schedule struct {
	AutoExportEnabled *bool          `json:"autoExportEnabled,omitempty"`
	Export            *atlasExport   `json:"export,omitempty"`
	Policies          []backupPolicy `json:"policies,omitempty"`
}

type atlasExport struct {
	ExportBucketID string `json:"exportBucketId"`
	FrequencyType  string `json:"frequencyType"`
}

type backupPolicy struct {
	PolicyItems []atlasItem `json:"policyItems"`
}

type atlasItem struct {
	FrequencyType     string `json:"frequencyType"`
	FrequencyInterval int64  `json:"frequencyInterval"`
	RetentionUnit     string `json:"retentionUnit"`
	RetentionValue    int64  `json:"retentionValue"`
}

// request has everything that is configured.
func (m *scheduleModel) request() schedule {
	sent := schedule{AutoExportEnabled: m.AutoExportEnabled.ValueBoolPointer()}
	for _, e := range m.Export {
		sent.Export = &atlasExport{e.ExportBucketID.ValueString(), e.FrequencyType.ValueString()}
	}
	var policy backupPolicy
	for frequency, items := range m.items() {
		for _, i := range *items {
			policy.PolicyItems = append(policy.PolicyItems, atlasItem{
				frequency, i.FrequencyInterval.ValueInt64(), i.RetentionUnit.ValueString(), i.RetentionValue.ValueInt64(),
			})
		}
	}
	if policy.PolicyItems != nil {
		sent.Policies = []backupPolicy{policy}
	}
	return sent
}

// read takes over what Atlas has. An export that is off is null where it is not configured.
func (m *scheduleModel) read(s *schedule) {
	if *s.AutoExportEnabled || !m.AutoExportEnabled.IsNull() {
		m.AutoExportEnabled = types.BoolPointerValue(s.AutoExportEnabled)
	}
	m.Export = nil
	if s.Export != nil {
		m.Export = []export{{types.StringValue(s.Export.ExportBucketID), types.StringValue(s.Export.FrequencyType)}}
	}
	for frequency, items := range m.items() {
		*items = nil
		for _, policy := range s.Policies {
			for _, i := range policy.PolicyItems {
				if i.FrequencyType == frequency {
					*items = append(*items, policyItem{types.Int64Value(i.FrequencyInterval), types.StringValue(i.RetentionUnit), types.Int64Value(i.RetentionValue)})
				}
			}
		}
	}
}

func (backupSchedule) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_cloud_backup_schedule"
}

func (backupSchedule) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema.Attributes = map[string]schema.Attribute{
		"project_id":          schema.StringAttribute{Required: true},
		"cluster_name":        schema.StringAttribute{Required: true},
		"auto_export_enabled": schema.BoolAttribute{Optional: true},
	}
	resp.Schema.Blocks = map[string]schema.Block{"export": schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{
		Attributes: map[string]schema.Attribute{"export_bucket_id": schema.StringAttribute{Optional: true}, "frequency_type": schema.StringAttribute{Optional: true}},
	}}}
	for frequency := range new(scheduleModel).items() {
		resp.Schema.Blocks["policy_item_"+frequency] = schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
			"frequency_interval": schema.Int64Attribute{Required: true},
			"retention_unit":     schema.StringAttribute{Required: true},
			"retention_value":    schema.Int64Attribute{Required: true},
		}}}
	}
}

func (backupSchedule) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m scheduleModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	m.send(ctx, &resp.Diagnostics, http.MethodDelete, nil)
	m.send(ctx, &resp.Diagnostics, http.MethodPatch, m.request())
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (backupSchedule) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m scheduleModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if s := m.send(ctx, &resp.Diagnostics, http.MethodGet, nil); s != nil {
		m.read(s)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (backupSchedule) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var m scheduleModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	sent := m.request()
	if sent.AutoExportEnabled == nil {
		sent.AutoExportEnabled = new(bool) // what is no longer configured is off
	}
	m.send(ctx, &resp.Diagnostics, http.MethodPatch, sent)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (backupSchedule) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m scheduleModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	m.send(ctx, &resp.Diagnostics, http.MethodDelete, nil)
}

// ImportState takes project_id-cluster_name.
func (backupSchedule) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	projectID, cluster, _ := strings.Cut(req.ID, "-")
	m := scheduleModel{ProjectID: types.StringValue(projectID), ClusterName: types.StringValue(cluster)}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// send sends a request about the schedule to the Atlas of the environment, and returns the answer;
// nil after an error.
func (m *scheduleModel) send(ctx context.Context, diags *diag.Diagnostics, method string, body any) *schedule {
	if diags.HasError() {
		return nil
	}
	answer, err := request(ctx, method, m.ProjectID.ValueString(), m.ClusterName.ValueString(), body)
	if err != nil {
		diags.AddError("Backup schedule", err.Error())
		return nil
	}
	return answer
}

func request(ctx context.Context, method, projectID, cluster string, body any) (*schedule, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	url := os.Getenv("MONGODB_ATLAS_BASE_URL") + "/api/atlas/v2/groups/" + projectID + "/clusters/" + cluster + "/backup/schedule"
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+os.Getenv("MONGODB_ATLAS_ACCESS_TOKEN"))
	for _, name := range []string{"Accept", "Content-Type"} {
		req.Header.Set(name, "application/vnd.atlas.2024-08-05+json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: HTTP %d %s", method, resp.StatusCode, resp.Header.Get("X-Error-Code"))
	}
	answer := &schedule{}
	return answer, json.NewDecoder(resp.Body).Decode(answer)
}
