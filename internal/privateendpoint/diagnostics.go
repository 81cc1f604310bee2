package privateendpoint

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
)

// noun is the private endpoint in messages.
var noun = diagnose.Noun{
	Name:     "private endpoint",
	Plural:   "private endpoints",
	ImportID: "<project_id>/<cloud_provider>/<id>",
	Example:  "32b6e34b3d91647abb20e7b8/AWS/65b2f1d09b3d0e4c5a6f7081",
	Find:     "with `terraform query`, or with the Atlas CLI (`atlas api cloudBackups listBackupPrivateEndpoints`)",
	Hints: diagnose.Hints{
		atlas.CodeUserUnauthorized: {
			Text: "The credential needs the role Project Owner in this project. Private endpoints need it also to be read.",
		},
		atlas.CodePrivateEndpointNotFound: {
			Text: "It was deleted outside of Terraform. Plan again: a refresh removes it from the state, and the plan creates a new one.",
		},
		atlas.CodePrivateEndpointExists: {
			Text: "Atlas has one private endpoint for each pair of region_name and vpc_region_name. Find the existing one with terraform query, and " +
				"import it. If it is being deleted, apply again when it no longer exists.",
			Fields: []string{"regionName"},
		},
	},
}

// importIDs returns the import id of each private endpoint of a project and a cloud.
func importIDs(endpoint model) func(id string) string {
	return func(id string) string {
		endpoint.ID = types.StringValue(id)
		return endpoint.identity().importID()
	}
}

// notCreated reports a creation that failed, or that may have failed. After a conflict it looks for
// what is in the way.
func notCreated(ctx context.Context, client *atlas.Client, endpoint model, err error) diag.Diagnostics {
	if atlas.IsConflict(err) {
		all, _, listErr := client.AllPrivateEndpoints(ctx, endpoint.ProjectID.ValueString(), endpoint.CloudProvider.ValueString())
		for _, one := range all {
			if listErr == nil && endpoint.isFor(one) {
				return alreadyExists(endpoint, one, err)
			}
		}
	}
	return noun.NotCreated(err, fields, importIDs(endpoint))
}

// isFor tells whether a private endpoint is for the same pair of regions.
func (m model) isFor(e atlas.PrivateEndpoint) bool {
	return sameRegion(m.RegionName, types.StringValue(e.RegionName)) && sameRegion(m.VPCRegionName, types.StringValue(e.ClusterRegion()))
}

// alreadyExists reports that the project has the private endpoint, and that this resource did not
// create it. Nothing was changed.
func alreadyExists(endpoint model, found atlas.PrivateEndpoint, err error) diag.Diagnostics {
	hint := fmt.Sprintf("The project has a private endpoint for these regions: %s, which is %s. Atlas has one for each pair of region_name and "+
		"vpc_region_name. Nothing was changed.\n\n", found.ID, atlas.Printable(found.Status))
	if found.Status == atlas.EndpointDeleting {
		hint += "Atlas is deleting it. Apply again when it no longer exists."
	} else {
		hint += "If nothing else manages it, import it:\n\n  terraform import <address> " + importIDs(endpoint)(found.ID)
	}
	var diags diag.Diagnostics
	for _, d := range diagnose.ErrorWithHint("Private endpoint already exists", err, hint) {
		diags.Append(diag.WithPath(path.Root("region_name"), d))
	}
	return diags
}

// failed reports that Atlas could not create the private endpoint. As an error it taints a new
// one, and the plan replaces one that was in the state.
func failed(endpoint model) diag.Diagnostics {
	reason := "Atlas gives no reason."
	if message := endpoint.ErrorMessage.ValueString(); message != "" {
		reason = message
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic("Private endpoint failed", fmt.Sprintf("%s\n\n"+
		"The private endpoint %s is %s, and this does not change. The next apply deletes it and creates a new one. If that fails too, check region_name and "+
		"vpc_region_name, and ask MongoDB support.", reason, endpoint.ID.ValueString(), atlas.EndpointFailed))}
}

// notActiveYet reports a wait that ended early. It is a warning: an error would taint the private
// endpoint, and the next apply would replace it. The summaries of these warnings have the id,
// because Terraform shows only the first of several with the same summary.
func notActiveYet(endpoint model, err error) diag.Diagnostics {
	reason := endOfWait(err)
	if reason == "" {
		reason = "The last read of its status failed: " + err.Error() + "."
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(fmt.Sprintf("Private endpoint %s is not active yet", endpoint.ID.ValueString()), fmt.Sprintf(
		"%s The private endpoint was created, is %s, and is in the state. Atlas continues without Terraform. Apply again: the next apply waits until it "+
			"is active. Until then exports over private networking fail.", reason, endpoint.Status.ValueString()))}
}

// endOfWait is why a wait ended early; "" if it is that a read failed.
func endOfWait(err error) string {
	var e *atlas.Error
	switch {
	case errors.Is(err, context.Canceled):
		return "The run was interrupted."
	case errors.As(err, &e) && !errors.Is(err, context.DeadlineExceeded):
		return ""
	}
	return "The time limit of the operation (timeouts) is over."
}

// pendingRecreation warns of a private endpoint that has lost its connection; nil for any other
// one.
func pendingRecreation(endpoint model) diag.Diagnostics {
	if endpoint.Status.ValueString() != atlas.EndpointPendingRecreation {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(fmt.Sprintf("Private endpoint %s is being created again", endpoint.ID.ValueString()), fmt.Sprintf(
		"It is %s: its connection on AWS was removed or refused, and Atlas creates a new one. You do not need to do anything, and nothing was changed. "+
			"Until it is %s, exports over private networking fail. If its status does not change, replace it: terraform apply -replace=<address>.",
		atlas.EndpointPendingRecreation, atlas.EndpointActive))}
}

// notActive warns of a private endpoint with a status for which an apply does not wait.
func notActive(endpoint model) diag.Diagnostics {
	return diag.Diagnostics{diag.NewWarningDiagnostic(fmt.Sprintf("Private endpoint %s is not active", endpoint.ID.ValueString()), fmt.Sprintf(
		"Atlas says that it is %s. It is in the state. Until it is %s, exports over private networking fail. Plan again: the plan shows its "+
			"current status.", endpoint.Status.ValueString(), atlas.EndpointActive))}
}

// deletedMeanwhile reports that something else has deleted the private endpoint during the wait.
func deletedMeanwhile(err error) diag.Diagnostics {
	return diagnose.ErrorWithHint("Private endpoint no longer exists", err, "Something else has deleted it before it was active. Apply again to create a new one.")
}

// notDeleted reports a deletion that failed, or has not ended.
func notDeleted(err error) diag.Diagnostics {
	deleting, ok := errors.AsType[*deletingError](err)
	if !ok {
		return noun.Error("Private endpoint not deleted", err, nil)
	}
	status := atlas.Printable(deleting.last.Status)
	if message := atlas.Printable(deleting.last.ErrorMessage); message != "" {
		status += " (" + message + ")"
	}
	err = deleting.err
	if reason := endOfWait(err); reason != "" {
		err = errors.New(reason)
	}
	return diagnose.ErrorWithHint("Private endpoint not deleted yet", err, fmt.Sprintf("Atlas has accepted the deletion, but the private endpoint "+
		"still exists: it is %s. Destroy again: the next destroy continues to wait. If the wait is too short, raise timeouts.delete, and apply it before the destroy "+
		"(terraform apply -refresh=false).", status))
}
