package atlas

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

const logSubsystem = "atlas"

// Log is how much is logged.
type Log int

const (
	LogNothing  Log = iota // nothing is even put together
	LogRequests            // INFO: each wait and its reason; DEBUG: each round trip
	LogBodies              // TRACE: what was sent and answered, too, less its secrets
)

// LogFrom reads Terraform's variables. A process that was asked for no log must not ask
// tflog, which writes every level then, for Terraform to throw it away.
func LogFrom(getenv func(string) string) Log {
	level := LogNothing
	for _, name := range []string{"TF_LOG", "TF_LOG_PROVIDER"} {
		switch strings.ToUpper(getenv(name)) {
		case "", "OFF":
		case "TRACE", "JSON":
			return LogBodies
		default:
			level = LogRequests
		}
	}
	return level
}

// journal writes the log. Headers are never in it, and nothing of a token call's bodies.
type journal struct {
	level Log
}

// subsystem is not inherited by the context of the next call to the provider.
func (j journal) subsystem(ctx context.Context) context.Context {
	return tflog.NewSubsystem(ctx, logSubsystem)
}

// roundTrip notes how one ended, with an answer or an error.
func (j journal) roundTrip(ctx context.Context, req *http.Request, resp *http.Response, err error, start time.Time) {
	if j.level < LogRequests {
		return
	}
	fields := map[string]any{
		"method":      req.Method,
		"path":        req.URL.EscapedPath(),
		"duration_ms": time.Since(start).Milliseconds(),
	}
	if err != nil {
		fields["error"] = err.Error()
		tflog.SubsystemDebug(j.subsystem(ctx), logSubsystem, "No answer from Atlas", fields)
		return
	}
	fields["status"] = resp.StatusCode
	tflog.SubsystemDebug(j.subsystem(ctx), logSubsystem, "Atlas answered", fields)
}

// failedAttempt notes why the next attempt of a call waits.
func (j journal) failedAttempt(ctx context.Context, e *Error, pause time.Duration) {
	if j.level < LogRequests {
		return
	}
	tflog.SubsystemInfo(j.subsystem(ctx), logSubsystem, "Waiting before the next attempt", map[string]any{
		"method":  e.Method,
		"path":    e.Path,
		"status":  e.Status,
		"code":    e.Code,
		"attempt": e.Attempts,
		"wait":    pause.Round(time.Millisecond).String(),
		"reason":  e.Reason(),
	})
}

// waiting notes any other wait.
func (j journal) waiting(ctx context.Context, reason string, pause time.Duration) {
	if j.level < LogRequests {
		return
	}
	tflog.SubsystemInfo(j.subsystem(ctx), logSubsystem, "Waiting", map[string]any{"wait": pause.String(), "reason": reason})
}

// body notes what was sent, or answered, where bodies are asked for.
func (j journal) body(ctx context.Context, message string, r request, body []byte) {
	if j.level < LogBodies || len(body) == 0 {
		return
	}
	tflog.SubsystemTrace(j.subsystem(ctx), logSubsystem, message, map[string]any{
		"method": r.method,
		"path":   strings.Join(r.path, "/"),
		"body":   redacted(body),
	})
}

var secretName = regexp.MustCompile(`(?i)secret|token|passw|private_?key|credential|signature|authorization`)

// redacted is a body without what may be a secret: values under a telling name, and of
// URLs what is not an address. Of a body that is not JSON it is the first line.
func redacted(body []byte) string {
	var content any
	if json.Unmarshal(body, &content) != nil {
		return firstLine(body)
	}
	clean, err := json.Marshal(redact("", content))
	if err != nil {
		return ""
	}
	return string(clean)
}

func redact(name string, content any) any {
	if secretName.MatchString(name) {
		return "(redacted)"
	}
	switch value := content.(type) {
	case map[string]any:
		for name := range value {
			value[name] = redact(name, value[name])
		}
	case []any:
		for i := range value {
			value[i] = redact(name, value[i])
		}
	case string:
		if u, err := url.Parse(value); err == nil && u.Host != "" && (u.User != nil || u.RawQuery != "") {
			return u.Scheme + "://" + u.Host + u.EscapedPath() + " (redacted)"
		}
	}
	return content
}
