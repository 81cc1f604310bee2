package diagnose

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// Connection is what the provider hands to its resources: a client, or the reasons why
// there is none. The reasons are reported by the first operation that needs a client, so
// that a plan that asks Atlas nothing goes through without credentials.
type Connection struct {
	client  *atlas.Client
	reasons diag.Diagnostics
}

// Connected has a client.
func Connected(client *atlas.Client) *Connection {
	return &Connection{client: client}
}

// NotConnected has the reasons, one error at least.
func NotConnected(reasons diag.Diagnostics) *Connection {
	return &Connection{reasons: reasons}
}

// Client returns the client, or nil with the reasons added to diags.
func (c *Connection) Client(diags *diag.Diagnostics) *atlas.Client {
	diags.Append(c.reasons...)
	return c.client
}
