package atlas

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// received is a failed attempt whose request was sent.
func received(e Error) *failure { return &failure{err: &e, sent: time.Now()} }

// notSent is a failed attempt whose request was not sent.
func notSent(cause error) *failure { return &failure{err: &Error{Cause: cause}} }

// probed is a failed attempt that ended with the answer to the first request of HTTP Digest.
func probed(e Error) *failure {
	f := received(e)
	f.nothingDone = true
	return f
}

func TestPolicy(t *testing.T) {
	refused := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	for name, c := range map[string]struct {
		failed     *failure
		idempotent verdict // for GET, PATCH, DELETE and the token call
		post       verdict // for the POST of an export bucket
	}{
		"429":                       {received(Error{Status: 429, Code: CodeRateLimited}), retryable, retryable},
		"429 without a code":        {received(Error{Status: 429}), retryable, retryable},
		"upgrade":                   {received(Error{Status: 405, Code: CodeWritesNotAllowedDuringAppUpgrade}), retryable, retryable},
		"503":                       {received(Error{Status: 503, RetryAfter: time.Second}), retryable, undecided},
		"500":                       {received(Error{Status: 500, Code: CodeUnexpectedError}), retryable, undecided},
		"502":                       {received(Error{Status: 502}), retryable, undecided},
		"504":                       {received(Error{Status: 504}), retryable, undecided},
		"408":                       {received(Error{Status: 408}), retryable, undecided},
		"refused":                   {notSent(refused), retryable, retryable},
		"no such host":              {notSent(&net.DNSError{IsNotFound: true}), retryable, retryable},
		"reset":                     {received(Error{Cause: syscall.ECONNRESET}), retryable, undecided},
		"end of the connection":     {received(Error{Cause: io.ErrUnexpectedEOF}), retryable, undecided},
		"no answer in time":         {received(Error{Cause: context.DeadlineExceeded}), retryable, undecided},
		"cut refusal":               {received(Error{Status: 400, Cause: io.ErrUnexpectedEOF}), retryable, undecided},
		"cut answer":                {received(Error{Status: 200, Cause: io.ErrUnexpectedEOF}), retryable, undecided},
		"unreadable answer":         {received(Error{Status: 200, Cause: errors.New("no JSON")}), retryable, undecided},
		"role not assumed":          {received(Error{Status: 400, Code: CodeCannotAssumeRole}), final, retryable},
		"role not authorized":       {received(Error{Status: 400, Code: CodeRoleNotAuthorized}), final, retryable},
		"AWS credentials":           {received(Error{Status: 400, Code: CodeInvalidAWSCredentials}), final, retryable},
		"principal":                 {received(Error{Status: 400, Code: CodeCannotAuthenticatePrincipal}), final, retryable},
		"principal's tenant":        {received(Error{Status: 400, Code: CodeAzureServicePrincipalInvalid}), final, retryable},
		"foreign 404":               {received(Error{Status: 404, Detail: "Not found"}), final, undecided},
		"foreign 404 with a text":   {received(Error{Status: 404, Code: "Not Found"}), final, undecided},
		"foreign 403":               {received(Error{Status: 403, Detail: "Blocked"}), final, undecided},
		"400":                       {received(Error{Status: 400, Code: CodeInvalidJSONAttribute}), final, final},
		"401":                       {received(Error{Status: 401}), final, final},
		"401 on a role":             {received(Error{Status: 401, Code: CodeUserUnauthorized}), final, final},
		"403":                       {received(Error{Status: 403, Code: CodeIPAddressNotOnAccessList}), final, final},
		"403 on the token":          {received(Error{Status: 403, Code: CodeAccessDenied}), final, final},
		"404":                       {received(Error{Status: 404, Code: CodeExportBucketNotFound}), final, final},
		"405":                       {received(Error{Status: 405, Code: "METHOD_NOT_ALLOWED"}), final, final},
		"409":                       {received(Error{Status: 409, Code: CodeCannotUpdatePausedCluster}), final, final},
		"in use":                    {received(Error{Status: 400, Code: CodeExportBucketInUse}), final, final},
		"redirect":                  {received(Error{Status: 307, Cause: errors.New("redirected")}), final, undecided},
		"501":                       {received(Error{Status: 501}), final, undecided},
		"101":                       {received(Error{Status: 101, Cause: errSwitched}), final, undecided},
		"too long":                  {received(Error{Status: 200, Cause: errTooLong}), final, undecided},
		"407":                       {received(Error{Status: 407}), final, final},
		"407 to CONNECT":            {notSent(ErrProxyCredential), final, final},
		"proxy's address":           {notSent(ErrProxyAddress), final, final},
		"certificate required":      {notSent(&net.OpError{Op: "remote error", Err: errors.New("tls: certificate required")}), final, final},
		"certificate required late": {received(Error{Cause: &net.OpError{Op: "remote error", Err: errors.New("tls: certificate required")}}), final, final},
		"another alert, late":       {received(Error{Cause: &net.OpError{Op: "remote error", Err: errors.New("tls: internal error")}}), final, undecided},
		"503 before the request":    {probed(Error{Status: 503}), retryable, retryable},
		"403 before the request":    {probed(Error{Status: 403}), final, final},
		"302 before the request":    {probed(Error{Status: 302, Cause: errors.New("redirected")}), final, final},
		"wrong certificate":         {notSent(&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}), final, final},
		"no TLS":                    {notSent(tls.RecordHeaderError{}), final, final},
		"HTTP to HTTPS":             {notSent(http.ErrSchemeMismatch), final, final},
		"no digest":                 {notSent(errNotChallenged), final, final},
		"an unknown code":           {received(Error{Status: 400, Code: "SOMETHING_NEW"}), final, final},
		"an unknown code of a 500":  {received(Error{Status: 500, Code: "SOMETHING_NEW"}), retryable, undecided},
	} {
		if got := policy(retryRules{idempotent: true}, c.failed); got != c.idempotent {
			t.Errorf("%s: %d for an idempotent request, want %d", name, got, c.idempotent)
		}
		if got := policy(retryRules{temporary: roleNotReady}, c.failed); got != c.post {
			t.Errorf("%s: %d for a POST, want %d", name, got, c.post)
		}
	}
}

