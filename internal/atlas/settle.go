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

// looks are the waits before each look for what a POST without an answer may have created. The
// POST is sent again only after the last look.
var looks = []time.Duration{0, 2 * time.Second, 8 * time.Second}

// looksAfterTimeout continue for a minute: Atlas may still work on a request that it did not
// answer within exchangeTimeout, or within the time limit of a proxy.
var looksAfterTimeout = append(slices.Clip(looks), 20*time.Second, 30*time.Second)

// maxRefusals is how often a POST is sent that is refused, but not by Atlas. Such an answer
// seldom changes.
const maxRefusals = 3

// errIncompleteList tells of a look that did not show everything.
var errIncompleteList = errors.New("the list is not complete: Atlas counts more than it shows")

// creation is a POST that creates a second thing when it is sent a second time, because Atlas
// accepts duplicates (recorded), or is answered with a conflict then. Nothing in a request
// identifies what it creates.
type creation[T any] struct {
	path  []string
	turn  any // equal for creations that could be mistaken for each other
	post  func(context.Context) (*T, error)
	list  func(context.Context) (all []T, whole bool, err error)
	match func(T) Match
	id    func(T) string // an ObjectID: it has the time of the creation
}

// UndecidedError is that of a POST that may or may not have created something.
type UndecidedError struct {
	// Candidates are the ids of what the POST may have created; nil when no look has shown one.
	Candidates []string

	// Look is why no look was successful; nil when one was.
	Look error

	// Last is the error of a later POST; nil when there was none.
	Last error

	lost error // of the first POST whose answer was lost
}

func (e *UndecidedError) Error() string {
	switch {
	case e.Look != nil:
		return fmt.Sprintf("%s; checking for the result: %s", e.lost, e.Look)
	case e.Last != nil:
		return fmt.Sprintf("%s; the next attempt: %s", e.lost, e.Last)
	}
	return fmt.Sprintf("%s; %d may be the result", e.lost, len(e.Candidates))
}

func (e *UndecidedError) Unwrap() error { return e.lost }

// settlement is the progress of a creation. It does not know the type of what is created: see
// listing.untyped.
type settlement struct {
	client *Client
	path   []string
	post   func(context.Context) (candidate, error)
	list   func(context.Context) (all []candidate, whole bool, err error)

	lost error     // of the first POST whose answer was lost; nil while there is none
	sent time.Time // when that POST was sent; the first POST while there is none
}

// settle carries out a creation. When the answer to a POST is lost, the list is read before the
// POST is sent again; after a conflict it is read too, and the POST is not sent again. What is
// listed is the result if it is the only candidate, is the same as
// what was asked for, was created since the first lost POST, and is not known to this process.
// When there are candidates but this is not certain, the error is an *UndecidedError.
func settle[T any](ctx context.Context, c *Client, n creation[T]) (*T, error) {
	end, err := c.pool.turns.take(ctx, n.turn)
	if err != nil {
		return nil, c.newError(request{method: http.MethodPost, path: n.path}, 0, err)
	}
	defer end()
	s := settlement{
		client: c,
		path:   n.path,
		post: func(ctx context.Context) (candidate, error) {
			created, err := n.post(ctx)
			if err != nil {
				return candidate{}, err
			}
			return candidate{n.id(*created), Same, *created}, nil // post has checked it
		},
		list: func(ctx context.Context) (all []candidate, whole bool, err error) {
			listed, whole, err := n.list(ctx)
			for _, one := range listed {
				all = append(all, candidate{n.id(one), n.match(one), one})
			}
			return all, whole, err
		},
	}
	result, err := s.run(ctx)
	if err != nil {
		return nil, err
	}
	value := result.value.(T) //nolint:forcetypeassert // post and list have made it
	return &value, nil
}

func (s *settlement) run(ctx context.Context) (*candidate, error) {
	start, refusals := time.Now(), 0
	for {
		if s.lost == nil {
			s.sent = time.Now()
		}
		created, failed := s.post(ctx)
		if failed == nil {
			return s.verify(ctx, &created)
		}
		var post *CallError
		isFirst := s.lost == nil
		switch {
		case !errors.As(failed, &post), !post.undecided && isFirst:
			return nil, failed
		case !post.undecided:
			return s.refused(ctx, failed)
		case isFirst:
			s.lost, s.sent = failed, post.sent
		}
		found, err := s.look(ctx, post.Last)
		switch {
		case err != nil:
			return nil, &UndecidedError{Look: err, lost: s.lost}
		case found != nil:
			return s.adopt(found)
		case isConflict(post.Last) && isFirst:
			return nil, failed // with something that this POST has not created
		case isConflict(post.Last):
			return nil, &UndecidedError{Last: failed, lost: s.lost}
		}
		if refusals++; !isRefusal(post.Last) {
			refusals = 0
		}
		if refusals == maxRefusals {
			// The looks have shown that nothing was created.
			return nil, &CallError{Attempts: refusals, Elapsed: time.Since(start), Last: post.Last}
		}
	}
}

