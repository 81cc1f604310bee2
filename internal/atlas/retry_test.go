package atlas

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func TestPolicy(t *testing.T) {
	refused := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	for name, c := range map[string]struct {
		e    Error
		any  verdict // for what is idempotent: GET, PATCH, DELETE, the token call
		once verdict // for the POST of an export bucket
	}{
		"429":                       {Error{Status: 429, Code: CodeRateLimited}, again, again},
		"429 without a code":        {Error{Status: 429}, again, again},
		"upgrade":                   {Error{Status: 405, Code: CodeWritesNotAllowedDuringAppUpgrade}, again, again},
		"503":                       {Error{Status: 503, RetryAfter: time.Second}, again, unknown},
		"500":                       {Error{Status: 500, Code: CodeUnexpectedError}, again, unknown},
		"502":                       {Error{Status: 502}, again, unknown},
		"504":                       {Error{Status: 504}, again, unknown},
		"408":                       {Error{Status: 408}, again, unknown},
		"refused":                   {Error{Cause: refused, Unsent: true}, again, again},
		"no such host":              {Error{Cause: &net.DNSError{IsNotFound: true}, Unsent: true}, again, again},
		"reset":                     {Error{Cause: syscall.ECONNRESET}, again, unknown},
		"end of the connection":     {Error{Cause: io.ErrUnexpectedEOF}, again, unknown},
		"no answer in time":         {Error{Cause: context.DeadlineExceeded}, again, unknown},
		"cut refusal":               {Error{Status: 400, Cause: io.ErrUnexpectedEOF}, again, unknown},
		"cut answer":                {Error{Status: 200, Cause: io.ErrUnexpectedEOF}, again, unknown},
		"unreadable answer":         {Error{Status: 200, Cause: errors.New("no JSON")}, again, unknown},
		"role not assumed":          {Error{Status: 400, Code: CodeCannotAssumeRole}, final, again},
		"role not authorized":       {Error{Status: 400, Code: CodeRoleNotAuthorized}, final, again},
		"AWS credentials":           {Error{Status: 400, Code: CodeInvalidAWSCredentials}, final, again},
		"principal":                 {Error{Status: 400, Code: CodeCannotAuthenticatePrincipal}, final, again},
		"principal's tenant":        {Error{Status: 400, Code: CodeAzureServicePrincipalInvalid}, final, again},
		"foreign 404":               {Error{Status: 404, Detail: "Not found"}, final, unknown},
		"foreign 404 with a word":   {Error{Status: 404, Code: "Not Found"}, final, unknown},
		"foreign 403":               {Error{Status: 403, Detail: "Blocked"}, final, unknown},
		"400":                       {Error{Status: 400, Code: CodeInvalidJSONAttribute}, final, final},
		"401":                       {Error{Status: 401}, final, final},
		"401 on a role":             {Error{Status: 401, Code: CodeUserUnauthorized}, final, final},
		"403":                       {Error{Status: 403, Code: CodeIPAddressNotOnAccessList}, final, final},
		"403 on the token":          {Error{Status: 403, Code: CodeAccessDenied}, final, final},
		"404":                       {Error{Status: 404, Code: CodeExportBucketNotFound}, final, final},
		"405":                       {Error{Status: 405, Code: "METHOD_NOT_ALLOWED"}, final, final},
		"409":                       {Error{Status: 409, Code: CodeCannotUpdatePausedCluster}, final, final},
		"in use":                    {Error{Status: 400, Code: CodeExportBucketInUse}, final, final},
		"redirect":                  {Error{Status: 307, Cause: errors.New("redirected")}, final, unknown},
		"501":                       {Error{Status: 501}, final, unknown},
		"101":                       {Error{Status: 101, Cause: errSwitched}, final, unknown},
		"too long":                  {Error{Status: 200, Cause: errTooLong}, final, unknown},
		"407":                       {Error{Status: 407}, final, final},
		"407 to CONNECT":            {Error{Cause: ErrProxyCredential, Unsent: true}, final, final},
		"proxy's address":           {Error{Cause: ErrProxyAddress, Unsent: true}, final, final},
		"certificate demanded":      {Error{Cause: &net.OpError{Op: "remote error", Err: errors.New("tls: certificate required")}, Unsent: true}, final, final},
		"certificate demanded late": {Error{Cause: &net.OpError{Op: "remote error", Err: errors.New("tls: certificate required")}}, final, final},
		"another alert, late":       {Error{Cause: &net.OpError{Op: "remote error", Err: errors.New("tls: internal error")}}, final, unknown},
		"no path":                   {Error{Cause: errPath, Unsent: true}, final, final},
		"503 before the request":    {Error{Status: 503, nothingDone: true}, again, again},
		"403 before the request":    {Error{Status: 403, nothingDone: true}, final, final},
		"302 before the request":    {Error{Status: 302, Cause: errors.New("redirected"), nothingDone: true}, final, final},
		"wrong certificate":         {Error{Cause: &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, Unsent: true}, final, final},
		"no TLS":                    {Error{Cause: tls.RecordHeaderError{}, Unsent: true}, final, final},
		"HTTP to HTTPS":             {Error{Cause: http.ErrSchemeMismatch, Unsent: true}, final, final},
		"no digest":                 {Error{Cause: errNotChallenged, Unsent: true}, final, final},
		"a new code of Atlas' own":  {Error{Status: 400, Code: "SOMETHING_NEW"}, final, final},
		"a new code on its trouble": {Error{Status: 500, Code: "SOMETHING_NEW"}, again, unknown},
	} {
		if got := policy(true, &c.e); got != c.any {
			t.Errorf("%s: %d for what is idempotent, want %d", name, got, c.any)
		}
		if got := policy(false, &c.e); got != c.once {
			t.Errorf("%s: %d for what must not be sent twice, want %d", name, got, c.once)
		}
	}
}