func TestACodeIsTemporaryOnlyWhereTheRequestSaysSo(t *testing.T) {
	for _, code := range roleNotReady {
		failed := received(Error{Status: 400, Code: code})
		for _, idempotent := range []bool{false, true} {
			if got := policy(retryRules{idempotent: idempotent}, failed); got != final {
				t.Errorf("%s, idempotent %t: %d for a request that does not have it, want %d", code, idempotent, got, final)
			}
			if got := policy(retryRules{idempotent: idempotent, temporary: []string{"OTHER", code}}, failed); got != retryable {
				t.Errorf("%s, idempotent %t: %d for a request that has it, want %d", code, idempotent, got, retryable)
			}
		}
	}
}

func TestAConflictIsUndecidedOnlyForAPOSTThatMayHaveCausedIt(t *testing.T) {
	conflict := Error{Status: 409, Code: "SOMETHING_EXISTS"}
	for name, c := range map[string]struct {
		rules  retryRules
		failed *failure
		want   verdict
	}{
		"a POST of something that Atlas allows once": {retryRules{conflicts: true}, received(conflict), undecided},
		"any other POST":              {retryRules{}, received(conflict), final},
		"a DELETE":                    {retryRules{idempotent: true, conflicts: true}, received(conflict), final},
		"the challenge before a POST": {retryRules{conflicts: true}, probed(conflict), final},
		"another refusal":             {retryRules{conflicts: true}, received(Error{Status: 400, Code: "SOMETHING_EXISTS"}), final},
		"a proxy's 409":               {retryRules{conflicts: true}, received(Error{Status: 409}), undecided},
	} {
		if got := policy(c.rules, c.failed); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestBackoffGrowsToACapAndFollowsRetryAfter(t *testing.T) {
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
		"very many":               {"99999999999", Error{}, maxRetryAfter},
		"more than a number":      {"99999999999999999999999", Error{}, 0},
		"date":                    {"Mon, 10 Aug 2026 12:01:30 GMT", Error{}, 90 * time.Second},
		"date in the past":        {"Mon, 10 Aug 2026 11:00:00 GMT", Error{}, 0},
		"date in many years":      {"Mon, 10 Aug 2099 11:00:00 GMT", Error{}, maxRetryAfter},
		"nonsense":                {"soon", Error{}, 0},
		"parameters":              {"", tokenBucket, 55 * time.Second},
		"header and parameters":   {"5", tokenBucket, 5 * time.Second},
		"nonsense and parameters": {"soon", tokenBucket, 55 * time.Second},
		"very many in parameters": {"", Error{Code: CodeRateLimitedTokenBucket, Parameters: []any{"", 1e300}}, maxRetryAfter},
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

// A date is relative to the clock of its server, and not to ours.
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

func TestAWaitOfNoTimeEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 100 {
		if err := wait(ctx, 0); !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
	}
}

func TestAHostThatDoesNotExistIsLookedUpForHalfAMinute(t *testing.T) {
	for name, c := range map[string]struct {
		lookup      net.DNSError
		least, most time.Duration
	}{
		"no such host":        {net.DNSError{Err: "no such host", Name: "atlas.example.com", IsNotFound: true}, 10 * time.Second, 30 * time.Second},
		"a server in trouble": {net.DNSError{Err: "server misbehaving", Name: "atlas.example.com", IsTemporary: true}, 200 * time.Second, 300 * time.Second},
	} {
		for _, credentials := range []Credentials{AccessToken("token"), ServiceAccount{ClientID: "id", ClientSecret: "secret"}, APIKey{PublicKey: "public", PrivateKey: "private"}} {
			for _, creates := range []bool{false, true} {
				synctest.Test(t, func(t *testing.T) {
					lookups := 0
					pool := NewPool(handler(func(*http.Request) (*http.Response, error) {
						lookups++
						return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &c.lookup}
					}))
					asking := client(t, pool, credentials, LogNothing)
					ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
					defer cancel()
					start := time.Now()
					var err error
					if creates {
						_, err = asking.CreateExportBucket(ctx, someProject, ExportBucketRequest{}, func(ExportBucket) Match { return Same })
					} else {
						err = get(ctx, asking, 5*time.Minute)
					}
					var e *CallError
					took := time.Since(start)
					if !errors.As(err, &e) || e.undecided || !strings.Contains(err.Error(), c.lookup.Err) || took < c.least || took > c.most || lookups < 4 {
						t.Errorf("%s, %T, creates %t: %d lookups in %s: %v", name, credentials, creates, lookups, took, err)
					}
				})
			}
		}
	}
}
