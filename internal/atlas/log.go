package atlas

import (
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

const logSubsystem = "atlas"

// logged writes a line per round trip. Headers and bodies are never in it: both can hold
// a credential.
type logged struct {
	next http.RoundTripper
}

func (t logged) RoundTrip(req *http.Request) (*http.Response, error) {
	// A subsystem is not inherited by the context of the next call to the provider.
	ctx := tflog.NewSubsystem(req.Context(), logSubsystem)
	start := time.Now()
	resp, err := t.next.RoundTrip(req)
	fields := map[string]any{
		"method":      req.Method,
		"path":        req.URL.EscapedPath(),
		"duration_ms": time.Since(start).Milliseconds(),
	}
	if err != nil {
		fields["error"] = err.Error()
		tflog.SubsystemDebug(ctx, logSubsystem, "no answer from Atlas", fields)
		return nil, err
	}
	fields["status"] = resp.StatusCode
	tflog.SubsystemDebug(ctx, logSubsystem, "Atlas answered", fields)
	return resp, nil
}
