package atlas

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// conflicting is an Atlas that refuses a second thing of the same kind.
type conflicting struct {
	posts []bool   // of the first POSTs: whether it is refused with a conflict, or else its answer is lost
	makes []int    // the numbers of the POSTs that create the thing, from 1
	shows int      // the first look that shows what exists, from 1
	ids   []string // of what exists; those of others at first

	posted, looked int
}

func (c *conflicting) creation() creation[string] {
	return creation[string]{
		path: []string{"things"},
		turn: c,
		post: func(context.Context) (*string, error) {
			c.posted++
			if slices.Contains(c.makes, c.posted) {
				c.ids = append(c.ids, idOf(time.Now()))
			}
			last := &Error{Method: "POST", Status: 500}
			if c.posts[c.posted-1] {
				last = &Error{Method: "POST", Status: 409, Code: "THING_EXISTS"}
			}
			return nil, &CallError{Attempts: 1, Last: last, undecided: true, sent: time.Now()}
		},
		list: func(context.Context) ([]string, bool, error) {
			if c.looked++; c.looked < c.shows {
				return nil, true, nil
			}
			return c.ids, true, nil
		},
		match: func(string) Match { return Same },
		id:    func(id string) string { return id },
	}
}

func idOf(created time.Time) string {
	return hex.EncodeToString(append(binary.BigEndian.AppendUint32(nil, uint32(created.Unix())), 0, 0, 0, 0, 0, 0, 0, 1))
}

const lost, conflict = false, true

func TestWhatAConflictIsAboutIsLookedFor(t *testing.T) {
	for name, c := range map[string]struct {
		atlas   conflicting
		created bool
		posts   int
	}{
		"the first POST was carried out, and repeated on its way":     {conflicting{posts: []bool{conflict}, makes: []int{1}}, true, 1},
		"the list shows it late":                                      {conflicting{posts: []bool{conflict}, makes: []int{1}, shows: 3}, true, 1},
		"the first POST was carried out, and its answer was lost":     {conflicting{posts: []bool{lost, conflict}, makes: []int{1}, shows: 4}, true, 2},
		"it is of another time":                                       {conflicting{posts: []bool{conflict}, ids: []string{idOf(time.Unix(9e8, 0))}}, false, 1},
		"it is not listed":                                            {conflicting{posts: []bool{conflict}}, false, 1},
		"the answer to the first POST was lost, and it is not listed": {conflicting{posts: []bool{lost, conflict}}, false, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
				defer cancel()
				atlas := c.atlas
				created, err := settle(ctx, client(t, NewPool(nil), AccessToken("token"), LogNothing), atlas.creation())
				if (err == nil) != c.created || err == nil && *created != atlas.ids[0] || atlas.posted != c.posts {
					t.Errorf("created %v, %v after %d POSTs", created, err, atlas.posted)
				}
				if err != nil {
					requireConflict(t, err, c.posts > 1)
				}
			})
		})
	}
}

// requireConflict fails the test unless an error has the conflict, which decides only about the
// first POST.
func requireConflict(t *testing.T, err error, isUndecided bool) {
	t.Helper()
	var undecided *UndecidedError
	if errors.As(err, &undecided) != isUndecided {
		t.Fatalf("undecided %t, want %t: %v", !isUndecided, isUndecided, err)
	}
	if isUndecided {
		err = undecided.Last
	}
	if !HasCode(err, "THING_EXISTS") {
		t.Errorf("%v", err)
	}
}
