package operation

import (
	"context"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

const (
	firstPollPause = time.Second
	maxPollPause   = 30 * time.Second

	// maxPollFailures is how many reads in a row may fail, each after its own retries.
	maxPollFailures = 10
)

// Poll is a wait for something in Atlas that may take hours.
type Poll[T any] struct {
	Read   func(context.Context) (*T, error)
	IsDone func(T) bool
	Status func(T) string // in a few words, for Report

	// Report is called with each new status. Nil logs it.
	Report func(status string)
}

// Wait reads until it is done, and returns what was read last. A read that fails is repeated
// later. The error is that of the last read when it is gone, when too many reads in a row have
// failed, or when ctx has ended; last is then what the last successful read returned, or first.
func (p Poll[T]) Wait(ctx context.Context, client *atlas.Client, first *T) (last *T, err error) {
	report := p.Report
	if report == nil {
		report = func(status string) { client.Progress(ctx, status) }
	}
	last, failures := first, 0
	for pause := firstPollPause; !p.IsDone(*last); pause = min(2*pause, maxPollPause) {
		if waited := client.Sleep(ctx, pause); waited != nil {
			if err == nil {
				err = waited
			}
			return last, err
		}
		var next *T
		if next, err = p.Read(ctx); err != nil {
			if failures++; IsGone(err) || failures == maxPollFailures || ctx.Err() != nil {
				return last, err
			}
			continue
		}
		failures = 0
		if status := p.Status(*next); status != p.Status(*last) {
			report(status)
		}
		last = next
	}
	return last, nil
}
