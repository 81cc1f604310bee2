package exportjob

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

// identity is what it takes to find an export job, and never changes.
type identity struct {
	ProjectID   types.String `tfsdk:"project_id"`
	ClusterName types.String `tfsdk:"cluster_name"`
	ID          types.String `tfsdk:"id"`
}

func (m model) identity() identity {
	return identity{ProjectID: m.ProjectID, ClusterName: m.ClusterName, ID: m.ID}
}

// Validate returns nil if all have the form that they have in Atlas, or else what is wrong with
// them.
func (i identity) Validate() error {
	return argument.CheckIdentity(
		argument.IdentityPart{Name: "project_id", Value: i.ProjectID, Rule: argument.IsProjectID},
		argument.IdentityPart{Name: "cluster_name", Value: i.ClusterName, Rule: argument.IsClusterName},
		argument.IdentityPart{Name: "id", Value: i.ID, Rule: isJobID},
	)
}

// importID is the import id of an export job.
func (i identity) importID() string {
	return strings.Join([]string{i.ProjectID.ValueString(), i.ClusterName.ValueString(), i.ID.ValueString()}, "/")
}

// parseImportID splits project_id/cluster_name/id, or project_id--cluster_name--id as the
// mongodbatlas provider has it. The name of a cluster may contain hyphens, and an id does not.
func parseImportID(importID string) identity {
	separator := "/"
	if !strings.Contains(importID, separator) {
		separator = "--"
	}
	projectID, rest, _ := strings.Cut(importID, separator)
	var cluster, id string
	if last := strings.LastIndex(rest, separator); last >= 0 {
		cluster, id = rest[:last], rest[last+len(separator):]
	}
	return identity{ProjectID: types.StringValue(projectID), ClusterName: types.StringValue(cluster), ID: types.StringValue(id)}
}

// importIDs returns the import id of each export job of the same cluster.
func (i identity) importIDs(id string) string {
	i.ID = types.StringValue(id)
	return i.importID()
}

// key is what an export job is asked for by.
type key struct {
	projectID, cluster, id string
}

func (i identity) key() key {
	return key{projectID: i.ProjectID.ValueString(), cluster: i.ClusterName.ValueString(), id: i.ID.ValueString()}
}

// read asks Atlas for the job; operation.IsGone tells of an error that it does not exist. The code
// of Atlas' own answer about a job that does not exist is not known, so that the list of jobs
// decides.
func (k key) read(ctx context.Context, client *atlas.Client) (*atlas.ExportJob, error) {
	notFound := []string{atlas.CodeClusterNotFound, atlas.CodeProjectNotFound}
	jobs := operation.Existence[atlas.ExportJob]{
		Gone:   notFound,
		NoList: notFound,
		List: func(ctx context.Context) ([]atlas.ExportJob, bool, error) {
			return client.AllExportJobs(ctx, k.projectID, k.cluster)
		},
		Is:    func(j atlas.ExportJob) bool { return j.ID == k.id },
		Check: func(j atlas.ExportJob) error { return j.Check(k.id) },
	}
	return jobs.Read(ctx, func(ctx context.Context) (*atlas.ExportJob, error) {
		return client.GetExportJob(ctx, k.projectID, k.cluster, k.id)
	})
}

func (r *exportJob) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"project_id": identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       "The id of the Atlas project.",
		},
		"cluster_name": identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       "The name of the cluster.",
		},
		"id": identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       "The id of the export job in Atlas.",
		},
	}}
}
