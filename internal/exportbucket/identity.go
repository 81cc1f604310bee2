package exportbucket

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// identity is what it takes to find an export bucket, and never changes.
type identity struct {
	ProjectID types.String `tfsdk:"project_id"`
	ID        types.String `tfsdk:"id"`
}

func (m model) identity() identity {
	return identity{ProjectID: m.ProjectID, ID: m.ID}
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

// importIdentity takes an identity, or else an import id: project_id/id, or project_id-id
// as the mongodbatlas provider has it.
func importIdentity(ctx context.Context, req resource.ImportStateRequest) (identity, diag.Diagnostics) {
	var id identity
	if req.ID == "" {
		if diags := req.Identity.Get(ctx, &id); diags.HasError() {
			return id, diags
		}
	} else {
		id = parseImportID(req.ID)
	}
	var diags diag.Diagnostics
	if projectID, bucketID := id.ProjectID.ValueString(), id.ID.ValueString(); !hex24.MatchString(projectID) || !hex24.MatchString(bucketID) {
		diags.AddError("Invalid import id", fmt.Sprintf("It is the ids of the project and of the export bucket, each 24 lower-case hexadecimal "+
			"digits: as an identity project_id and id, as one string <project_id>/<id>, for example "+
			"32b6e34b3d91647abb20e7b8/65b2f1d09b3d0e4c5a6f7081. This one has project_id %q and id %q.", projectID, bucketID))
	}
	return id, diags
}

func parseImportID(text string) identity {
	projectID, id, found := strings.Cut(text, "/")
	if !found {
		projectID, id, _ = strings.Cut(text, "-")
	}
	return identity{ProjectID: types.StringValue(projectID), ID: types.StringValue(id)}
}
