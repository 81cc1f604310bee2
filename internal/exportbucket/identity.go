package exportbucket

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

// identity is what it takes to find an export bucket, and never changes.
type identity struct {
	ProjectID types.String `tfsdk:"project_id"`
	ID        types.String `tfsdk:"id"`
}

func (m model) identity() identity {
	return identity{ProjectID: m.ProjectID, ID: m.ID}
}

// Validate returns nil if both are ids as Atlas writes them, or else what is wrong with them.
func (i identity) Validate() error {
	return argument.CheckIdentity(
		argument.IdentityPart{Name: "project_id", Value: i.ProjectID, Rule: argument.IsProjectID},
		argument.IdentityPart{Name: "id", Value: i.ID, Rule: isBucketID},
	)
}

// importID is the import id of a bucket.
func (i identity) importID() string {
	return i.ProjectID.ValueString() + "/" + i.ID.ValueString()
}

// key is what a bucket is asked for by. cloudProvider is "" where it is not known yet, as on
// import.
type key struct {
	projectID, id, cloudProvider string
}

func (m model) key() key {
	return key{projectID: m.ProjectID.ValueString(), id: m.ID.ValueString(), cloudProvider: m.CloudProvider.ValueString()}
}

// existence decides after a 404 whether the bucket still exists.
func (k key) existence(client *atlas.Client) operation.Existence[atlas.ExportBucket] {
	return operation.Existence[atlas.ExportBucket]{
		Gone:   []string{atlas.CodeExportBucketNotFound, atlas.CodeProjectNotFound},
		NoList: []string{atlas.CodeProjectNotFound},
		List: func(ctx context.Context) ([]atlas.ExportBucket, bool, error) {
			return client.AllExportBuckets(ctx, k.projectID)
		},
		Is:    func(b atlas.ExportBucket) bool { return b.ID == k.id },
		Check: func(b atlas.ExportBucket) error { return b.Check(k.id, k.cloudProvider) },
	}
}

// read asks Atlas for the bucket; operation.IsGone tells of an error that it does not exist.
// known is what the state has of it.
func (k key) read(ctx context.Context, client *atlas.Client, known attributes) (*atlas.ExportBucket, error) {
	return k.existence(client).Read(ctx, func(ctx context.Context) (*atlas.ExportBucket, error) {
		return client.ReadExportBucket(ctx, k.projectID, k.id, k.cloudProvider, known.isIn)
	})
}

func (r *exportBucket) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"project_id": identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       "The id of the Atlas project.",
		},
		"id": identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       "The id of the export bucket in Atlas.",
		},
	}}
}

// parseImportID splits project_id/id, or project_id-id as the mongodbatlas provider has it.
func parseImportID(importID string) identity {
	projectID, id := argument.CutImportID(importID)
	return identity{ProjectID: types.StringValue(projectID), ID: types.StringValue(id)}
}

// importIDs returns the import id of each bucket of a project.
func importIDs(projectID types.String) func(id string) string {
	return func(id string) string { return identity{ProjectID: projectID, ID: types.StringValue(id)}.importID() }
}
