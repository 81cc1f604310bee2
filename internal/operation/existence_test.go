package operation_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

const (
	goneCode  = "THING_NOT_FOUND"
	otherCode = "OTHER_NOT_FOUND"
)

// Answers to a call about a thing.
var (
	errForeign404 = &atlas.Error{Status: 404, Detail: "A page of a proxy."}
	errWrongURL   = &atlas.Error{Status: 404, Code: atlas.CodeResourceNotFound}
	errThingGone  = &atlas.Error{Status: 404, Code: goneCode}
	errGroupGone  = &atlas.Error{Status: 404, Code: atlas.CodeProjectNotFound}
	errOtherGone  = &atlas.Error{Status: 404, Code: otherCode}
	errFlexGone   = &atlas.Error{Status: 400, Code: "FLEX"}
	errRefusal    = &atlas.Error{Status: 403, Code: "NO"}
)

// list is what the list answers: the things by their names, whether it is whole, and an error.
type list struct {
	things []string
	whole  bool
	err    error
}

var existenceCases = map[string]struct {
	answers []error // to the call, one after the other
	list    list
	refuses bool // the thing in the list, because the rest of it is wrong
	calls   int  // that Repeat makes
	lists   int
	gone    bool
	err     error // of Repeat; nil for success
}{
	"success":                          {answers: []error{nil}, calls: 1},
	"gone":                             {answers: []error{errThingGone}, calls: 1, gone: true, err: errThingGone},
	"gone with its project":            {answers: []error{errGroupGone}, calls: 1, gone: true, err: errGroupGone},
	"gone, without a 404":              {answers: []error{errFlexGone}, calls: 1, gone: true, err: errFlexGone},
	"a refusal":                        {answers: []error{errRefusal}, calls: 1, err: errRefusal},
	"another thing is gone":            {answers: []error{errOtherGone}, calls: 1, err: errOtherGone},
	"foreign 404, in the list":         {answers: []error{errForeign404, nil}, list: list{things: []string{"a", "thing"}, whole: true}, calls: 2, lists: 1},
	"wrong URL, in the list":           {answers: []error{errWrongURL, nil}, list: list{things: []string{"thing"}, whole: true}, calls: 2, lists: 1},
	"in an incomplete list":            {answers: []error{errForeign404, nil}, list: list{things: []string{"thing"}}, calls: 2, lists: 1},
	"foreign 404, not in the list":     {answers: []error{errForeign404}, list: list{things: []string{"a"}, whole: true}, calls: 1, lists: 1, gone: true, err: errForeign404},
	"not in an incomplete list":        {answers: []error{errForeign404}, list: list{things: []string{"a"}}, calls: 1, lists: 1, err: errForeign404},
	"in the list as something else":    {answers: []error{errForeign404}, list: list{things: []string{"thing"}, whole: true}, refuses: true, calls: 1, lists: 1, err: errForeign404},
	"the list does not answer":         {answers: []error{errForeign404}, list: list{err: errRefusal}, calls: 1, lists: 1, err: errForeign404},
	"the list has no project":          {answers: []error{errForeign404}, list: list{err: errGroupGone}, calls: 1, lists: 1, gone: true, err: errGroupGone},
	"the list has another reason":      {answers: []error{errForeign404}, list: list{err: errThingGone}, calls: 1, lists: 1, err: errForeign404},
	"foreign 404 twice":                {answers: []error{errForeign404, errForeign404}, list: list{things: []string{"thing"}, whole: true}, calls: 2, lists: 1, err: errForeign404},
	"gone after a foreign 404":         {answers: []error{errForeign404, errThingGone}, list: list{things: []string{"thing"}, whole: true}, calls: 2, lists: 1, gone: true, err: errThingGone},
	"another reason after foreign 404": {answers: []error{errForeign404, errRefusal}, list: list{things: []string{"thing"}, whole: true}, calls: 2, lists: 1, err: errRefusal},
}

// existence is that of a case. It counts how often the list is asked for.
func existence(c list, refuses bool, lists *int) operation.Existence[string] {
	e := operation.Existence[string]{
		Gone:   []string{goneCode, "FLEX", atlas.CodeProjectNotFound},
		NoList: []string{atlas.CodeProjectNotFound},
		Other:  []string{otherCode},
		List: func(context.Context) ([]string, bool, error) {
			*lists++
			return c.things, c.whole, c.err
		},
		Is: func(thing string) bool { return thing == "thing" },
	}
	if refuses {
		e.Check = func(string) error { return errors.New("it is something else") }
	}
	return e
}

func newClient(t *testing.T) *atlas.Client {
	t.Helper()
	base, err := atlas.ParseBaseURL("http://localhost")
	if err != nil {
		t.Fatal(err)
	}
	return atlas.NewPool(nil).Client(atlas.Options{BaseURL: base, Credentials: atlas.AccessToken("token")})
}

func TestRepeatDecidesAfterA404(t *testing.T) {
	for name, c := range existenceCases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				calls, lists, start := 0, 0, time.Now()
				err := existence(c.list, c.refuses, &lists).Repeat(t.Context(), newClient(t), func(context.Context) error {
					calls++
					return c.answers[calls-1]
				})
				if !errors.Is(err, c.err) || operation.IsGone(err) != c.gone || calls != c.calls || lists != c.lists {
					t.Errorf("%v, gone %t, after %d calls and %d lists; want %v, %t, %d and %d", err, operation.IsGone(err), calls, lists, c.err, c.gone, c.calls, c.lists)
				}
				if took, want := time.Since(start), time.Duration(c.calls-1)*2*time.Second; took != want {
					t.Errorf("it took %s, want %s", took, want)
				}
			})
		})
	}
}

func TestReadTakesTheThingFromTheListAfterA404(t *testing.T) {
	for name, c := range existenceCases {
		t.Run(name, func(t *testing.T) {
			calls, lists := 0, 0
			found, err := existence(c.list, c.refuses, &lists).Read(t.Context(), func(context.Context) (*string, error) {
				calls++
				if c.answers[0] != nil {
					return nil, c.answers[0]
				}
				thing := "thing"
				return &thing, nil
			})
			want, gone := c.err, c.gone
			if c.calls == 2 { // the list has it
				want, gone = nil, false
			}
			if !errors.Is(err, want) || operation.IsGone(err) != gone || calls != 1 || lists != c.lists {
				t.Errorf("%v, gone %t, after %d calls and %d lists; want %v, %t, 1 and %d", err, operation.IsGone(err), calls, lists, want, gone, c.lists)
			}
			if (err == nil) != (found != nil && *found == "thing") {
				t.Errorf("found %v with the error %v", found, err)
			}
		})
	}
}

func TestRepeatDoesNotWaitLongerThanItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		calls, lists, start := 0, 0, time.Now()
		err := existence(list{things: []string{"thing"}, whole: true}, false, &lists).Repeat(ctx, newClient(t), func(context.Context) error {
			calls++
			return errForeign404
		})
		if !errors.Is(err, errForeign404) || operation.IsGone(err) || calls != 1 || time.Since(start) != 0 {
			t.Errorf("%v after %d calls and %s", err, calls, time.Since(start))
		}
	})
}
