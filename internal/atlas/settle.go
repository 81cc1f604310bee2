package atlas

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// looks are the waits before the looks for what a lost POST may have made. Only when they are
// over is it posted again.
var looks = []time.Duration{0, 2 * time.Second, 8 * time.Second}

// looksAfterTimeout go on for as long again as the POST took: a request that Atlas did not
// answer in a minute, or in the time of a proxy, may still be at work.
var looksAfterTimeout = append(looks[:len(looks):len(looks)], 20*time.Second, 30*time.Second)

const (
	// idTolerance is by how much the time in an id may differ from that of the POST that
	// made it, by Atlas' clock: an id leaves out the part of its second, and the servers that
	// write ids and Dates are not the same.
	idTolerance = 2 * time.Second

	// idDoubt is by how much it may differ when a clock is wrong. What is older belongs to
	// somebody else.
	idDoubt = 8 * time.Second

	// maxRefusals is how often a POST is sent that something else than Atlas refuses. Such an
	// answer seldom changes.
	maxRefusals = 3
)

// Match says how much something that is listed is like what was asked for.
type Match int

const (
	Differs Match = iota
	Alike         // in all but what Atlas may still be changing
	Same
)

// errNotWhole tells of a look that has not shown everything.
var errNotWhole = errors.New("the list is not whole: Atlas counts more than it shows")

// creation is a POST that makes a second thing when it is sent a second time, because Atlas
// allows duplicates (recorded) and nothing in a request names it.
type creation[T any] struct {
	path  []string
	turn  any // creations with the same one could be mistaken for each other
	post  func(context.Context) (*T, error)
	list  func(context.Context) (all []T, whole bool, err error)
	match func(T) Match
	id    func(T) string // carries the time
}

// UndecidedError tells of a POST whose answer was lost, when it is not known what became of it.
type UndecidedError struct {
	// Candidates are the ids of what the POST may have made; nil when no look has shown one.
	Candidates []string

	// Look says why there was no look that counts; nil when there was one.
	Look error

	// Last is the answer to a later POST, nil when there was none.
	Last error

	lost *Error // the first POST whose answer was lost
}

func (e *UndecidedError) Error() string {
	switch {
	case e.Look != nil:
		return fmt.Sprintf("%s; looking for it: %s", e.lost, e.Look)
	case e.Last != nil:
		return fmt.Sprintf("%s; the next attempt: %s", e.lost, e.Last)
	}
	return fmt.Sprintf("%s; %d may be the one", e.lost, len(e.Candidates))
}

func (e *UndecidedError) Unwrap() error { return e.lost }

// settle carries a creation out: a POST whose answer is lost is not repeated before a look at
// the list. What the POST has certainly made is taken for its own: the only one that is the
// same as what was asked for, was made at its time, and is not known to this process. What it
// may have made, or may not, is an *UndecidedError.
func settle[T any](ctx context.Context, c *Client, n creation[T]) (*T, error) {
	end, err := c.pool.ledger.turn(ctx, n.turn)
	if err != nil {
		return nil, c.newError(request{method: http.MethodPost, path: n.path}).because(unsent(err))
	}
	defer end()

	var lost *Error // the first POST whose answer was lost
	start, refusals := time.Now(), 0
	for {
		began := time.Now()
		made, err := n.post(ctx)
		if err == nil {
			if lost != nil {
				began = lost.sent
			}
			return verify(ctx, c, n, made, began)
		}
		var post *Error
		if !errors.As(err, &post) {
			return nil, err
		}
		if !post.Undecided {
			if lost == nil {
				return nil, err
			}
			return settleRefused(ctx, c, n, lost, err)
		}
		if lost == nil {
			lost = post
		}
		found, err := lookFor(ctx, c, n, lost, post)
		switch {
		case err != nil:
			return nil, &UndecidedError{Look: err, lost: lost}
		case found != nil:
			return found.settle(c, n, lost)
		}
		if refusals++; !isRefusal(post) {
			refusals = 0
		}
		if refusals == maxRefusals {
			// The looks have shown that nothing was made.
			post.Attempts, post.Elapsed, post.Undecided = refusals, time.Since(start), false
			return nil, post
		}
	}
}

// verify returns what a POST has made since began, whatever its answer says: an id of another
// time is that of somebody else's answer, or a clock is wrong. The list decides, and without
// one it is not known which.
func verify[T any](ctx context.Context, c *Client, n creation[T], made *T, began time.Time) (*T, error) {
	id := n.id(*made)
	when := c.timeOf(CreatedAt(id), began)
	if when == sincePost {
		return made, nil
	}
	post := c.newError(request{method: http.MethodPost, path: n.path})
	post.Status, post.sent = http.StatusOK, began
	post = post.because(fmt.Errorf("the id in the answer, %s, is not of the time of this request", id))
	var failed error
	for _, pause := range looks {
		if waited := c.Wait(ctx, pause, post.Reason()+": looking what Atlas has made"); waited != nil {
			failed = cmp.Or(failed, waited)
			break
		}
		var all []T
		if all, _, failed = n.list(ctx); failed != nil {
			continue
		}
		if when == unclear && slices.ContainsFunc(all, func(one T) bool { return n.id(one) == id }) {
			return made, nil
		}
		if found := sift(c, n, all, post); found != nil {
			return found.settle(c, n, post)
		}
	}
	if failed != nil {
		return nil, &UndecidedError{Look: failed, lost: post}
	}
	return made, nil
}

