// Package diagnose turns what Atlas answers into diagnostics for the person who reads
// them at night: what failed, what Atlas said, what to do, and where it was.
package diagnose

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// Fields are the fields of a request, as Atlas names them, and the arguments that they
// come from. Nil is right where no configuration is at hand: on refresh, and on destroy.
type Fields map[string]path.Path

// Error reports a failed call under a summary of what failed. Each field that Atlas
// names becomes a diagnostic at its argument; without any it is one diagnostic, at the
// argument that the error code is about, if there is one. The hints come before the general
// ones.
func Error(summary string, err error, fields Fields, hints Hints) diag.Diagnostics {
	var e *atlas.Error
	if !errors.As(err, &e) {
		return diag.Diagnostics{diag.NewErrorDiagnostic(summary, err.Error())}
	}
	hint := hints.text(e)
	var diags diag.Diagnostics
	for i, violation := range e.Fields {
		sentence := violation.Description
		if violation.Field != "" {
			sentence = violation.Field + ": " + sentence
		}
		if i == 0 && saysMore(e) {
			sentence += "\n\nAtlas: " + e.Detail
		}
		if i == len(e.Fields)-1 && e.MoreFields > 0 {
			sentence += fmt.Sprintf("\n\nand %d more fields", e.MoreFields)
		}
		diags.Append(at(fields, []string{violation.Field}, summary, detail(sentence, hint, err, e)))
	}
	if len(diags) == 0 {
		diags.Append(at(fields, hints.fields(e), summary, detail(reason(e), hint, err, e)))
	}
	return diags
}

// ErrorWithHint reports a failed call about which the caller knows better what to do than the
// error code tells.
func ErrorWithHint(summary string, err error, hint string) diag.Diagnostics {
	var e *atlas.Error
	if !errors.As(err, &e) {
		return diag.Diagnostics{diag.NewErrorDiagnostic(summary, err.Error()+"\n\n"+hint)}
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic(summary, detail(reason(e), hint, err, e))}
}

// saysMore tells whether Atlas' sentence says more than its violations.
func saysMore(e *atlas.Error) bool {
	return e.Detail != "" && e.Detail != http.StatusText(e.Status) && !slices.ContainsFunc(e.Fields, func(violation atlas.FieldViolation) bool {
		return strings.Contains(violation.Description, e.Detail)
	})
}

func at(fields Fields, names []string, summary, detail string) diag.Diagnostic {
	for _, name := range names {
		if p, ok := fields[name]; ok {
			return diag.NewAttributeErrorDiagnostic(p, summary, detail)
		}
	}
	return diag.NewErrorDiagnostic(summary, detail)
}

// detail is the sentence and how often the call was tried, the hint where there is one, and
// where it was.
func detail(sentence, hint string, err error, e *atlas.Error) string {
	paragraphs := []string{strings.Join(append([]string{sentence}, waited(err)...), " ")}
	if hint != "" {
		paragraphs = append(paragraphs, hint)
	}
	return strings.Join(append(paragraphs, e.Where()), "\n\n")
}

// waited are sentences about the attempts; none after a single attempt that nothing kept from
// being repeated.
func waited(err error) []string {
	var call *atlas.CallError
	if !errors.As(err, &call) {
		return nil
	}
	var sentences []string
	if call.Attempts > 1 {
		sentences = append(sentences, fmt.Sprintf("This was attempt %d, after %s.", call.Attempts, call.Elapsed.Round(time.Second)))
	}
	if asked := call.Last.RetryAfter; asked > 0 && call.NoTime {
		sentences = append(sentences, fmt.Sprintf("Atlas asked to wait %s; less than that is left of %s.", asked.Round(time.Second), cmp.Or(call.Limit, "the time limit")))
	}
	return sentences
}

// reason is what Atlas said, or why there is no answer to show.
func reason(e *atlas.Error) string {
	switch {
	case errors.Is(e.Cause, context.DeadlineExceeded):
		return "Atlas did not answer in time."
	case errors.Is(e.Cause, context.Canceled) && e.Detail != "":
		return "The call was cancelled while it waited for the next attempt. Atlas' last answer: " + e.Detail
	case errors.Is(e.Cause, context.Canceled):
		return "The call was cancelled before Atlas answered."
	case e.Cause != nil:
		return "There is no usable answer from Atlas: " + e.Cause.Error() + "."
	case e.Detail != "":
		return e.Detail
	}
	return "Atlas refused the request without giving a reason."
}

// jsonAttribute finds the attribute in the sentence of INVALID_JSON_ATTRIBUTE, as
// recorded: "Received JSON for the iamRoleId attribute does not match expected format."
var jsonAttribute = regexp.MustCompile(`for the (\w+) attribute`)

// generalFields are the fields that a general error code is about.
func generalFields(e *atlas.Error) []string {
	switch e.Code {
	case atlas.CodeInvalidJSONAttribute:
		if match := jsonAttribute.FindStringSubmatch(e.Detail); match != nil {
			return match[1:]
		}
	case atlas.CodeProjectNotFound:
		return []string{"groupId"}
	}
	return nil
}
