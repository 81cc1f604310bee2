package autoexport

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

// identity is what it takes to find an automatic export, and never changes.
type identity struct {
	ProjectID   types.String `tfsdk:"project_id"`
	ClusterName types.String `tfsdk:"cluster_name"`
}

func (m model) identity() identity {
	return identity{ProjectID: m.ProjectID, ClusterName: m.ClusterName}
}

// Validate returns nil if both have the form that they have in Atlas, or else what is wrong
// with them.
func (i identity) Validate() error {
	return argument.CheckIdentity(
		argument.IdentityPart{Name: "project_id", Value: i.ProjectID, Rule: argument.IsProjectID},
		argument.IdentityPart{Name: "cluster_name", Value: i.ClusterName, Rule: argument.IsClusterName},
	)
}

// importID is the import id of an automatic export.
func (i identity) importID() string {
	return i.ProjectID.ValueString() + "/" + i.ClusterName.ValueString()
}

// parseImportID splits project_id/cluster_name, or project_id-cluster_name as the mongodbatlas
// provider has it for backup schedules.
func parseImportID(importID string) identity {
	projectID, cluster := argument.CutImportID(importID)
	return identity{ProjectID: types.StringValue(projectID), ClusterName: types.StringValue(cluster)}
}

// key is what an automatic export is asked for by.
type key struct {
	projectID, cluster string
}

func (m model) key() key {
	return key{projectID: m.ProjectID.ValueString(), cluster: m.ClusterName.ValueString()}
}

// call makes a call about the cluster's schedule; operation.IsGone tells of an error that the
// cluster does not exist, or is now a flex cluster, which has no automatic export.
func (k key) call(ctx context.Context, client *atlas.Client, call func(context.Context) (*atlas.BackupSchedule, error)) (schedule *atlas.BackupSchedule, err error) {
	cluster := operation.Existence[atlas.Cluster]{
		Gone:   []string{atlas.CodeClusterNotFound, atlas.CodeFlexCluster, atlas.CodeProjectNotFound},
		NoList: []string{atlas.CodeProjectNotFound},
		Other:  []string{atlas.CodeExportBucketNotFound},
		List:   func(ctx context.Context) ([]atlas.Cluster, bool, error) { return client.AllClusters(ctx, k.projectID) },
		Is:     func(c atlas.Cluster) bool { return c.Name == k.cluster },
	}
	err = cluster.Repeat(ctx, client, func(ctx context.Context) error {
		schedule, err = call(ctx)
		return err
	})
	return schedule, err
}

func (k key) read(ctx context.Context, client *atlas.Client) (*atlas.BackupSchedule, error) {
	return k.call(ctx, client, func(ctx context.Context) (*atlas.BackupSchedule, error) {
		return client.GetBackupSchedule(ctx, k.projectID, k.cluster)
	})
}

func (k key) set(ctx context.Context, client *atlas.Client, export atlas.AutoExport) (*atlas.BackupSchedule, error) {
	return k.call(ctx, client, func(ctx context.Context) (*atlas.BackupSchedule, error) {
		return client.SetAutoExport(ctx, k.projectID, k.cluster, export)
	})
}

// switchOn sets an export where none was on. After an error that does not come from Atlas, or an
// answer that cannot be used, Atlas may have done it: then the schedule shows it, and an error
// would leave an export that no state has.
func (k key) switchOn(ctx context.Context, client *atlas.Client, export atlas.AutoExport) (*atlas.BackupSchedule, error) {
	schedule, err := k.set(ctx, client, export)
	if err != nil {
		if now, readErr := k.read(ctx, client); readErr == nil && now.Shows(export) {
			return now, nil
		}
	}
	return schedule, err
}

// disable switches the export off. Atlas refuses any change of a paused cluster: then it is
// enough that the export is off already.
func (k key) disable(ctx context.Context, client *atlas.Client) error {
	_, err := k.call(ctx, client, func(ctx context.Context) (*atlas.BackupSchedule, error) {
		return nil, client.DisableAutoExport(ctx, k.projectID, k.cluster)
	})
	if atlas.HasCode(err, atlas.CodeCannotUpdatePausedCluster) {
		if schedule, readErr := k.read(ctx, client); readErr == nil && !schedule.AutoExportEnabled {
			return nil
		}
	}
	return err
}

func (r *autoExport) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"project_id": identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       "The id of the Atlas project.",
		},
		"cluster_name": identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       "The name of the cluster.",
		},
	}}
}
