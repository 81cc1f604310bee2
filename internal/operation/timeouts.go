package operation

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	actiontimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	datasourcetimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	listtimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/list/timeouts"
	resourcetimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	actionschema "github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
)

const (
	// defaultTimeout is the limit of an operation where the configuration sets none. Two minutes
	// would be too few for a refresh whose first two requests get no answer, or that Atlas
	// puts off three times.
	defaultTimeout = 5 * time.Minute

	// minTimeout is the least that an operation gets: a token call and one request must
	// fit. A refresh and a destroy have their limit from the state, and with less every one
	// of them could fail.
	minTimeout = 5 * time.Second
)

// aboutTimeouts is what holds of every limit.
var aboutTimeouts = fmt.Sprintf("Time limits, including waits and retries. Each operation has at least `%s`.", short(minTimeout))

// aboutAppliedTimeouts is what holds of a resource's limits, and not of those that come
// from the configuration each time.
const aboutAppliedTimeouts = "A refresh and a destroy use the values that were applied last. If a refresh runs out of time, or before a destroy, " +
	"apply new values with `terraform apply -refresh=false`: a change of `timeouts` alone sends no request to Atlas."

// Timeout is the time limit of an operation in the documents.
type Timeout struct {
	Doing   string        // what may take so long: "the creation may take"
	Default time.Duration // 0 is that of Begin
}

// ResourceTimeouts is the attribute timeouts of a resource with those of its operations: create,
// read, update and delete.
func ResourceTimeouts(limits map[string]Timeout) resourceschema.Attribute {
	attributes := map[string]resourceschema.Attribute{}
	for operation, limit := range limits {
		about := aboutTimeout(limit)
		if operation == "delete" {
			about += " Must be applied before the destroy."
		}
		attributes[operation] = resourceschema.StringAttribute{Optional: true, MarkdownDescription: about}
	}
	return resourceschema.SingleNestedAttribute{
		MarkdownDescription: aboutTimeouts + " " + aboutAppliedTimeouts,
		Optional:            true,
		CustomType:          resourcetimeouts.Type{ObjectType: limitsOf(slices.Collect(maps.Keys(limits))...)},
		Attributes:          attributes,
	}
}

// DataSourceTimeouts is the attribute timeouts of a data source.
func DataSourceTimeouts() datasourceschema.Attribute {
	return datasourceschema.SingleNestedAttribute{
		MarkdownDescription: aboutTimeouts,
		Optional:            true,
		CustomType:          datasourcetimeouts.Type{ObjectType: limitsOf("read")},
		Attributes: map[string]datasourceschema.Attribute{
			"read": datasourceschema.StringAttribute{Optional: true, MarkdownDescription: aboutTimeout(Timeout{Doing: "the read may take"})},
		},
	}
}

// ListTimeouts is the attribute timeouts of a list resource.
func ListTimeouts() listschema.Attribute {
	return listschema.SingleNestedAttribute{
		MarkdownDescription: aboutTimeouts,
		Optional:            true,
		CustomType:          listtimeouts.Type{ObjectType: limitsOf("list")},
		Attributes: map[string]listschema.Attribute{
			"list": listschema.StringAttribute{Optional: true, MarkdownDescription: aboutTimeout(Timeout{Doing: "the list may take"})},
		},
	}
}

// ActionTimeouts is the attribute timeouts of an action with a limit of its own.
func ActionTimeouts(limit Timeout) actionschema.Attribute {
	return actionschema.SingleNestedAttribute{
		MarkdownDescription: aboutTimeouts,
		Optional:            true,
		CustomType:          actiontimeouts.Type{ObjectType: limitsOf("invoke")},
		Attributes: map[string]actionschema.Attribute{
			"invoke": actionschema.StringAttribute{Optional: true, MarkdownDescription: aboutTimeout(limit)},
		},
	}
}

func limitsOf(operations ...string) types.ObjectType {
	limits := types.ObjectType{AttrTypes: map[string]attr.Type{}}
	for _, operation := range operations {
		limits.AttrTypes[operation] = types.StringType
	}
	return limits
}

func aboutTimeout(limit Timeout) string {
	return fmt.Sprintf("How long %s, as a positive duration such as `90s` or `5m`. Default `%s`.", limit.Doing, short(cmp.Or(limit.Default, defaultTimeout)))
}

// ValidateTimeouts refuses limits that are no positive duration. Unknown values pass.
func ValidateTimeouts(configured types.Object) diag.Diagnostics {
	var diags diag.Diagnostics
	limits := configured.Attributes()
	for _, operation := range slices.Sorted(maps.Keys(limits)) {
		value, ok := limits[operation].(types.String)
		if !ok || !argument.IsKnown(value) {
			continue
		}
		if limit, err := time.ParseDuration(value.ValueString()); err != nil || limit <= 0 {
			diags.AddAttributeError(path.Root("timeouts").AtName(operation), "Invalid timeouts."+operation, fmt.Sprintf(
				"%q is not a positive duration with a unit. Write, for example, \"90s\" or \"5m\", or leave it out to use the default.", value.ValueString()))
		}
	}
	return diags
}

// limitOf returns the limit of an operation, as it is configured or in the state. One that
// cannot be parsed is a warning and counts as none: validation refuses it, so it is from a
// state that was edited, and the operation must go through.
func limitOf(ctx context.Context, configured Configured, byDefault time.Duration, diags *diag.Diagnostics) time.Duration {
	limit, problems := configured(ctx, byDefault)
	for _, problem := range problems {
		diags.AddWarning("Invalid timeouts in the state", fmt.Sprintf("In the state, %s. The operation has %s instead. The next apply writes the configuration's "+
			"timeouts to the state.", problem.Detail(), short(byDefault)))
	}
	return max(limit, minTimeout)
}

// short writes a duration, whole minutes as 5m and not as 5m0s, and whole hours as 24h.
func short(d time.Duration) string {
	text := d.String()
	if d >= time.Minute {
		text = strings.TrimSuffix(text, "0s")
	}
	if d >= time.Hour {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
