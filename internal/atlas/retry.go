package atlas

import (
	"context"
	"crypto/tls"
	"errors"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	firstPause = time.Second
	maxPause   = 30 * time.Second

	// maxRetryAfter limits a value that makes no sense; it is longer than any operation.
	maxRetryAfter = 24 * time.Hour

	// maxLookup is how long a host that does not exist is looked up again: a name server that
	// has a failure says the same for a while.
	maxLookup = 30 * time.Second
)

// verdict is what follows from a failed attempt.
type verdict int

const (
	final     verdict = iota // another attempt would fail in the same way
	retryable                // Atlas did nothing, or sending the request again does no harm
	undecided                // Atlas may have acted, and sending the request again would do harm
)

// retryRules are what decides on the next attempt besides the answer.
type retryRules struct {
	idempotent bool     // sending the request twice does no harm
	temporary  []string // codes: nothing was done, and the same request may succeed later
	conflicts  bool     // a 409 may be about what an earlier POST of the same request has created
}

// policy is the one rule on what is retried. It is about any request: what only one endpoint
// answers is in the rules of that request.
//
// A POST that is answered with a 503 is undecided like one that is answered with a 500,
// although Atlas means that it did nothing: a proxy may say the same about a request that it
// has passed on. So is any answer to a POST that is not from Atlas, a redirect included. So is a
// 409 to a POST of something that Atlas allows only once: a POST before it, whose answer was
// lost, or a gateway that has repeated this one, may have created what is in the way.
func policy(rules retryRules, failed *failure) verdict {
	e := failed.err
	idempotent := rules.idempotent || failed.nothingDone
	unlessHarmful := undecided
	if idempotent {
		unlessHarmful = retryable
	}
	isAtlas := atlasCode.MatchString(e.Code) || e.Code == CodeAccessDenied
	switch {
	case failed.sent.IsZero() && isPermanent(e.Cause):
		return final
	case failed.sent.IsZero():
		return retryable
	case e.Status == http.StatusProxyAuthRequired, wantsCertificate(e.Cause): // Atlas has not received it
		return final
	case isPermanent(e.Cause) && idempotent:
		return final
	case e.Status == http.StatusTooManyRequests, e.Code == CodeWritesNotAllowedDuringAppUpgrade, slices.Contains(rules.temporary, e.Code):
		return retryable
	case e.Status == 0, e.Status/100 == 2: // no answer, or a success that cannot be read
		return unlessHarmful
	case e.Status/100 != 3 && e.Cause != nil: // the answer was cut before its code
		return unlessHarmful
	case e.Status == http.StatusRequestTimeout, e.Status >= 500 && e.Status != http.StatusNotImplemented:
		return unlessHarmful
	case !idempotent && e.Status != http.StatusUnauthorized && !isAtlas:
		return undecided
	case !idempotent && rules.conflicts && e.Status == http.StatusConflict:
		return undecided
	}
	return final
}

// isPermanent tells of a failure that is the same on each attempt: a wrong certificate, a wrong
// scheme, a wrong server, a proxy that asks for a password.
func isPermanent(cause error) bool {
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	if errors.As(cause, &certificate) || errors.As(cause, &record) || IsTLSAlert(cause) {
		return true
	}
	return slices.ContainsFunc([]error{
		http.ErrSchemeMismatch, errNotChallenged, errChallenge, errToken, errTooLong, errSwitched, ErrProxyAddress, ErrProxyCredential,
	}, func(permanent error) bool { return errors.Is(cause, permanent) })
}

// wantsCertificate tells of a server that asks for a client certificate. In TLS 1.3 it says so
// after the request was sent, and has not read it.
func wantsCertificate(cause error) bool {
	const certificateRequired = tls.AlertError(116) // RFC 8446, 6.2
	return IsTLSAlert(cause) && strings.Contains(cause.Error(), certificateRequired.Error())
}

// isNoHost tells of a host, Atlas' or a proxy's, that the name server does not know.
func isNoHost(cause error) bool {
	var lookup *net.DNSError
	return errors.As(cause, &lookup) && lookup.IsNotFound
}

// backoff is how long to wait after the nth attempt, counted from 1: what Atlas asked for, or
// growing steps. jitter is from 0 to 1; it keeps clients from retrying at the same time.
func backoff(n int, asked time.Duration, jitter float64) time.Duration {
	if asked > 0 {
		return asked + time.Duration(jitter*float64(time.Second))
	}
	pause := min(firstPause<<min(n-1, 10), maxPause)
	return pause/2 + time.Duration(jitter*float64(pause/2))
}

// readRetryAfter sets how long the answer asks to wait: the header, in seconds or as a date, or
// the seconds among the parameters of RATE_LIMITED_TOKEN_BUCKET (recorded).
func (e *Error) readRetryAfter(header string, now time.Time) {
	var asked time.Duration
	if seconds, err := strconv.ParseInt(header, 10, 64); err == nil {
		asked = time.Duration(min(max(seconds, 0), int64(maxRetryAfter/time.Second))) * time.Second
	} else if date, err := http.ParseTime(header); err == nil {
		asked = date.Sub(now)
	} else if e.Code == CodeRateLimitedTokenBucket && len(e.Parameters) > 1 {
		if seconds, ok := e.Parameters[1].(float64); ok {
			asked = time.Duration(min(seconds, maxRetryAfter.Seconds()) * float64(time.Second))
		}
	}
	e.RetryAfter = min(max(asked, 0), maxRetryAfter)
}

// retrier repeats failed attempts and logs why it waits.
type retrier struct {
	log logger
}

// retry repeats attempt until it succeeds, until policy says that its failure is not retryable,
// or until the wait for the next attempt is longer than the time left of ctx. A *failure
// becomes a *CallError; any other error is returned at once.
func (r retrier) retry(ctx context.Context, rules retryRules, attempt func() error) error {
	start := time.Now()
	for n := 1; ; n++ {
		err := attempt()
		var failed *failure
		if !errors.As(err, &failed) {
			return err
		}
		e, next := failed.err, policy(rules, failed)
		result := &CallError{Attempts: n, Elapsed: time.Since(start), Last: e, undecided: next == undecided, sent: failed.sent}
		pause := backoff(n, e.RetryAfter, rand.Float64())
		if next != retryable || isNoHost(e.Cause) && result.Elapsed+pause > maxLookup {
			return result
		}
		if left := timeLeft(ctx); e.RetryAfter == 0 && left > firstPause {
			pause = min(pause, left/2) // leaves time for a last attempt
		}
		r.log.failedAttempt(ctx, result, pause)
		if err := wait(ctx, pause); err != nil {
			result.NoTime = errors.Is(err, errNoTime)
			result.Limit, _ = ctx.Value(limitName{}).(string)
			if errors.Is(err, context.Canceled) {
				e.Cause = err
			}
			return result
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

// errNoTime tells of a wait that would be longer than its context.
var errNoTime = errors.New("the wait would be longer than the time that is left")

// IsNoTime tells of a wait that would have been longer than the time that was left.
func IsNoTime(err error) bool { return errors.Is(err, errNoTime) }

// wait waits, or returns an error at once when the time that is left of ctx is not longer.
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
