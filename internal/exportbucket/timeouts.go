package exportbucket

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const (
	// timeout is the limit of an operation where the configuration sets none. Two minutes
	// would be too few for a refresh whose first two requests get no answer, or that Atlas
	// puts off three times.
	timeout = 5 * time.Minute

	// minTimeout is the least that an operation gets: a token call and one request must
	// fit. A refresh and a destroy have their limit from the state, and with less every one
	// of them could fail.
	minTimeout = 5 * time.Second
)

// validateTimeouts refuses limits that are not positive. Unknown values pass; what is no
// duration is refused by the schema.
func validateTimeouts(configured types.Object) diag.Diagnostics {
	var diags diag.Diagnostics
	limits := configured.Attributes()
	for _, operation := range slices.Sorted(maps.Keys(limits)) {
		value, ok := limits[operation].(types.String)
		if !ok || !isSet(value) {
			continue
		}
		if limit, err := time.ParseDuration(value.ValueString()); err == nil && limit <= 0 {
			diags.AddAttributeError(path.Root("timeouts").AtName(operation), "Invalid timeouts."+operation, fmt.Sprintf(
				"%q: a limit is a positive duration. Write, for example, \"90s\" or \"5m\", or leave it out: then it is %s.", value.ValueString(), short(timeout)))
		}
	}
	return diags
}

// limitOf returns what an operation gets of a configured limit, or of one in the state. One
// that cannot be parsed is a warning and counts as none: validation refuses it, so it is from
// a state that was edited, and the operation must go through.
func limitOf(ctx context.Context, configured func(context.Context, time.Duration) (time.Duration, diag.Diagnostics), diags *diag.Diagnostics) time.Duration {
	limit, problems := configured(ctx, timeout)
	for _, problem := range problems {
		diags.AddWarning("Invalid timeouts in the state", fmt.Sprintf("In the state, %s. The operation has %s instead. The next apply writes the configuration's "+
			"timeouts to the state.", problem.Detail(), short(timeout)))
	}
	return max(limit, minTimeout)
}
