// Package privateendpoint is the object storage private endpoint as Terraform sees it.
package privateendpoint

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

var (
	_ resource.ResourceWithConfigure      = (*privateEndpoint)(nil)
	_ resource.ResourceWithIdentity       = (*privateEndpoint)(nil)
	_ resource.ResourceWithImportState    = (*privateEndpoint)(nil)
	_ resource.ResourceWithModifyPlan     = (*privateEndpoint)(nil)
	_ resource.ResourceWithValidateConfig = (*privateEndpoint)(nil)
)

type privateEndpoint struct {
	operation.Resource
}

// NewResource returns the resource atlasbackup_private_endpoint.
func NewResource() resource.Resource {
	return &privateEndpoint{}
}

func (r *privateEndpoint) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_private_endpoint"
}

// Create waits until Atlas has finished the private endpoint. A wait that ends early is no error,
// because an error would taint it: the next apply continues to wait.
func (r *privateEndpoint) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var endpoint model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &endpoint)...)
	ctx, cancel, client := r.BeginLong(ctx, "create", endpoint.Timeouts.Create, longTimeout, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	made, err := client.CreatePrivateEndpoint(ctx, endpoint.ProjectID.ValueString(), endpoint.request())
	if err != nil {
		resp.Diagnostics.Append(notCreated(ctx, client, endpoint, err)...)
		return
	}
	// It exists: it is in the state before anything else can fail.
	endpoint.readStatus(made)
	resp.Diagnostics.Append(resp.State.Set(ctx, endpoint)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, endpoint.identity())...)

	resp.Diagnostics.Append(endpoint.wait(ctx, client, endpoint.key().reader(client), made)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, endpoint)...)
}

// Read removes the private endpoint from the state when Atlas says that it, or its project, does
// not exist.
func (r *privateEndpoint) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var endpoint model
	resp.Diagnostics.Append(req.State.Get(ctx, &endpoint)...)
	// Before all else: the framework requires it also of a resource that is removed.
	resp.Diagnostics.Append(resp.Identity.Set(ctx, endpoint.identity())...)
	resp.Diagnostics.Append(noun.InvalidState("Private endpoint not read", endpoint.identity().Validate())...)
	ctx, cancel, client := r.Begin(ctx, "read", endpoint.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	found, err := endpoint.key().readerOrGone(client)(ctx)
	switch {
	case operation.IsGone(err) && endpoint.isImported():
		resp.Diagnostics.Append(noun.NotImported(err, endpoint.identity().importID(), "Check both ids. "+
			"`terraform query` lists the private endpoints of a project.")...)
	case operation.IsGone(err):
		resp.Diagnostics.Append(noun.ProjectNotFound(err, client, endpoint.ProjectID.ValueString(), endpoint.identity().importID(), "removed from the state")...)
		resp.State.RemoveResource(ctx)
	case err != nil:
		resp.Diagnostics.Append(noun.Error("Private endpoint not read", err, nil)...)
	default:
		endpoint.read(found)
		resp.Diagnostics.Append(pendingRecreation(endpoint)...)
		resp.Diagnostics.Append(resp.State.Set(ctx, endpoint)...)
	}
}

// Update waits for a private endpoint that is not finished, and sends no request otherwise:
// everything else that changes in place is in the state alone.
func (r *privateEndpoint) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var endpoint, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &endpoint)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, endpoint.identity())...)
	if resp.Diagnostics.Append(noun.InvalidState("Private endpoint not changed", state.identity().Validate())...); resp.Diagnostics.HasError() {
		return
	}

	if endpoint.Status.IsUnknown() {
		ctx, cancel, client := r.BeginLong(ctx, "update", endpoint.Timeouts.Update, longTimeout, &resp.Diagnostics)
		defer cancel()
		if client == nil {
			return
		}
		read := endpoint.key().readerOrGone(client)
		found, err := read(ctx)
		if err != nil {
			resp.Diagnostics.Append(noun.Error("Private endpoint not read", err, nil)...)
			return
		}
		resp.Diagnostics.Append(endpoint.wait(ctx, client, read, found)...)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, endpoint)...)
}

// Delete waits until the private endpoint no longer exists.
func (r *privateEndpoint) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var endpoint model
	resp.Diagnostics.Append(req.State.Get(ctx, &endpoint)...)
	resp.Diagnostics.Append(noun.InvalidState("Private endpoint not deleted", endpoint.identity().Validate())...)
	ctx, cancel, client := r.BeginLong(ctx, "delete", endpoint.Timeouts.Delete, longTimeout, &resp.Diagnostics)
	defer cancel()
	if client == nil {
		return
	}

	err := remove(ctx, client, endpoint.key())
	switch {
	case operation.IsGone(err):
		resp.Diagnostics.Append(noun.ProjectNotFound(err, client, endpoint.ProjectID.ValueString(), endpoint.identity().importID(), "considered deleted")...)
	case err != nil:
		resp.Diagnostics.Append(notDeleted(err)...)
	}
}

// ImportState takes an import id or an identity, and leaves the rest to Read.
func (r *privateEndpoint) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, diags := operation.ImportIdentity(ctx, noun, req, parseImportID)
	resp.Diagnostics.Append(diags...)
	if diags.HasError() {
		return
	}
	for name, value := range map[string]types.String{"project_id": id.ProjectID, "cloud_provider": id.CloudProvider, "id": id.ID} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, id)...)
}
