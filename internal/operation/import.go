package operation

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
)

// Identity is what it takes to find a thing, and never changes.
type Identity interface {
	// Validate returns nil if the attributes have the form that they have in Atlas, or else
	// what is wrong with them.
	Validate() error
}

// ImportIdentity returns what is to be imported: an identity, or else what parse makes of an
// import id.
func ImportIdentity[I Identity](ctx context.Context, noun diagnose.Noun, req resource.ImportStateRequest, parse func(importID string) I) (I, diag.Diagnostics) {
	var id I
	switch {
	case req.ID != "":
		id = parse(req.ID)
	case req.Identity == nil || req.Identity.Raw.IsNull():
		return id, noun.InvalidImportID("", errors.New("it is empty"))
	default:
		if diags := req.Identity.Get(ctx, &id); diags.HasError() {
			return id, diags
		}
	}
	return id, noun.InvalidImportID(req.ID, id.Validate())
}
