package atlas

import (
	"context"
	"encoding/json"
	"fmt"
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
func (j journal) roundTrip(ctx context.Context, req *http.Request, status int, err error, start time.Time) {
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
	fields["status"] = status
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

// maxLogged is the most that is logged of a body, in bytes: ten pages of a list.
const maxLogged = 1 << 20

// body notes what was sent, or answered, where bodies are asked for.
func (j journal) body(ctx context.Context, message string, r request, body []byte, secret mask) {
	if j.level < LogBodies || len(body) == 0 {
		return
	}
	text := fmt.Sprintf("(%d bytes)", len(body))
	if len(body) <= maxLogged {
		text = redacted(body, secret)
	}
	path := make([]string, len(r.path))
	for i, element := range r.path { // it may be a server's: the name of a cluster
		path[i] = url.PathEscape(element)
	}
	tflog.SubsystemTrace(j.subsystem(ctx), logSubsystem, message, map[string]any{
		"method": r.method,
		"path":   strings.Join(path, "/"),
		"body":   text,
	})
}

// secretName matches names of values that are secret, and no others: a bucket may be called
// anything.
var secretName = regexp.MustCompile(`(?i)secret|token|passw|(?:api|private|access|account)[_-]?key|credential|signature|authorization|^(pw|pwd|sas|sig)$`)

// redacted is a body without what may be a secret: values under a telling name, and in
// sentences what withoutSecrets takes out. Of a body that is not JSON it is the first line.
func redacted(body []byte, secret mask) string {
	clean := func(text string) string { return withoutSecrets(secret.line(text)) }
	var content any
	if json.Unmarshal(body, &content) != nil {
		return firstLine(secret.page(body), clean)
	}
	text, err := json.Marshal(redact(content, clean))
	if err != nil {
		return ""
	}
	return string(text)
}

// redact makes a copy of an object, because its names are a server's as well.
func redact(content any, clean func(string) string) any {
	switch value := content.(type) {
	case map[string]any:
		redacted := make(map[string]any, len(value))
		for name, content := range value {
			if name = shorten(clean(name)); secretName.MatchString(name) {
				content = redactedText
			}
			redacted[name] = redact(content, clean)
		}
		return redacted
	case []any:
		for i := range value {
			value[i] = redact(value[i], clean)
		}
	case string:
		return shorten(clean(value))
	}
	return content
}
