package atlas

import (
	"context"
	"net/http"
	"time"
)

const (
	// answerGrace is how long the answer to a POST is still waited for after its caller was
	// cancelled: less than the second in which a cancelled call must end.
	answerGrace = 900 * time.Millisecond

	// lookReserve is how much time is reserved, before the deadline of a POST, for a look at
	// what it has created. It is at most a fifth of the time that is left.
	lookReserve = 5 * time.Second
)

// once is the transport of requests that must not be sent twice: POSTs. The transports below
// cannot repeat them, and their answers are waited for a little longer than their callers wait.
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
	ctx, cancel := answerContext(req.Context())
	defer cancel()
	req = req.Clone(ctx)
	// net/http sends a request with a GetBody again, over HTTP/2 also one that the server may
	// have carried out: after RST_STREAM with PROTOCOL_ERROR.
	req.GetBody = nil
	return t.next.send(req)
}

// answerContext returns the context of a POST. It ends later than ctx when ctx is cancelled,
// because the answer has the id of what was created; and before the deadline of ctx, so that
// there is time to look for what was created without an answer.
func answerContext(ctx context.Context) (context.Context, context.CancelFunc) {
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
