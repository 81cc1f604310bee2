package diagnose_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
)

const where = "POST /api/atlas/v2/groups/32b6e34b3d91647abb20e7b8/backup/exportBuckets"

var fields = diagnose.Fields{
	"bucketName": path.Root("bucket_name"),
	"iamRoleId":  path.Root("iam_role_id"),
	"groupId":    path.Root("project_id"),
}

func atlasError(e atlas.Error) *atlas.Error {
	e.Method, e.Path, _ = strings.Cut(where, " ")
	return &e
}

// lines writes a diagnostic as a test reads it: its argument, and its paragraphs.
func lines(d diag.Diagnostic) (argument string, paragraphs []string) {
	if at, ok := d.(diag.DiagnosticWithPath); ok {
		argument = at.Path().String()
	}
	return argument, strings.Split(d.Detail(), "\n\n")
}

func TestErrorSaysWhatAtlasSaidThenWhatToDoThenWhere(t *testing.T) {
	for name, c := range map[string]struct {
		err      atlas.Error
		argument string
		said     string
		hint     string // a fragment; "" for none
	}{
		"attribute named in the sentence": {
			atlas.Error{Status: 400, Code: atlas.CodeInvalidJSONAttribute, Detail: "Received JSON for the iamRoleId attribute does not match expected format."},
			"iam_role_id", "Received JSON for the iamRoleId attribute does not match expected format.", "api-errors",
		},
		"attribute that has no argument": {
			atlas.Error{Status: 400, Code: atlas.CodeInvalidJSONAttribute, Detail: "Received JSON for the other attribute does not match expected format."},
			"", "Received JSON for the other attribute does not match expected format.", "api-errors",
		},
		"project": {
			atlas.Error{Status: 404, Code: atlas.CodeProjectNotFound, Detail: "No group with ID x exists."}, "project_id", "No group with ID x exists.", "Check project_id",
		},
		"access list": {
			atlas.Error{Status: 403, Code: atlas.CodeIPAddressNotOnAccessList, Detail: "IP address 185.199.111.133 is not allowed to access this resource.", Parameters: []any{"185.199.111.133"}},
			"", "IP address 185.199.111.133 is not allowed to access this resource.", "Add 185.199.111.133 to the API access list",
		},
		"access list without address": {
			atlas.Error{Status: 403, Code: atlas.CodeIPAddressNotOnAccessList, Detail: "x"}, "", "x", "Add the address",
		},
		"role of the credential":     {atlas.Error{Status: 401, Code: atlas.CodeUserUnauthorized, Detail: "x"}, "", "x", "Project Backup Manager"},
		"owner":                      {atlas.Error{Status: 401, Code: atlas.CodeNotOrgGroupCreator, Detail: "x"}, "", "x", "Project Owner"},
		"token limit":                {atlas.Error{Status: 403, Code: atlas.CodeAccessDenied, Detail: "x"}, "", "x", "100 tokens"},
		"wrong secret":               {atlas.Error{Status: 401, Code: atlas.CodeInvalidClient, Detail: "x"}, "", "x", "client_secret"},
		"compliance policy":          {atlas.Error{Status: 400, Code: atlas.CodeBackupCompliancePolicy, Detail: "x"}, "", "x", "Backup Compliance Policy"},
		"wrong address":              {atlas.Error{Status: 404, Code: atlas.CodeResourceNotFound, Detail: "x"}, "", "x", "base_url"},
		"upgrade":                    {atlas.Error{Status: 405, Code: atlas.CodeWritesNotAllowedDuringAppUpgrade, Detail: "x"}, "", "x", "a few minutes"},
		"rate limit":                 {atlas.Error{Status: 429, Code: atlas.CodeRateLimited, Detail: "x"}, "", "x", "-parallelism"},
		"rate limit by tokens":       {atlas.Error{Status: 429, Code: atlas.CodeRateLimitedTokenBucket, Detail: "x"}, "", "x", "-parallelism"},
		"cluster":                    {atlas.Error{Status: 404, Code: atlas.CodeClusterNotFound, Detail: "x"}, "", "x", "same command"},
		"paused cluster":             {atlas.Error{Status: 409, Code: atlas.CodeCannotUpdatePausedCluster, Detail: "x"}, "", "x", "Resume the cluster"},
		"unexpected":                 {atlas.Error{Status: 500, Code: atlas.CodeUnexpectedError, Detail: "Unexpected error."}, "", "Unexpected error.", "temporary problem"},
		"HTML of a proxy":            {atlas.Error{Status: 502, Detail: "502 Bad Gateway"}, "", "502 Bad Gateway", "proxy"},
		"401 of a credential":        {atlas.Error{Status: 401, Code: atlas.CodeUnexpectedError, Detail: "x", CredentialName: "the API key in public_key and private_key"}, "", "x", "Check the API key in public_key and private_key. It may have expired or been deleted, or"},
		"401 of a token":             {atlas.Error{Status: 401, CredentialName: "the access token in access_token"}, "", "Atlas refused the request without giving a reason.", "Check the access token in access_token. It may have expired or been deleted, or"},
		"401 without a code":         {atlas.Error{Status: 401}, "", "Atlas refused the request without giving a reason.", "MONGODB_ATLAS_… variables). It may have expired or been deleted, or"},
		"no answer":                  {atlas.Error{Cause: errors.New("connection refused")}, "", "There is no usable answer from Atlas: connection refused.", "HTTPS_PROXY"},
		"host that does not exist":   {atlas.Error{Cause: &net.DNSError{Err: "no such host", Name: "atlas.example.com", IsNotFound: true}}, "", "There is no usable answer from Atlas: lookup atlas.example.com: no such host.", "base_url"},
		"proxy's address":            {atlas.Error{Cause: atlas.ErrProxyAddress}, "", "There is no usable answer from Atlas: the address of the proxy is not usable.", "HTTPS_PROXY (or HTTP_PROXY): it must be a URL such as"},
		"proxy's password":           {atlas.Error{Cause: &net.OpError{Op: "proxyconnect", Err: atlas.ErrProxyCredential}}, "", "There is no usable answer from Atlas: proxyconnect: the proxy asks for another user or password.", "the user and the password in HTTPS_PROXY"},
		"proxy's password, answered": {atlas.Error{Status: 407, Detail: "Who are you?"}, "", "Who are you?", "the user and the password in HTTPS_PROXY"},
		"certificate of the client":  {atlas.Error{Cause: &net.OpError{Op: "remote error", Err: errors.New("tls: certificate required")}}, "", "There is no usable answer from Atlas: remote error: tls: certificate required.", "it is not Atlas: check base_url"},
		"certificate of the server":  {atlas.Error{Cause: &tls.CertificateVerificationError{Err: errors.New("unknown authority")}}, "", "There is no usable answer from Atlas: tls: failed to verify certificate: unknown authority.", "base_url"},
		"no token in the answer":     {atlas.Error{Status: 200, Cause: errors.New("the answer is not a token")}, "", "There is no usable answer from Atlas: the answer is not a token.", "base_url"},
		"another protocol":           {atlas.Error{Status: 101, Cause: errors.New("the server switched to another protocol")}, "", "There is no usable answer from Atlas: the server switched to another protocol.", "base_url"},
		"a redirect with a host":     {atlas.Error{Status: 302, RedirectHost: "login.example.com", Cause: errors.New("redirected")}, "", "There is no usable answer from Atlas: redirected.", "If login.example.com is your Atlas, set base_url"},
		"a redirect":                 {atlas.Error{Status: 302, Cause: errors.New("redirected")}, "", "There is no usable answer from Atlas: redirected.", "base_url"},
		"an address of no form": {
			atlas.Error{Status: 403, Code: atlas.CodeIPAddressNotOnAccessList, Detail: "x", Parameters: []any{map[string]any{"\x1b": "\x1b"}}}, "", "x", "Add the address that Atlas names to",
		},
		"no address": {
			atlas.Error{Status: 403, Code: atlas.CodeIPAddressNotOnAccessList, Detail: "x", Parameters: []any{nil}}, "", "x", "Add the address that Atlas names to",
		},
		"time-out":                    {atlas.Error{Cause: context.DeadlineExceeded}, "", "Atlas did not answer in time.", "terraform apply -refresh=false"},
		"cancelled":                   {atlas.Error{Cause: context.Canceled}, "", "The call was cancelled before Atlas answered.", ""},
		"unreadable answer":           {atlas.Error{Status: 200, Cause: errors.New("the answer was cut")}, "", "There is no usable answer from Atlas: the answer was cut.", "base_url"},
		"an attribute Atlas explains": {atlas.Error{Status: 400, Code: "INVALID_ATTRIBUTE", Detail: "Invalid attribute x specified."}, "", "Invalid attribute x specified.", "api-errors"},
	} {
		t.Run(name, func(t *testing.T) {
			diags := diagnose.Error("Export bucket not created", atlasError(c.err), fields, nil)
			if len(diags) != 1 || diags[0].Summary() != "Export bucket not created" || diags[0].Severity() != diag.SeverityError {
				t.Fatalf("got %v", diags)
			}
			argument, paragraphs := lines(diags[0])
			if argument != c.argument || paragraphs[0] != c.said {
				t.Errorf("at %q: %q", argument, paragraphs[0])
			}
			if last := paragraphs[len(paragraphs)-1]; last != atlasError(c.err).Where() || !strings.HasSuffix(last, where) {
				t.Errorf("the last line is %q", last)
			}
			switch {
			case c.hint == "" && len(paragraphs) != 2:
				t.Errorf("an unexpected hint: %q", paragraphs[1])
			case c.hint != "" && (len(paragraphs) != 3 || !strings.Contains(paragraphs[1], c.hint)):
				t.Errorf("no %q in %q", c.hint, paragraphs[1:])
			}
		})
	}
}

