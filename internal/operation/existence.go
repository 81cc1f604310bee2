package operation

import (
	"context"
	"errors"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// foreign404Pause is the wait before a call is repeated that something else than Atlas has
// answered.
const foreign404Pause = 2 * time.Second

// Existence decides whether a thing in Atlas still exists after a 404: Atlas' own codes say
// that it does not, and after any other 404, such as a proxy's, a list decides.
type Existence[T any] struct {
	Gone   []string // the codes of answers that say that the thing, or what it is part of, does not exist
	NoList []string // those of them that the list answers with
	Other  []string // the codes of Atlas' 404s about something else that the call names: errors like any other

	// List returns the list that the thing is in, and whether it is whole.
	List func(context.Context) (all []T, whole bool, err error)

	// Is tells whether something in the list is the thing.
	Is func(T) bool

	// Check refuses something in the list that is the thing by its id, and cannot be it by the
	// rest. Nil refuses nothing.
	Check func(T) error
}

// goneError tells that the thing does not exist. It wraps the answer that says so: Atlas' own,
// or a foreign 404 about something that is not in the list either.
type goneError struct {
	answer error
}

func (e *goneError) Error() string { return e.answer.Error() }

func (e *goneError) Unwrap() error { return e.answer }

// IsGone tells whether an error of Read or Repeat says that the thing does not exist.
func IsGone(err error) bool {
	var gone *goneError
	return errors.As(err, &gone)
}

// Read asks Atlas for the thing with get, or else finds it in the list.
func (e Existence[T]) Read(ctx context.Context, get func(context.Context) (*T, error)) (*T, error) {
	found, err := get(ctx)
	switch {
	case e.isForeign404(err):
		return e.find(ctx, err)
	case atlas.HasCode(err, e.Gone...):
		return nil, &goneError{err}
	}
	return found, err
}

// Repeat makes a call about the thing, and makes it a second time when something else than
// Atlas answered with a 404 and the list still has the thing.
func (e Existence[T]) Repeat(ctx context.Context, client *atlas.Client, call func(context.Context) error) error {
	err := call(ctx)
	if e.isForeign404(err) {
		if _, err := e.find(ctx, err); err != nil {
			return err
		}
		if client.Wait(ctx, foreign404Pause, "a 404 that does not come from Atlas, about something that the list still shows") != nil {
			return err
		}
		err = call(ctx)
	}
	if atlas.HasCode(err, e.Gone...) {
		return &goneError{err}
	}
	return err
}

// find looks for the thing in the list after a foreign 404. Where the list does not answer
// either, or is not whole, the 404 is the error.
func (e Existence[T]) find(ctx context.Context, foreign404 error) (*T, error) {
	all, whole, err := e.List(ctx)
	switch {
	case atlas.HasCode(err, e.NoList...):
		return nil, &goneError{err}
	case err != nil:
		return nil, foreign404
	}
	for _, one := range all {
		if !e.Is(one) {
			continue
		}
		if e.Check != nil && e.Check(one) != nil {
			return nil, foreign404
		}
		return &one, nil
	}
	if !whole {
		return nil, foreign404
	}
	return nil, &goneError{foreign404}
}

func (e Existence[T]) isForeign404(err error) bool {
	return atlas.IsNotFound(err) && !atlas.HasCode(err, e.Gone...) && !atlas.HasCode(err, e.Other...)
}
