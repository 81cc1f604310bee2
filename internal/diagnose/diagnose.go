// Package diagnose turns what Atlas answers into diagnostics for the person who reads
// them at night: what failed, what Atlas said, what to do, and where it was.
package diagnose

import (
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
// argument that the error code is about, if there is one.
func Error(summary string, err error, fields Fields) diag.Diagnostics {
	var e *atlas.Error
	if !errors.As(err, &e) {
		return diag.Diagnostics{diag.NewErrorDiagnostic(summary, err.Error())}
	}
	out := wayOut(e)
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
		diags.Append(at(fields, []string{violation.Field}, summary, detail(sentence, out, e)))
	}
	if len(diags) == 0 {
		diags.Append(at(fields, concerned(e), summary, detail(said(e), out, e)))
	}
	return diags
}

// ErrorWithWayOut reports a failed call to which the caller knows what to do better than the
// error code tells.
func ErrorWithWayOut(summary string, err error, out string) diag.Diagnostics {
	var e *atlas.Error
	if !errors.As(err, &e) {
		return diag.Diagnostics{diag.NewErrorDiagnostic(summary, err.Error()+"\n\n"+out)}
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic(summary, detail(said(e), out, e))}
}

// saysMore tells that Atlas' sentence is not said by its violations already.
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

// detail is the sentence and how long it was waited for something better, the way out where
// one is known, and where it was.
func detail(sentence, out string, e *atlas.Error) string {
	paragraphs := []string{strings.Join(append([]string{sentence}, waited(e)...), " ")}
	if out != "" {
		paragraphs = append(paragraphs, out)
	}
	return strings.Join(append(paragraphs, e.Where()), "\n\n")
}

// waited are sentences on the attempts, none when there was but one and nothing to say.
func waited(e *atlas.Error) []string {
	var sentences []string
	if e.Attempts > 1 {
		sentences = append(sentences, fmt.Sprintf("This was attempt %d, after %s.", e.Attempts, e.Elapsed.Round(time.Second)))
	}
	if e.RetryAfter > 0 && e.NoTime {
		sentences = append(sentences, fmt.Sprintf("Atlas asks to wait %s, and less than that is left of the operation's timeouts.", e.RetryAfter.Round(time.Second)))
	}
	return sentences
}

// said is what Atlas said, or why there is no answer to show.
func said(e *atlas.Error) string {
	switch {
	case errors.Is(e.Cause, context.DeadlineExceeded):
		return "Atlas did not answer in time."
	case errors.Is(e.Cause, context.Canceled) && e.Detail != "":
		return "The call was cancelled while it waited to try again. Atlas' last words: " + e.Detail
	case errors.Is(e.Cause, context.Canceled):
		return "The call was cancelled before Atlas had answered."
	case e.Cause != nil:
		return "There is no usable answer from Atlas: " + e.Cause.Error() + "."
	case e.Detail != "":
		return e.Detail
	}
	return "Atlas refused the request without giving a reason."
}

// namedAttribute finds the attribute in the sentence of INVALID_JSON_ATTRIBUTE, as
// recorded: "Received JSON for the iamRoleId attribute does not match expected format."
var namedAttribute = regexp.MustCompile(`for the (\w+) attribute`)

// concerned are the fields that an error code is about, the likeliest first.
func concerned(e *atlas.Error) []string {
	switch e.Code {
	case atlas.CodeInvalidJSONAttribute:
		if match := namedAttribute.FindStringSubmatch(e.Detail); match != nil {
			return match[1:]
		}
	case atlas.CodeExportBucketNameInvalid:
		return []string{"bucketName"}
	case atlas.CodeCannotAssumeRole, atlas.CodeRoleNotAuthorized, atlas.CodeInvalidAWSCredentials,
		atlas.CodeCannotAuthenticatePrincipal, atlas.CodeAzureServicePrincipalInvalid:
		return []string{"iamRoleId", "roleId"}
	case atlas.CodeProjectNotFound:
		return []string{"groupId"}
	}
	return nil
}
