package exportbucket

import (
	"context"
	"fmt"
	"strings"

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

// parseImportID takes project_id/id, and project_id-id as the mongodbatlas provider has
// it.
func parseImportID(text string) (identity, error) {
	projectID, id, found := strings.Cut(text, "/")
	if !found {
		projectID, id, found = strings.Cut(text, "-")
	}
	if !found || !hex24.MatchString(projectID) || !hex24.MatchString(id) {
		return identity{}, fmt.Errorf("%q is not <project_id>/<id>, the ids of the project and of the export bucket, "+
			"each 24 lower-case hexadecimal digits: 32b6e34b3d91647abb20e7b8/65b2f1d09b3d0e4c5a6f7081", text)
	}
	return identity{ProjectID: types.StringValue(projectID), ID: types.StringValue(id)}, nil
}
