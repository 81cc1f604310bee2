package protocol

import (
	"context"
	"sync/atomic"
	"time"
)

// callContext has the deadline and the values of a call's context until the call ends, and nothing
// afterwards. It does not end by itself. A silent one has no values: only the loggers among
// them are needed, and without a logger the libraries build no log entries.
type callContext struct {
	silent bool
	of     atomic.Pointer[context.Context]
}

// during makes a call with a context that ends with ctx, or when the call returns. Who keeps that
// context keeps nothing of ctx.
func during[Request, Response any](ctx context.Context, silent bool, req Request, call func(context.Context, Request) (Response, error)) (Response, error) {
	values := &callContext{silent: silent}
	values.of.Store(&ctx)
	defer values.of.Store(nil)
	own, cancel := context.WithCancel(values)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	if ctx.Err() != nil {
		cancel() // AfterFunc does it in a goroutine, which may run after the call has begun
	}
	return call(own, req)
}

// Value returns a value of the call's context, nil if it is silent.
func (c *callContext) Value(key any) any {
	if of := c.of.Load(); of != nil && !c.silent {
		return (*of).Value(key)
	}
	return nil
}

// Deadline returns that of the call's context.
func (c *callContext) Deadline() (time.Time, bool) {
	if of := c.of.Load(); of != nil {
		return (*of).Deadline()
	}
	return time.Time{}, false
}

// Done returns nil: nothing ends this context.
func (c *callContext) Done() <-chan struct{} { return nil }

// Err returns nil: nothing ends this context.
func (c *callContext) Err() error { return nil }