func TestBackoffGrowsToACapAndTakesAtlasAtItsWord(t *testing.T) {
	for _, c := range []struct {
		n      int
		asked  time.Duration
		jitter float64
		want   time.Duration
	}{
		{1, 0, 0, 500 * time.Millisecond},
		{1, 0, 1, time.Second},
		{2, 0, 1, 2 * time.Second},
		{5, 0, 1, 16 * time.Second},
		{6, 0, 1, 30 * time.Second},
		{6, 0, 0, 15 * time.Second},
		{1_000_000, 0, 1, 30 * time.Second},
		{1, time.Minute, 0, time.Minute},
		{9, time.Second, 1, 2 * time.Second},
	} {
		if got := backoff(c.n, c.asked, c.jitter); got != c.want {
			t.Errorf("attempt %d, asked for %s, jitter %g: %s, want %s", c.n, c.asked, c.jitter, got, c.want)
		}
	}
}

func TestRetryAfterIsReadFromTheHeaderOrTheParameters(t *testing.T) {
	now := time.Date(2026, 8, 10, 12, 0, 0, 0, time.UTC)
	tokenBucket := Error{Code: CodeRateLimitedTokenBucket, Parameters: []any{"api/atlas/v2/orgs", 55.0, 10.0, 5.0, 60.0}}
	for name, c := range map[string]struct {
		header string
		e      Error
		want   time.Duration
	}{
		"seconds":                 {"7", Error{}, 7 * time.Second},
		"none":                    {"0", Error{}, 0},
		"in the past":             {"-3", Error{}, 0},
		"no end":                  {"99999999999", Error{}, maxRetryAfter},
		"more than a number":      {"99999999999999999999999", Error{}, 0},
		"date":                    {"Mon, 10 Aug 2026 12:01:30 GMT", Error{}, 90 * time.Second},
		"date in the past":        {"Mon, 10 Aug 2026 11:00:00 GMT", Error{}, 0},
		"date far ahead":          {"Mon, 10 Aug 2099 11:00:00 GMT", Error{}, maxRetryAfter},
		"nonsense":                {"soon", Error{}, 0},
		"parameters":              {"", tokenBucket, 55 * time.Second},
		"header before the rest":  {"5", tokenBucket, 5 * time.Second},
		"nonsense and parameters": {"soon", tokenBucket, 55 * time.Second},
		"parameters without end":  {"", Error{Code: CodeRateLimitedTokenBucket, Parameters: []any{"", 1e300}}, maxRetryAfter},
		"too few parameters":      {"", Error{Code: CodeRateLimitedTokenBucket, Parameters: []any{"x"}}, 0},
		"text as parameter":       {"", Error{Code: CodeRateLimitedTokenBucket, Parameters: []any{"x", "55"}}, 0},
		"other parameters":        {"", Error{Code: CodeRateLimited, Parameters: []any{"/api/oauth/token", 50.0, 1.0}}, 0},
	} {
		c.e.readRetryAfter(c.header, now)
		if c.e.RetryAfter != c.want {
			t.Errorf("%s: %s, want %s", name, c.e.RetryAfter, c.want)
		}
	}
}

// A date is of the clock that wrote it, whatever ours says.
func TestRetryAfterIsCountedFromTheDateOfItsAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		soon := time.Now().Add(15 * time.Second).UTC()
		for date, want := range map[string]time.Duration{
			soon.Add(time.Hour).Format(http.TimeFormat):  0,
			soon.Add(-time.Hour).Format(http.TimeFormat): time.Hour,
			"": 15 * time.Second,
		} {
			e := Error{Status: http.StatusServiceUnavailable}
			e.decode(&answer{header: http.Header{"Date": {date}, "Retry-After": {soon.Format(http.TimeFormat)}}})
			if e.RetryAfter != want {
				t.Errorf("in an answer of %q: %s, want %s", date, e.RetryAfter, want)
			}
		}
	})
}

func TestAWaitForNothingEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 100 {
		if err := wait(ctx, 0); !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
	}
}