func TestErrorSaysHowLongItWaited(t *testing.T) {
	for name, c := range map[string]struct {
		err  atlas.CallError
		want string
	}{
		"one attempt":   {atlas.CallError{Attempts: 1, Last: &atlas.Error{Status: 503, Detail: "Down."}}, "Down."},
		"many attempts": {atlas.CallError{Attempts: 7, Elapsed: 291*time.Second + time.Millisecond, Last: &atlas.Error{Status: 503, Detail: "Down."}}, "Down. This was attempt 7, after 4m51s."},
		"asked for more time than there is": {
			atlas.CallError{Attempts: 1, NoTime: true, Last: &atlas.Error{Status: 429, Detail: "Too many.", RetryAfter: time.Hour}},
			"Too many. Atlas asked to wait 1h0m0s; less than that is left of the time limit.",
		},
		"asked for more time than a limit with a name has": {
			atlas.CallError{Attempts: 1, NoTime: true, Limit: "timeouts.create (10s)", Last: &atlas.Error{Status: 429, Detail: "Too many.", RetryAfter: 55 * time.Second}},
			"Too many. Atlas asked to wait 55s; less than that is left of timeouts.create (10s).",
		},
		"asked for a time that there is": {atlas.CallError{Attempts: 1, Last: &atlas.Error{Status: 503, Detail: "Down.", RetryAfter: time.Hour}}, "Down."},
		"no time, and not asked for any": {atlas.CallError{Attempts: 1, NoTime: true, Last: &atlas.Error{Status: 503, Detail: "Down."}}, "Down."},
		"cancelled":                      {atlas.CallError{Last: &atlas.Error{Status: 429, Detail: "Too many.", RetryAfter: time.Second, Cause: context.Canceled}}, "The call was cancelled while it waited for the next attempt. Atlas' last answer: Too many."},
	} {
		if _, paragraphs := lines(diagnose.Error("Export bucket not read", &c.err, nil, nil)[0]); paragraphs[0] != c.want {
			t.Errorf("%s: %q, want %q", name, paragraphs[0], c.want)
		}
	}
}

