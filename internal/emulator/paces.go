package emulator

import (
	"fmt"
	"slices"
	"time"
)

// Pace is how fast a new object proceeds without further requests, and how it ends. An
// object keeps the pace that it began with.
type Pace struct {
	// Queued is how long the object is in its first state, at least: queued, Queued or
	// INITIATING. The answer to POST has that state also when Queued is 0.
	Queued time.Duration `json:"-"`
	// InProgress is how long the object is in its second state: inProgress, InProgress or
	// PENDING_ACCEPTANCE. A private endpoint is DELETING for the same time.
	InProgress time.Duration `json:"-"`

	// Outcome is the last state; "" is success. Snapshots: completed or failed. Export jobs:
	// Successful, Failed or Cancelled. Private endpoints: ACTIVE, FAILED, PENDING_RECREATION,
	// or PENDING_ACCEPTANCE, which they then do not leave.
	Outcome string `json:"outcome,omitempty"`
	Code    string `json:"code,omitempty"`    // of an export job that has failed
	Message string `json:"message,omitempty"` // of an export job or a private endpoint that has failed
}

// Paces are those of each kind of objects that proceed.
type Paces struct {
	Snapshots        Pace
	ExportJobs       Pace
	PrivateEndpoints Pace
}

// DefaultPaces are fast enough to wait for, and slow enough for every state to be seen.
func DefaultPaces() Paces { return EvenPaces(time.Second) }

// EvenPaces are those of which each state lasts the same time.
func EvenPaces(each time.Duration) Paces {
	pace := Pace{Queued: each, InProgress: each}
	return Paces{Snapshots: pace, ExportJobs: pace, PrivateEndpoints: pace}
}

// SetPaces sets the paces of all objects that begin from now on. It fails if an outcome does
// not exist or if a duration is negative. The state file has no paces, but objects that have
// begun.
func (a *Atlas) SetPaces(paces Paces) error {
	if err := paces.check(); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.paces = paces
	return nil
}

// Paces returns those that are set.
func (a *Atlas) Paces() Paces {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.paces
}

func (p Paces) check() error {
	for _, kind := range []struct {
		name     string
		pace     Pace
		outcomes []string
	}{
		{"snapshots", p.Snapshots, []string{snapshotCompleted, snapshotFailed}},
		{"exportJobs", p.ExportJobs, []string{jobSuccessful, jobFailed, jobCancelled}},
		{"privateEndpoints", p.PrivateEndpoints, []string{endpointActive, endpointFailed, endpointPendingRecreation, endpointPendingAcceptance}},
	} {
		switch {
		case kind.pace.Queued < 0 || kind.pace.InProgress < 0:
			return fmt.Errorf("%s: queued %s or inProgress %s is negative", kind.name, kind.pace.Queued, kind.pace.InProgress)
		case kind.pace.Outcome != "" && !slices.Contains(kind.outcomes, kind.pace.Outcome):
			return fmt.Errorf("%s: outcome %q is not %s", kind.name, kind.pace.Outcome, anyOf(kind.outcomes))
		}
	}
	return nil
}

// course is how an object proceeds without further requests.
type course struct {
	StartsAt time.Time     `json:"startsAt"` // end of the first state
	Takes    time.Duration `json:"takes"`    // length of the second one, in nanoseconds
	Outcome  string        `json:"outcome,omitempty"`
	Code     string        `json:"code,omitempty"`
	Message  string        `json:"message,omitempty"`
}

// begin returns the course of an object that begins now in its first state.
func (p Pace) begin(now time.Time) *course {
	return &course{StartsAt: now.Add(p.Queued), Takes: p.InProgress, Outcome: p.Outcome, Code: p.Code, Message: p.Message}
}

// resume returns the course of an object that begins now in its second state.
func (p Pace) resume(now time.Time) *course {
	p.Queued = 0
	return p.begin(now)
}

func (c course) endsAt() time.Time { return c.StartsAt.Add(c.Takes) }
