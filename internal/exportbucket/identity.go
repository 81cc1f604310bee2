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

// key is what a bucket is asked for by. cloudProvider is "" where it is not known yet, as on
// import.
type key struct {
	projectID, id, cloudProvider string
}

func (m model) key() key {
	return key{projectID: m.ProjectID.ValueString(), id: m.ID.ValueString(), cloudProvider: m.CloudProvider.ValueString()}
}

// validate is nil if both are ids as Atlas writes them. They are elements of the path of
// every request about the bucket: without an id that path is the project's list, and ".."
// leads out of it. The error is the rule, and what they are.
func (i identity) validate() error {
	projectID, id := i.ProjectID.ValueString(), i.ID.ValueString()
	if hex24.MatchString(projectID) && hex24.MatchString(id) {
		return nil
	}
	return fmt.Errorf("the ids of the project and of the export bucket are 24 lower-case hexadecimal digits each, and here project_id is %.100q and id is %.100q", projectID, id)
}

// invalidState reports a state whose ids cannot be an export bucket's; nil for any other. No
// request may be made with them.
func invalidState(summary string, state model) diag.Diagnostics {
	err := state.identity().validate()
	if err == nil {
		return nil
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic(summary+": invalid state", fmt.Sprintf("The state does not say which export bucket it is: %s. "+
		"Nothing was sent to Atlas.\n\nTake the resource out of the state. If the bucket is still there, import it:\n\n"+
		"  terraform state rm <address>\n  terraform import <address> <project_id>/<id>", err))}
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
	if err := id.validate(); err != nil {
		diags.AddError("Invalid import id", fmt.Sprintf("It names no export bucket: %s. Write both as an identity, project_id and id, or as one "+
			"string, <project_id>/<id>, for example 32b6e34b3d91647abb20e7b8/65b2f1d09b3d0e4c5a6f7081.", err))
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
