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
	LogNothing  Log = iota
	LogRequests     // INFO: each wait and its reason; DEBUG: each round trip
	LogBodies       // TRACE: also the bodies of requests and answers, without secrets
)

// LogFrom reads Terraform's variables. Without them, tflog would write every level, and
// Terraform would drop it all.
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

// logger writes the log. It never logs headers, and never the bodies of token calls.
type logger struct {
	level Log
}

// subsystem is made for each line, because the context of the next call to the provider does
// not have it.
func (l logger) subsystem(ctx context.Context) context.Context {
	return tflog.NewSubsystem(ctx, logSubsystem)
}

// roundTrip logs the answer or the error of a round trip.
func (l logger) roundTrip(ctx context.Context, req *http.Request, status int, err error, start time.Time) {
	if l.level < LogRequests {
		return
	}
	fields := map[string]any{
		"method":      req.Method,
		"path":        req.URL.EscapedPath(),
		"duration_ms": time.Since(start).Milliseconds(),
	}
	if err != nil {
		fields["error"] = err.Error()
		tflog.SubsystemDebug(l.subsystem(ctx), logSubsystem, "No answer from Atlas", fields)
		return
	}
	fields["status"] = status
	tflog.SubsystemDebug(l.subsystem(ctx), logSubsystem, "Atlas answered", fields)
}

// failedAttempt logs the wait before the next attempt of a call.
func (l logger) failedAttempt(ctx context.Context, failed *CallError, pause time.Duration) {
	if l.level < LogRequests {
		return
	}
	tflog.SubsystemInfo(l.subsystem(ctx), logSubsystem, "Waiting before the next attempt", map[string]any{
		"method":  failed.Last.Method,
		"path":    failed.Last.Path,
		"status":  failed.Last.Status,
		"code":    failed.Last.Code,
		"attempt": failed.Attempts,
		"wait":    pause.Round(time.Millisecond).String(),
		"reason":  failed.Last.Reason(),
	})
}

// waiting logs any other wait.
func (l logger) waiting(ctx context.Context, reason string, pause time.Duration) {
	if l.level < LogRequests {
		return
	}
	tflog.SubsystemInfo(l.subsystem(ctx), logSubsystem, "Waiting", map[string]any{"wait": pause.String(), "reason": reason})
}

// progress logs how far something is.
func (l logger) progress(ctx context.Context, message string) {
	if l.level < LogRequests {
		return
	}
	tflog.SubsystemInfo(l.subsystem(ctx), logSubsystem, message)
}

// maxLogged is the longest body that is logged, in bytes: ten pages of a list.
const maxLogged = 1 << 20

// body logs the body of a request or an answer.
func (l logger) body(ctx context.Context, message string, r request, body []byte, secret mask) {
	if l.level < LogBodies || len(body) == 0 {
		return
	}
	text := fmt.Sprintf("(%d bytes)", len(body))
	if len(body) <= maxLogged {
		text = redacted(body, secret)
	}
	path := make([]string, len(r.path))
	for i, element := range r.path { // which may be the name of a cluster, from an answer
		path[i] = url.PathEscape(element)
	}
	tflog.SubsystemTrace(l.subsystem(ctx), logSubsystem, message, map[string]any{
		"method": r.method,
		"path":   strings.Join(path, "/"),
		"body":   text,
	})
}

// secretName matches the names of secret values. It is not applied to values: a bucket may have
// any name.
var secretName = regexp.MustCompile(`(?i)secret|token|passw|(?:api|private|access|account)[_-]?key|credential|signature|authorization|^(pw|pwd|sas|sig)$`)

// redacted is a body without values that may be secret: those with the name of a secret, and
// those that withoutSecrets removes from sentences. Of a body that is not JSON it is the first
// line.
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

// redact copies objects, because their names are from a server, too.
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
