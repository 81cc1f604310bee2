package atlas

import (
	"net/http"
	"sync/atomic"
	"time"
)

// clock is Atlas', as the Date of its answers tells it.
type clock struct {
	ahead atomic.Int64 // of ours, in nanoseconds
}

func (c *clock) read(resp *http.Response) {
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		c.ahead.Store(int64(time.Until(date)))
	}
}

// at is a time of ours by Atlas' clock. It is early by a second at the most: a Date leaves
// out the part of its second, and was written before it arrived.
func (c *clock) at(t time.Time) time.Time {
	return t.Add(time.Duration(c.ahead.Load()))
}
