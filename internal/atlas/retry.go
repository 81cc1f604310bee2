package atlas

import (
	"context"
	"crypto/tls"
	"errors"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	firstPause = time.Second
	maxPause   = 30 * time.Second

	// maxRetryAfter keeps a nonsensical header from overflowing; it is longer than any
	// operation.
	maxRetryAfter = 24 * time.Hour
)

// verdict is what to do about a failed attempt.
type verdict int

const (
	final   verdict = iota // another attempt would fail in the same way
	again                  // Atlas did nothing, or doing it once more does no harm
	unknown                // Atlas may have acted, and acting twice would do harm: look first
)

// roleCodes are Atlas' words on a role that its cloud, or Atlas itself, does not know yet:
// seconds after it was made they pass (recorded). Nothing was done.
var roleCodes = []string{
	CodeAzureServicePrincipalInvalid,
	CodeCannotAssumeRole,
	CodeCannotAuthenticatePrincipal,
	CodeInvalidAWSCredentials,
	CodeRoleNotAuthorized,
}

// atlasCode is the form of Atlas' codes. What a proxy writes in their place, or in that of
// OAuth's, looks different. The longest code known has 66 characters.
var atlasCode = regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,199}$`)

// policy is the one rule on what is retried. A request that is not idempotent, as the POST of
// an export bucket, makes a second one; everything else here, the token call included, may be
// repeated.
//
// A POST that meets a 503 is looked after like one that meets a 500, although Atlas says
// that it did nothing: a proxy on the way may say the same of a request that it passed on.
// So is one that meets any answer that is not Atlas' own, a redirect included.
func policy(idempotent bool, e *Error) verdict {
	if e.nothingDone {
		idempotent = true
	}
	harmless := again
	if !idempotent {
		harmless = unknown
	}
	isAtlas := atlasCode.MatchString(e.Code) || e.Code == CodeAccessDenied
	switch {
	case e.Unsent && neverPasses(e.Cause):
		return final
	case e.Unsent:
		return again
	case e.Status == http.StatusProxyAuthRequired, wantsCertificate(e.Cause): // nothing has reached Atlas
		return final
	case neverPasses(e.Cause) && idempotent:
		return final
	case e.Status == http.StatusTooManyRequests, e.Code == CodeWritesNotAllowedDuringAppUpgrade:
		return again
	case !idempotent && slices.Contains(roleCodes, e.Code):
		return again
	case e.Status == 0, e.Status/100 == 2: // lost, or an unreadable success
		return harmless
	case e.Status/100 != 3 && e.Cause != nil: // cut before it said why
		return harmless
	case e.Status == http.StatusRequestTimeout, e.Status >= 500 && e.Status != http.StatusNotImplemented:
		return harmless
	case !idempotent && e.Status != http.StatusUnauthorized && !isAtlas:
		return unknown
	}
	return final
}

// neverPasses tells that a failure stays the same however often the request is sent: a wrong
// certificate, a wrong scheme, a wrong server, a proxy that wants a password.
func neverPasses(cause error) bool {
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	if errors.As(cause, &certificate) || errors.As(cause, &record) || IsTLSAlert(cause) {
		return true
	}
	return slices.ContainsFunc([]error{
		http.ErrSchemeMismatch, errNotChallenged, errChallenge, errToken, errPath, errTooLong, errSwitched, ErrProxyAddress, ErrProxyCredential,
	}, func(never error) bool { return errors.Is(cause, never) })
}

// wantsCertificate tells of a server that asks for a client certificate. In TLS 1.3 it says so
// after the request was sent, and has not read it.
func wantsCertificate(cause error) bool {
	const certificateRequired = tls.AlertError(116) // RFC 8446, 6.2
	return IsTLSAlert(cause) && strings.Contains(cause.Error(), certificateRequired.Error())
}

// maxLookup is for how long a host that does not exist is asked for: a name server that has
// trouble says the same for a while.
const maxLookup = 30 * time.Second

// isNoHost tells of a host, Atlas' or a proxy's, that no name server knows.
func isNoHost(cause error) bool {
	var lookup *net.DNSError
	return errors.As(cause, &lookup) && lookup.IsNotFound
}

// backoff is how long to wait after the nth attempt, counted from 1: what Atlas asked for,
// or growing steps. jitter, from 0 to 1, spreads what happens at the same time.
func backoff(n int, asked time.Duration, jitter float64) time.Duration {
	if asked > 0 {
		return asked + time.Duration(jitter*float64(time.Second))
	}
	pause := min(firstPause<<min(n-1, 10), maxPause)
	return pause/2 + time.Duration(jitter*float64(pause/2))
}

// readRetryAfter takes over how long the answer asks to wait: the header, in seconds or as
// a date, or the seconds among the parameters of RATE_LIMITED_TOKEN_BUCKET (recorded).
func (e *Error) readRetryAfter(header string, now time.Time) {
	var asked time.Duration
	if seconds, err := strconv.Atoi(header); err == nil {
		asked = time.Duration(min(max(seconds, 0), int(maxRetryAfter/time.Second))) * time.Second
	} else if date, err := http.ParseTime(header); err == nil {
		asked = date.Sub(now)
	} else if e.Code == CodeRateLimitedTokenBucket && len(e.Parameters) > 1 {
		if seconds, ok := e.Parameters[1].(float64); ok {
			asked = time.Duration(min(seconds, maxRetryAfter.Seconds()) * float64(time.Second))
		}
	}
	e.RetryAfter = min(max(asked, 0), maxRetryAfter)
}

// persist attempts a call until it succeeds, fails for good, or the wait for the next
// attempt would not end before ctx does.
func (j journal) persist(ctx context.Context, idempotent bool, attempt func() *Error) *Error {
	start := time.Now()
	for n := 1; ; n++ {
		e := attempt()
		if e == nil || e.settled {
			return e
		}
		what := policy(idempotent, e)
		e.Attempts, e.Elapsed, e.Undecided = n, time.Since(start), what == unknown
		e.settled = true
		pause := backoff(n, e.RetryAfter, rand.Float64())
		if what != again || isNoHost(e.Cause) && e.Elapsed+pause > maxLookup {
			return e
		}
		if left := timeLeft(ctx); e.RetryAfter == 0 && left > firstPause {
			pause = min(pause, left/2) // the steps must not outgrow the time for a last attempt
		}
		j.failedAttempt(ctx, e, pause)
		if err := wait(ctx, pause); err != nil {
			e.NoTime = errors.Is(err, errNoTime)
			if errors.Is(err, context.Canceled) {
				e.Cause = err
			}
			return e
		}
	}
}

func timeLeft(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return math.MaxInt64
	}
	return time.Until(deadline)
}

// errNoTime tells of a wait that would not end before its context.
var errNoTime = errors.New("the wait would be longer than the time that is left")

// wait passes the time, or returns at once when there is not so much of it.
func wait(ctx context.Context, pause time.Duration) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if timeLeft(ctx) <= pause {
		return errNoTime
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
