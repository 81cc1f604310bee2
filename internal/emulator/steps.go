package emulator

import (
	"slices"
	"time"
)

// step is a change of state that comes by itself. take makes the change as if it was at,
// which may be earlier than now.
type step struct {
	at   time.Time
	take func(at time.Time)
}

// handler is what a route has.
type handler func(*Atlas, *call) (any, *failure)

// upToDate returns a handler that first takes the steps that are due. Objects proceed only
// when someone looks at them. That needs no clock of its own, and nobody sees the difference,
// except in the exports directory: see arm.
func upToDate(handle handler) handler {
	return func(a *Atlas, c *call) (any, *failure) {
		if err := a.advance(); err != nil {
			return nil, unexpectedError(err)
		}
		defer a.arm()
		return handle(a, c)
	}
}

// advance takes all steps that are due, in the order of their times, and writes the state file
// if there were any. If it cannot be written, all steps stay due. The caller holds the lock.
func (a *Atlas) advance() error {
	now, taken := time.Now(), false
	for _, p := range a.projects {
		last := a.advancedTo
		for {
			next := a.nextStep(p, last)
			if next.take == nil || next.at.After(now) {
				break
			}
			next.take(next.at)
			last, taken = next.at, true
		}
		p.forgetExpiredSnapshots(now)
	}
	if taken {
		if err := a.save(); err != nil {
			return err
		}
	}
	a.advancedTo = now
	return nil
}

// projectUpToDate returns a project after the steps that are due, or nil. A state file that cannot
// be written is reported by the next change. The caller holds the lock.
func (a *Atlas) projectUpToDate(id string) *project {
	_ = a.advance()
	return a.projects[id]
}

// nextStep returns the earliest of a project's steps, or one without take if there is none.
// after is when its last step was taken, or when something was last changed.
func (a *Atlas) nextStep(p *project, after time.Time) step {
	var next step
	for _, s := range slices.Concat(a.snapshotSteps(p), a.exportJobSteps(p, after), p.privateEndpointSteps()) {
		if next.take == nil || s.at.Before(next.at) {
			next = s
		}
	}
	return next
}

// arm sets an alarm for the next step, so that the files of an export are there when it ends
// and not only when a client asks. The caller holds the lock.
func (a *Atlas) arm() {
	if a.exportsDir == "" {
		return
	}
	if a.alarm != nil {
		a.alarm.Stop()
	}
	var next step
	for _, p := range a.projects {
		if s := a.nextStep(p, a.advancedTo); s.take != nil && (next.take == nil || s.at.Before(next.at)) {
			next = s
		}
	}
	if next.take != nil {
		a.alarm = time.AfterFunc(time.Until(next.at), func() {
			a.mu.Lock()
			defer a.mu.Unlock()
			// With a state file that cannot be written, the steps stay due. The next request, which
			// reports that, sets the alarm again.
			if a.advance() == nil {
				a.arm()
			}
		})
	}
}

// changeUpToDate makes a change without the API, after the steps that are due.
func (a *Atlas) changeUpToDate(apply func()) {
	a.change(func() {
		_ = a.advance() // change reports a state file that cannot be written
		apply()
		a.arm()
	})
}

// maxKept is how many objects of each kind a project keeps, and how many projects a seed may
// lead to.
const maxKept = 5000

// forgetOldest removes the oldest finished items, so that one more does not exceed maxKept.
func forgetOldest[T any](items []T, isFinished func(T) bool) []T {
	for len(items) >= maxKept {
		i := slices.IndexFunc(items, isFinished)
		if i < 0 {
			break
		}
		items = slices.Delete(items, i, i+1)
	}
	return items
}

// put replaces the item for which isSame holds, or appends one.
func put[T any](items []T, item T, isSame func(T) bool) []T {
	if i := slices.IndexFunc(items, isSame); i >= 0 {
		items[i] = item
		return items
	}
	return append(items, item)
}
