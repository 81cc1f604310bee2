package privateendpoint

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

// identity is what it takes to find a private endpoint, and never changes.
type identity struct {
	ProjectID     types.String `tfsdk:"project_id"`
	CloudProvider types.String `tfsdk:"cloud_provider"`
	ID            types.String `tfsdk:"id"`
}

func (m model) identity() identity {
	return identity{ProjectID: m.ProjectID, CloudProvider: m.CloudProvider, ID: m.ID}
}

// Validate returns nil if all parts have the form that they have in Atlas, or else what is wrong
// with them.
func (i identity) Validate() error {
	return argument.CheckIdentity(
		argument.IdentityPart{Name: "project_id", Value: i.ProjectID, Rule: argument.IsProjectID},
		argument.IdentityPart{Name: "cloud_provider", Value: i.CloudProvider, Rule: isCloud},
		argument.IdentityPart{Name: "id", Value: i.ID, Rule: isEndpointID},
	)
}

// importID is the import id of a private endpoint.
func (i identity) importID() string {
	return fmt.Sprintf("%s/%s/%s", i.ProjectID.ValueString(), i.CloudProvider.ValueString(), i.ID.ValueString())
}

// parseImportID splits project_id/cloud_provider/id.
func parseImportID(importID string) identity {
	projectID, rest, _ := strings.Cut(importID, "/")
	cloudProvider, id, _ := strings.Cut(rest, "/")
	return identity{ProjectID: types.StringValue(projectID), CloudProvider: types.StringValue(cloudProvider), ID: types.StringValue(id)}
}

// key is what a private endpoint is asked for by.
type key struct {
	projectID, cloudProvider, id string
}

func (m model) key() key {
	return key{projectID: m.ProjectID.ValueString(), cloudProvider: m.CloudProvider.ValueString(), id: m.ID.ValueString()}
}

// existence decides after a 404 whether the private endpoint still exists.
func (k key) existence(client *atlas.Client) operation.Existence[atlas.PrivateEndpoint] {
	return operation.Existence[atlas.PrivateEndpoint]{
		Gone:   []string{atlas.CodePrivateEndpointNotFound, atlas.CodeProjectNotFound},
		NoList: []string{atlas.CodeProjectNotFound},
		List: func(ctx context.Context) ([]atlas.PrivateEndpoint, bool, error) {
			return client.AllPrivateEndpoints(ctx, k.projectID, k.cloudProvider)
		},
		Is:    func(e atlas.PrivateEndpoint) bool { return e.ID == k.id },
		Check: func(e atlas.PrivateEndpoint) error { return e.Check(k.id, k.cloudProvider) },
	}
}

// reader returns a reader for which a 404 is an error like any other: Atlas may not show a new
// private endpoint at once.
func (k key) reader(client *atlas.Client) reader {
	return func(ctx context.Context) (*atlas.PrivateEndpoint, error) {
		return client.GetPrivateEndpoint(ctx, k.projectID, k.cloudProvider, k.id)
	}
}

// readerOrGone returns a reader of whose error operation.IsGone tells that the private endpoint does
// not exist.
func (k key) readerOrGone(client *atlas.Client) reader {
	return func(ctx context.Context) (*atlas.PrivateEndpoint, error) {
		return k.existence(client).Read(ctx, k.reader(client))
	}
}

func (r *privateEndpoint) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"project_id": identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       "The id of the Atlas project.",
		},
		"cloud_provider": identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       "The cloud of the private endpoint: AWS.",
		},
		"id": identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       "The id of the private endpoint in Atlas.",
		},
	}}
}
