package atlas

import (
	"net/http"
	"sync/atomic"
	"time"
)

// clock is that of Atlas, as the Date of its answers shows it.
type clock struct {
	ahead atomic.Int64 // of our clock, in nanoseconds
}

// set takes the time of an answer that has just arrived.
func (c *clock) set(resp *http.Response) {
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		c.ahead.Store(int64(time.Until(date)))
	}
}

// at is a time of our clock on Atlas' clock. It is at most about a second too early: a Date has
// whole seconds, and was written before it arrived.
func (c *clock) at(t time.Time) time.Time {
	return t.Add(time.Duration(c.ahead.Load()))
}