func TestEveryViolationIsADiagnosticAtItsArgument(t *testing.T) {
	diags := diagnose.Error("Export bucket not created", atlasError(atlas.Error{
		Status: 400, Code: "VALIDATION_ERROR", Detail: "Validation failed.",
		Fields: []atlas.FieldViolation{{Field: "bucketName", Description: "too short"}, {Field: "groupId", Description: "unknown"}, {Field: "other", Description: "odd"}},
	}), fields, nil)
	var got []string
	for _, d := range diags {
		argument, paragraphs := lines(d)
		got = append(got, argument+" "+paragraphs[0])
	}
	want := "bucket_name bucketName: too short, project_id groupId: unknown,  other: odd"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAtlasSentenceIsShownOnceBesideTheViolationsWhenItSaysMore(t *testing.T) {
	for name, c := range map[string]struct {
		detail string
		fields []atlas.FieldViolation
		more   int
		want   []string
	}{
		"it says more":          {"The project is locked.", []atlas.FieldViolation{{Field: "a", Description: "one"}, {Field: "b", Description: "two"}}, 0, []string{"a: one|Atlas: The project is locked.", "b: two"}},
		"a violation says it":   {"too short", []atlas.FieldViolation{{Field: "a", Description: "it is too short by one"}, {Field: "b", Description: "two"}}, 0, []string{"a: it is too short by one", "b: two"}},
		"it is the status":      {"Bad Request", []atlas.FieldViolation{{Field: "a", Description: "one"}}, 0, []string{"a: one"}},
		"there is none":         {"", []atlas.FieldViolation{{Field: "a", Description: "one"}}, 0, []string{"a: one"}},
		"there are more fields": {"", []atlas.FieldViolation{{Field: "a", Description: "one"}, {Field: "b", Description: "two"}}, 7, []string{"a: one", "b: two|and 7 more fields"}},
		"both":                  {"The project is locked.", []atlas.FieldViolation{{Field: "a", Description: "one"}}, 7, []string{"a: one|Atlas: The project is locked.|and 7 more fields"}},
		"no field is named":     {"", []atlas.FieldViolation{{Description: "one"}}, 0, []string{"one"}},
	} {
		var got []string
		for _, d := range diagnose.Error("Export bucket not created", atlasError(atlas.Error{Status: 400, Detail: c.detail, Fields: c.fields, MoreFields: c.more}), nil, nil) {
			_, paragraphs := lines(d)
			// What to do and where it was end each of them.
			got = append(got, strings.Join(paragraphs[:len(paragraphs)-2], "|"))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestWithoutAConfigurationNoArgumentIsNamed(t *testing.T) {
	diags := diagnose.Error("Export bucket not read", atlasError(atlas.Error{Status: 404, Code: atlas.CodeProjectNotFound}), nil, nil)
	if argument, _ := lines(diags[0]); argument != "" {
		t.Errorf("it is at %q", argument)
	}
}

func TestReadingNeedsALesserRoleThanWriting(t *testing.T) {
	diags := diagnose.Error("Export bucket not read", &atlas.Error{Method: "GET", Status: 401, Code: atlas.CodeUserUnauthorized}, nil, nil)
	if !strings.Contains(diags[0].Detail(), "Project Read Only") {
		t.Errorf("got %q", diags[0].Detail())
	}
}
