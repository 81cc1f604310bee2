package atlas

import (
	"context"
	"sync"
)

// ledger is what this process knows of export buckets, so that one that another call has
// made, read or changed is not taken for that of a lost answer.
type ledger struct {
	mu    sync.Mutex
	known map[string]bool       // the ids of buckets that an answer to this process was about
	turns map[any]chan struct{} // of creations that may ask for the same, by what tells them apart
}

func newLedger() ledger {
	return ledger{known: map[string]bool{}, turns: map[any]chan struct{}{}}
}

func (l *ledger) note(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.known[id] = true
}

func (l *ledger) knows(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.known[id]
}

// turn waits until no other creation that could be mistaken for this one is running: of two
// at the same time, nobody can tell which has made a bucket. The returned function ends the
// turn.
func (l *ledger) turn(ctx context.Context, at any) (end func(), err error) {
	l.mu.Lock()
	turn := l.turns[at]
	if turn == nil {
		turn = make(chan struct{}, 1)
		l.turns[at] = turn
	}
	l.mu.Unlock()
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
