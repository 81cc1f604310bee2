package atlas

import (
	"context"
	"net/http"
	"time"
)

const (
	// answerGrace is how long the answer to a request that must not be sent twice is still
	// waited for when its caller has given up: shorter than the second in which a wait
	// must end.
	answerGrace = 900 * time.Millisecond

	// lookReserve is the most that is kept of an operation's time for a look at what became
	// of such a request.
	lookReserve = 5 * time.Second
)

// once is the transport of requests that must not be sent twice: every POST. What is below
// it cannot repeat them, and their answer is waited for a little longer than their caller waits.
type once struct {
	next transport
}

func (t once) send(req *http.Request) (*answer, error) {
	if err := req.Context().Err(); err != nil {
		return nil, unsent(err) // after a token or a challenge that came too late
	}
	if req.Method != http.MethodPost {
		return t.next.send(req)
	}
	ctx, cancel := outlive(req.Context())
	defer cancel()
	req = req.Clone(ctx)
	// net/http sends a request with a GetBody again by itself, over HTTP/2 also one that the
	// server may have carried out: after RST_STREAM with PROTOCOL_ERROR.
	req.GetBody = nil
	return t.next.send(req)
}

// outlive returns the context of a request that must not be sent twice. It ends later than
// ctx when ctx is cancelled, because an answer that is on its way saves the bucket; and
// before the deadline of ctx, so that there is time to look what became of the request.
func outlive(ctx context.Context) (context.Context, context.CancelFunc) {
	later, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(answerGrace, func() { cancel(ctx.Err()) })
		context.AfterFunc(later, func() { timer.Stop() })
	})
	limited, cancelLimit := later, context.CancelFunc(func() {})
	if deadline, ok := ctx.Deadline(); ok {
		limited, cancelLimit = context.WithDeadline(later, deadline.Add(-min(lookReserve, time.Until(deadline)/5)))
	}
	return limited, func() {
		stop()
		cancelLimit()
		cancel(nil)
	}
}
