package emulator

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// NoRateLimit as Options.RateLimit accepts any number of requests.
const NoRateLimit = -1

// endpointFamily is a group of endpoints with one limit of requests.
type endpointFamily struct {
	name      string
	perMinute int // Atlas' own limit: recorded
}

// backupEndpoints are those of export buckets, snapshots and export jobs, which seem to have one
// counter. That those of backup schedules have it too is unverified.
var backupEndpoints = endpointFamily{"backups", 1200}

// rateLimitKey is what has a counter of its own. That each project has one, and not each
// credential, is unverified.
type rateLimitKey struct{ family, projectID string }

// minute counts requests in the minute after the first one. That Atlas counts in fixed minutes
// is unverified.
type minute struct {
	start    time.Time
	requests int
}

// count counts a request, unless limit is reached, and tells whether it was counted.
func (m *minute) count(now time.Time, limit int) bool {
	if now.Sub(m.start) >= time.Minute {
		*m = minute{start: now}
	}
	if m.requests >= limit {
		return false
	}
	m.requests++
	return true
}

// SetRateLimit replaces Options.RateLimit, and starts a new minute.
func (a *Atlas) SetRateLimit(requestsPerMinute int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.rateLimit = requestsPerMinute
	clear(a.minutes)
}

// limitRate counts a request, and fails if the limit is reached. It puts the limit, and how many
// requests are left, into header. The caller holds the lock.
func (a *Atlas) limitRate(header http.Header, family endpointFamily, projectID, path string) *failure {
	limit := family.perMinute
	if a.rateLimit > 0 {
		limit = a.rateLimit
	}
	accepted := limit
	if a.rateLimit < 0 {
		accepted = math.MaxInt
	}
	key, now := rateLimitKey{family.name, projectID}, time.Now()
	m := a.minutes[key]
	ok := m.count(now, accepted)
	a.minutes[key] = m
	header.Set("Ratelimit-Limit", strconv.Itoa(limit))
	header.Set("Ratelimit-Remaining", strconv.Itoa(max(limit-m.requests, 0)))
	if ok {
		return nil
	}
	seconds := int(math.Ceil((time.Minute - now.Sub(m.start)).Seconds()))
	header.Set("Retry-After", strconv.Itoa(seconds)) // unverified: recorded answers had none
	return rateLimited(path, seconds, limit)
}

// rateLimited has the parameters of the recorded answer: path, seconds to wait, capacity, and how
// many requests come back after how many seconds. Of the sentence only "Please retry after … seconds."
// is known.
func rateLimited(path string, seconds, limit int) *failure {
	path = strings.TrimPrefix(path, "/")
	return newFailure(http.StatusTooManyRequests, "RATE_LIMITED_TOKEN_BUCKET",
		fmt.Sprintf("Resource %s is limited. Please retry after %d seconds.", path, seconds), path, seconds, limit, limit, 60)
}
