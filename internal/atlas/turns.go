package atlas

import (
	"context"
	"sync"
)

// turns make creations wait for each other that could be mistaken for each other: when two of
// them run at the same time, nobody can tell which one has created what is listed.
type turns struct {
	mu    sync.Mutex
	byKey map[any]chan struct{} // full while a creation with the key runs
}

// take waits for the turn of a creation. The returned function ends the turn.
func (t *turns) take(ctx context.Context, key any) (end func(), err error) {
	select {
	case t.of(key) <- struct{}{}:
		return func() { <-t.of(key) }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (t *turns) of(key any) chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.byKey == nil {
		t.byKey = map[any]chan struct{}{}
	}
	if t.byKey[key] == nil {
		t.byKey[key] = make(chan struct{}, 1)
	}
	return t.byKey[key]
}
