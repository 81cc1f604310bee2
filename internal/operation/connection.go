// Package operation has what every operation of every noun begins with: the connection that
// the provider was configured with, a time limit, and a client; and what a 404 means.
package operation

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// Connection is what the provider hands to its resources, data sources and actions: a client, or the
// reasons why there is none. The reasons are reported by the first operation that needs a
// client, so that a plan that asks Atlas nothing needs no credentials.
type Connection struct {
	client  *atlas.Client
	reasons diag.Diagnostics
}

// Connected has a client.
func Connected(client *atlas.Client) *Connection {
	return &Connection{client: client}
}

// NotConnected has the reasons, at least one error.
func NotConnected(reasons diag.Diagnostics) *Connection {
	return &Connection{reasons: reasons}
}

// Configured is the method of a timeouts value for one operation. It returns the limit that is
// configured, or else the default that it is given.
type Configured func(context.Context, time.Duration) (time.Duration, diag.Diagnostics)

// Begin returns a context with the time limit of an operation, such as "create", and a client;
// nil when there is an error in diags, its own or one from before.
func (c *Connection) Begin(ctx context.Context, operation string, configured Configured, diags *diag.Diagnostics) (context.Context, context.CancelFunc, *atlas.Client) {
	return c.BeginLong(ctx, operation, configured, defaultTimeout, diags)
}

// BeginLong is Begin for an operation with a default limit of its own.
func (c *Connection) BeginLong(ctx context.Context, operation string, configured Configured, byDefault time.Duration,
	diags *diag.Diagnostics,
) (context.Context, context.CancelFunc, *atlas.Client) {
	limit := limitOf(ctx, configured, byDefault, diags)
	ctx, cancel := context.WithTimeout(atlas.WithLimitName(ctx, fmt.Sprintf("timeouts.%s (%s)", operation, short(limit))), limit)
	if diags.HasError() {
		return ctx, cancel, nil
	}
	diags.Append(c.reasons...)
	return ctx, cancel, c.client
}

// FirstTime is that of the client: for what is reported once. Without a client it is always true.
func (c *Connection) FirstTime(subject any) bool {
	return c.client == nil || c.client.FirstTime(subject)
}

// fromProvider takes the provider's data. It is nil during validation, before the provider is
// configured.
func (c *Connection) fromProvider(data any, diags *diag.Diagnostics) {
	switch connection, ok := data.(*Connection); {
	case ok:
		*c = *connection
	case data != nil:
		diags.AddError("Unexpected provider data", fmt.Sprintf("This is a bug in the provider: it passed a %T.", data))
	}
}

// Resource is the connection of a resource or a list resource, which embeds it.
type Resource struct{ Connection }

// Configure takes over the provider's connection.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.fromProvider(req.ProviderData, &resp.Diagnostics)
}

// DataSource is the connection of a data source, which embeds it.
type DataSource struct{ Connection }

// Configure takes over the provider's connection.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.fromProvider(req.ProviderData, &resp.Diagnostics)
}

// Action is the connection of an action, which embeds it.
type Action struct{ Connection }

// Configure takes over the provider's connection.
func (a *Action) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.fromProvider(req.ProviderData, &resp.Diagnostics)
}