// isRefusal tells of an answer that something on the way has given and that seldom changes,
// although it does not say what Atlas did.
func isRefusal(e *Error) bool {
	return e.Status != 0 && e.Status != http.StatusRequestTimeout && e.Status/100 != 2 && (e.Status < 500 || e.Status == http.StatusNotImplemented)
}

// settleRefused decides on a creation whose first answer was lost, and that was refused when
// it was sent again: the first one may have been carried out late.
func settleRefused[T any](ctx context.Context, c *Client, n creation[T], lost *Error, refusal error) (*T, error) {
	if found, _ := lookOnce(ctx, c, n, lost); found != nil {
		return found.settle(c, n, lost)
	}
	return nil, &UndecidedError{Last: refusal, lost: lost}
}

// candidates are what a lost POST may have made.
type candidates[T any] struct {
	certain, doubtful []T
}

// settle takes the only candidate, if it is certain.
func (f *candidates[T]) settle(c *Client, n creation[T], lost *Error) (*T, error) {
	if len(f.certain) == 1 && len(f.doubtful) == 0 {
		c.pool.ledger.note(n.id(f.certain[0]))
		return &f.certain[0], nil
	}
	var ids []string
	for _, one := range append(f.certain, f.doubtful...) {
		ids = append(ids, n.id(one))
	}
	return nil, &UndecidedError{Candidates: ids, lost: lost}
}

// doubting returns the candidates of a look, and what was in doubt before stays so: a clock that
// was seen to be wrong does not become right.
func (f *candidates[T]) doubting(n creation[T], before *candidates[T]) *candidates[T] {
	if before == nil {
		return f
	}
	var certain []T
	for _, one := range f.certain {
		if slices.ContainsFunc(before.doubtful, func(other T) bool { return n.id(other) == n.id(one) }) {
			f.doubtful = append(f.doubtful, one)
		} else {
			certain = append(certain, one)
		}
	}
	f.certain = certain
	return f
}

// lookFor returns the candidates; nil tells that the POST can be repeated. It ends as soon as
// there is one that is certain: what is doubtful may be joined by one that is not. A look that
// is refused, as by a proxy in trouble, is not the last one: its error is returned only if no
// look has been answered.
func lookFor[T any](ctx context.Context, c *Client, n creation[T], lost, post *Error) (*candidates[T], error) {
	pauses := looks
	if errors.Is(post.Cause, context.DeadlineExceeded) || post.Status == http.StatusGatewayTimeout {
		pauses = looksAfterTimeout
	}
	var found *candidates[T]
	var refused error
	answered := false
	pause := post.RetryAfter
	for _, next := range pauses {
		pause += next
		waited := c.Wait(ctx, pause, "the answer to a creation was lost ("+post.Reason()+"): looking whether Atlas has carried it out")
		seen, err := lookOnce(ctx, c, n, lost) // at once, if there is no time to wait
		if seen != nil {
			found = seen.doubting(n, found)
		}
		isLast := waited != nil
		if found != nil && (found.certain != nil || isLast) {
			return found, nil //nolint:nilerr // a look that has shown something counts
		}
		if isLast {
			return nil, cmp.Or(err, waited)
		}
		answered = answered || err == nil
		refused, pause = err, 0
	}
	if found != nil || answered {
		return found, nil
	}
	return nil, refused
}

// lookOnce returns the candidates that the list has, nil for none.
func lookOnce[T any](ctx context.Context, c *Client, n creation[T], lost *Error) (*candidates[T], error) {
	all, whole, err := n.list(ctx)
	if err == nil && !whole {
		err = errNotWhole
	}
	return sift(c, n, all, lost), err
}

// sift returns the candidates among what is listed, nil for none.
func sift[T any](c *Client, n creation[T], listed []T, lost *Error) *candidates[T] {
	var found candidates[T]
	for _, one := range listed {
		like, when := n.match(one), c.timeOf(CreatedAt(n.id(one)), lost.sent)
		switch {
		case like == Differs || when == anotherTime || c.pool.ledger.knows(n.id(one)):
		case like == Same && when == sincePost:
			found.certain = append(found.certain, one)
		default:
			found.doubtful = append(found.doubtful, one)
		}
	}
	if found.certain == nil && found.doubtful == nil {
		return nil
	}
	return &found
}

// when says whether something was made since a POST was sent.
type when int

const (
	anotherTime when = iota // before it
	unclear                 // a clock may be wrong
	sincePost               // since it
)

// timeOf says when something was made whose id carries a time. Atlas' clock decides, which is
// as good as the Dates of the answers, and those may be a proxy's. So it is unclear what is
// close to the time of the POST by that clock or by ours, and what is from the future.
func (c *Client) timeOf(made, sent time.Time) when {
	now := time.Now()
	between := func(from, to time.Time, tolerance time.Duration) bool {
		return !made.Before(from.Add(-tolerance)) && !made.After(to.Add(tolerance))
	}
	switch {
	case between(c.clock.at(sent), c.clock.at(now), idTolerance):
		return sincePost
	case between(c.clock.at(sent), c.clock.at(now), idDoubt), between(sent, now, idDoubt), made.After(c.clock.at(now)):
		return unclear
	}
	return anotherTime
}