// verify returns what a POST has created. When the id in the answer is not of the time of the
// POST, the answer is to another request, or a clock is wrong: the list decides, and without a
// list the creation is undecided.
func (s *settlement) verify(ctx context.Context, answered *candidate) (*candidate, error) {
	when := s.client.timeOf(CreatedAt(answered.id), s.sent)
	if when == sincePost {
		return answered, nil
	}
	cause := fmt.Errorf("the id in the answer, %s, does not match the time of this request", answered.id)
	s.lost = s.client.newError(request{method: http.MethodPost, path: s.path}, http.StatusOK, cause)
	var failed error
	for _, pause := range looks {
		if err := s.client.Wait(ctx, pause, cause.Error()+": checking what Atlas has created"); err != nil {
			failed = cmp.Or(failed, err)
			break
		}
		var all []candidate
		if all, _, failed = s.list(ctx); failed != nil {
			continue
		}
		if when == unclear && slices.ContainsFunc(all, func(one candidate) bool { return one.id == answered.id }) {
			return answered, nil
		}
		if found := s.candidatesIn(all); found != nil {
			return s.adopt(found)
		}
	}
	if failed != nil {
		return nil, &UndecidedError{Look: failed, lost: s.lost}
	}
	return answered, nil
}

// isConflict tells of Atlas' answer that something is in the way of a creation.
func isConflict(e *Error) bool {
	return e.Status == http.StatusConflict && atlasCode.MatchString(e.Code)
}

// isRefusal tells of an answer from a proxy, which seldom changes and does not say what Atlas
// did.
func isRefusal(e *Error) bool {
	return e.Status != 0 && e.Status != http.StatusRequestTimeout && e.Status/100 != 2 && (e.Status < 500 || e.Status == http.StatusNotImplemented)
}

// refused ends a creation that Atlas refused after it may have carried out an earlier POST: one
// whose answer was lost, or another copy of the same POST.
func (s *settlement) refused(ctx context.Context, refusal error) (*candidate, error) {
	isFirst := s.lost == nil
	if isFirst {
		s.lost = refusal
	}
	found, _ := s.lookOnce(ctx)
	switch {
	case found != nil:
		return s.adopt(found)
	case isFirst:
		return nil, refusal
	}
	return nil, &UndecidedError{Last: refusal, lost: s.lost}
}

// adopt takes the only candidate for the result, if it is certain.
func (s *settlement) adopt(found *candidates) (*candidate, error) {
	if len(found.certain) == 1 && len(found.doubtful) == 0 {
		s.client.pool.known.add(found.certain[0].id)
		return &found.certain[0], nil
	}
	var ids []string
	for _, one := range append(found.certain, found.doubtful...) {
		ids = append(ids, one.id)
	}
	return nil, &UndecidedError{Candidates: ids, lost: s.lost}
}

// look returns the candidates after a POST has failed; nil tells that the POST can be sent
// again. It ends with the first look that shows a certain one, because after a doubtful one a
// certain one may still appear. It fails only when every look has failed, as they do while a
// proxy has a failure.
func (s *settlement) look(ctx context.Context, post *Error) (*candidates, error) {
	pauses, cause := looks, "the answer to the create request was lost"
	if isConflict(post) {
		cause = "the create request failed with a conflict"
	}
	if errors.Is(post, context.DeadlineExceeded) || post.Status == http.StatusGatewayTimeout {
		pauses = looksAfterTimeout
	}
	var found *candidates
	var failed error
	answered := false
	pause := post.RetryAfter
	for _, next := range pauses {
		pause += next
		waited := s.client.Wait(ctx, pause, cause+" ("+post.Reason()+"): checking whether Atlas created it")
		seen, err := s.lookOnce(ctx) // at once, if there is no time to wait
		if seen != nil {
			found = s.withDoubtOf(found, seen)
		}
		isLast := waited != nil
		if found != nil && (found.certain != nil || isLast) {
			return found, nil //nolint:nilerr // a look that has shown a candidate is a successful one
		}
		if isLast {
			return nil, cmp.Or(err, waited)
		}
		answered = answered || err == nil
		failed, pause = err, 0
	}
	if found != nil || answered {
		return found, nil
	}
	return nil, failed
}

// lookOnce returns the candidates in the list, nil for none.
func (s *settlement) lookOnce(ctx context.Context) (*candidates, error) {
	all, whole, err := s.list(ctx)
	if err == nil && !whole {
		err = errIncompleteList
	}
	return s.candidatesIn(all), err
}
