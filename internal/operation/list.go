package operation

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// StreamResults makes a stream of what find yields, at most the limit of the request, where 0 is
// none. diags are those of reading the configuration.
func (r *Resource) StreamResults(ctx context.Context, req list.ListRequest, configured Configured, diags diag.Diagnostics, stream *list.ListResultsStream,
	find func(context.Context, *atlas.Client) iter.Seq[list.ListResult],
) {
	stream.Results = func(push func(list.ListResult) bool) {
		ctx, cancel, client := r.Begin(ctx, "list", configured, &diags)
		defer cancel()
		if client == nil {
			push(list.ListResult{Diagnostics: diags})
			return
		}
		left := req.Limit
		for result := range find(ctx, client) {
			if left--; !push(result) || left == 0 {
				return
			}
		}
	}
}

// ListResult is a thing as terraform query shows it. With the resource, the model M is that of
// an import: all of it is null but the project's id and what read sets.
func ListResult[M any](ctx context.Context, req list.ListRequest, displayName string, identity any, projectID types.String, read func(*M)) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = atlas.Printable(displayName)
	result.Diagnostics.Append(result.Identity.Set(ctx, identity)...)
	if !req.IncludeResource {
		return result
	}
	// Setting one attribute makes the others null, each of its type.
	result.Diagnostics.Append(result.Resource.SetAttribute(ctx, path.Root("project_id"), projectID)...)
	var model M
	result.Diagnostics.Append(result.Resource.Get(ctx, &model)...)
	read(&model)
	result.Diagnostics.Append(result.Resource.Set(ctx, model)...)
	return result
}

// ListError is the last result of a list that has failed, or that is not whole.
func ListError(diags diag.Diagnostics) list.ListResult {
	return list.ListResult{Diagnostics: diags}
}
