package atlas

import (
	"context"
	"crypto/tls"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strconv"
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
	final   verdict = iota // nothing gets better by trying again
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
// OAuth's, looks different.
var atlasCode = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)

// policy is the one rule on what is tried again. once tells that a second time would make
// a second one, as the POST of an export bucket does; everything else here, the token call
// included, may be repeated.
//
// A POST that meets a 503 is looked after like one that meets a 500, although Atlas says
// that it did nothing: a proxy on the way may say the same of a request that it passed on.
func policy(once bool, e *Error) verdict {
	harmless := again
	if once {
		harmless = unknown
	}
	switch {
	case !passes(e.Cause):
		return final
	case e.Unsent:
		return again
	case e.Status == http.StatusTooManyRequests, e.Code == CodeWritesNotAllowedDuringAppUpgrade:
		return again
	case once && slices.Contains(roleCodes, e.Code):
		return again
	case e.Status == 0, e.Status/100 == 2: // lost, or an unreadable success
		return harmless
	case e.Status/100 != 3 && e.Cause != nil: // cut before it said why
		return harmless
	case e.Status == http.StatusRequestTimeout, e.Status >= 500 && e.Status != http.StatusNotImplemented:
		return harmless
	case once && e.Status/100 == 4 && e.Status != http.StatusUnauthorized && e.Code != CodeAccessDenied && !atlasCode.MatchString(e.Code):
		return unknown // not Atlas' word: a proxy's on what it may have passed on
	}
	return final
}

// passes tells that a failure to connect may pass by itself, which a wrong certificate, a
// wrong scheme or a wrong server does not.
func passes(cause error) bool {
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	return !errors.As(cause, &certificate) && !errors.As(cause, &record) && !errors.Is(cause, http.ErrSchemeMismatch) && !errors.Is(cause, errNotChallenged)
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
func (j journal) persist(ctx context.Context, once bool, attempt func() *Error) *Error {
	start := time.Now()
	for n := 1; ; n++ {
		e := attempt()
		if e == nil || e.settled {
			return e
		}
		what := policy(once, e)
		e.Attempts, e.Elapsed, e.Undecided = n, time.Since(start), what == unknown
		e.settled = true
		if what != again {
			return e
		}
		pause := backoff(n, e.RetryAfter, rand.Float64())
		if left := timeLeft(ctx); e.RetryAfter == 0 && left > firstPause {
			pause = min(pause, left/2) // the steps must not outgrow the time for a last attempt
		}
		j.failedAttempt(ctx, e, pause)
		if err := wait(ctx, pause); err != nil {
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
