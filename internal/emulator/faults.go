package emulator

import (
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

// Fault is what goes wrong with some requests, and with which. It hits only
// those whose credential Atlas takes, and OAuth calls that have one: a challenge
// round of HTTP Digest, or a request whose token has expired, is answered as
// usual and does not count.
type Fault struct {
	Method string `json:"method,omitempty"` // in capitals; "" is any
	// Path is a pattern of path.Match for the path without the query, so that *
	// stops at a slash. /api/oauth/token matches too. "" is any.
	Path string `json:"path,omitempty"`

	// Of the requests that match, and that no fault set earlier takes, Skip are
	// left alone, and then Times are hit: 0 is one, -1 is all.
	Skip  int `json:"skip,omitempty"`
	Times int `json:"times,omitempty"`

	// After says that Atlas acts first, and its answer is then lost, replaced or
	// changed. Without it Atlas does not act, but for a fault that is nothing but
	// Delay and DateShift.
	After bool `json:"after,omitempty"`

	// Delay is a wait before what follows; with After, it is after Atlas' acting. It
	// ends when the client leaves. A Delay alone leaves the answer as it is: without
	// After, Atlas acts when it is over, and so does not notice a client that left.
	Delay time.Duration `json:"-"`

	// DateShift is added to the present time in the answer's header Date, whose unit
	// is the second. It may be negative. Alone it leaves all else of the answer as it
	// is, and Atlas acts.
	DateShift time.Duration `json:"-"`

	// At most one of Status, Break, List and Answer.

	// Status is that of an answer, from 200 on. With a Code or a Detail the answer
	// has the shape of Atlas' errors, with Echo it is a page, else it is Body, which
	// may be empty. A 401 without a Code is the answer to a token or a nonce that
	// Atlas does not know any more, with its challenge. A 407 has a proxy's challenge.
	Status     int    `json:"status,omitempty"`
	Code       string `json:"code,omitempty"`
	Detail     string `json:"detail,omitempty"`
	Parameters []any  `json:"parameters,omitempty"`
	Body       string `json:"body,omitempty"`       // text/html when it begins with <, else application/json
	Echo       bool   `json:"echo,omitempty"`       // HTML with the request's line and headers, Authorization included
	RetryAfter string `json:"retryAfter,omitempty"` // header: seconds, or an HTTP date
	Location   string `json:"location,omitempty"`   // header of a redirect

	Break  string `json:"break,omitempty"`  // Reset, Cut, Hold or Switch
	List   string `json:"list,omitempty"`   // NextElsewhere, Repeats, Endless, Truncated, CountsTooFew or CountsTooMany
	Answer string `json:"answer,omitempty"` // OtherID, IDOnly, OldNetworking, TooLong, OtherCloud, Bare or ByteOrderMark
}

// The values of Fault.Break.
const (
	// Reset closes the connection hard, without an answer. Many clients then send
	// the request again by themselves, if the connection has served before: Go's
	// does so with a GET.
	Reset = "reset"
	// Cut needs After. It sends the header of Atlas' answer, with the length of the
	// whole body, and half of the body. An answer without a body is lost whole.
	Cut = "cut"
	// Hold sends nothing until the client leaves, after which Atlas does not act
	// any more, or until ClearFaults, after which all goes on as usual.
	Hold = "hold"
	// Switch answers 101, and sends nothing more. The connection stays open until
	// the client leaves, or until ClearFaults. Atlas acts with After only.
	Switch = "switch"
)

var breakValues = []string{Reset, Cut, Hold, Switch}

// The values of Fault.List. All need After. An answer that is not a list stays
// as it is.
const (
	// NextElsewhere makes the next link, also of a last page, one to another host.
	NextElsewhere = "next-elsewhere"
	// Repeats answers with the first page and a next link, whatever page is asked
	// for.
	Repeats = "repeats"
	// Endless answers with 50 new items and a next link, whatever page is asked for.
	// They are copies of the first item that Atlas has, if it has one, with ids, or
	// names of clusters, that are never used again.
	Endless = "endless"
	// Truncated leaves the first half of a page, rounded down, and no next link.
	Truncated = "truncated"
	// CountsTooFew makes totalCount 0.
	CountsTooFew = "counts-too-few"
	// CountsTooMany makes totalCount higher than it is.
	CountsTooMany = "counts-too-many"
)

var listValues = []string{NextElsewhere, Repeats, Endless, Truncated, CountsTooFew, CountsTooMany}

// The values of Fault.Answer. All need After. What is said of an object holds for
// that of a successful answer; errors, lists and answers without a body stay as
// they are, but where a list or an error is mentioned.
const (
	// OtherID replaces _id by another valid id, and clusterName by another name.
	OtherID = "other-id"
	// IDOnly leaves nothing but _id of an object that has one.
	IDOnly = "id-only"
	// OldNetworking inverts requirePrivateNetworking, in the items of a list too.
	OldNetworking = "old-networking"
	// TooLong adds the attribute padding, which is 5 MiB long, also to the page of a
	// list.
	TooLong = "too-long"
	// OtherCloud replaces the cloudProvider AWS by GCP, and any other by AWS.
	OtherCloud = "other-cloud"
	// Bare leaves out bucketName, iamRoleId and roleId.
	Bare = "bare"
	// ByteOrderMark puts a byte order mark of UTF-8 before any body, also that of a
	// list or an error.
	ByteOrderMark = "byte-order-mark"
)

var answerValues = []string{OtherID, IDOnly, OldNetworking, TooLong, OtherCloud, Bare, ByteOrderMark}

// SetFault is a fault that is set.
type SetFault struct {
	Fault
	Hits int `json:"hits"` // requests that it has hit so far
}

// activeFault is a SetFault with what Atlas keeps of it.
type activeFault struct {
	SetFault
	skipped int
	cleared chan struct{} // closed by ClearFaults
}

// AddFault sets a fault, after those that are set already. It fails when the
// fault contradicts itself. Faults are not kept in the state file.
func (a *Atlas) AddFault(f Fault) error {
	if err := f.check(); err != nil {
		return err
	}
	f.Parameters = slices.Clone(f.Parameters)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.faults = append(a.faults, &activeFault{SetFault: SetFault{Fault: f}, cleared: make(chan struct{})})
	return nil
}

// Faults returns the faults that are set, used up or not, in the order in which
// they are tried.
func (a *Atlas) Faults() []SetFault {
	a.mu.Lock()
	defer a.mu.Unlock()
	set := make([]SetFault, 0, len(a.faults))
	for _, f := range a.faults {
		set = append(set, f.SetFault)
	}
	return set
}

// ClearFaults forgets all faults, lets the requests that one of them holds go on,
// and closes the connections that one of them has switched.
func (a *Atlas) ClearFaults() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, f := range a.faults {
		close(f.cleared)
	}
	a.faults = nil
}

// takeFault returns the fault that hits the request, or nil. The request is one
// that admit has let in.
func (a *Atlas) takeFault(r *http.Request) *activeFault {
	if r.Header.Get("Authorization") == "" { // an OAuth call
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, f := range a.faults {
		if f.take(r) {
			return f
		}
	}
	return nil
}

func (f *activeFault) take(r *http.Request) bool {
	usedUp := f.Times != -1 && f.Hits == max(f.Times, 1)
	if usedUp || !f.matches(r) {
		return false
	}
	if f.skipped < f.Skip {
		f.skipped++
		return false
	}
	f.Hits++
	return true
}

func (f Fault) matches(r *http.Request) bool {
	if f.Method != "" && f.Method != r.Method {
		return false
	}
	matched, _ := path.Match(f.Path, r.URL.Path) // check has seen the pattern
	return f.Path == "" || matched
}

// check returns the first contradiction in f, or nil.
func (f Fault) check() error {
	kinds := 0
	for _, kind := range []bool{f.Status != 0, f.Break != "", f.List != "", f.Answer != ""} {
		if kind {
			kinds++
		}
	}
	inShape := f.Code != "" || f.Detail != ""
	needsStatus := inShape || f.Parameters != nil || f.Body != "" || f.Echo || f.RetryAfter != "" || f.Location != ""
	_, badPattern := path.Match(f.Path, "")
	switch {
	case f.Method != strings.ToUpper(f.Method):
		return fmt.Errorf("method %q is not in capitals", f.Method)
	case badPattern != nil:
		return fmt.Errorf("path %q is not a pattern: %w", f.Path, badPattern)
	case f.Path != "" && !strings.HasPrefix(f.Path, "/"):
		return fmt.Errorf("path %q matches nothing: it must begin with a slash", f.Path)
	case f.Skip < 0:
		return fmt.Errorf("skip %d is negative", f.Skip)
	case f.Times < -1:
		return fmt.Errorf("times %d is neither a number of requests nor -1 for all", f.Times)
	case f.Delay < 0:
		return fmt.Errorf("delay %s is negative", f.Delay)
	case kinds == 0 && f.Delay == 0 && f.DateShift == 0:
		return errors.New("nothing goes wrong: set one of status, break, list, answer, delay and dateShift")
	case kinds > 1:
		return errors.New("only one of status, break, list and answer can be set")
	case f.Status == 0 && needsStatus:
		return errors.New("code, detail, parameters, body, echo, retryAfter and location need a status")
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("status %d is not between 200 and 599", f.Status)
	case f.Body != "" && inShape:
		return errors.New("body stands in place of code and detail: set either")
	case f.Echo && (inShape || f.Body != ""):
		return errors.New("echo stands in place of code, detail and body: set either")
	case f.Parameters != nil && !inShape:
		return errors.New("parameters need a code or a detail")
	case f.Break != "" && !slices.Contains(breakValues, f.Break):
		return fmt.Errorf("break %q is not %s", f.Break, anyOf(breakValues))
	case f.List != "" && !slices.Contains(listValues, f.List):
		return fmt.Errorf("list %q is not %s", f.List, anyOf(listValues))
	case f.Answer != "" && !slices.Contains(answerValues, f.Answer):
		return fmt.Errorf("answer %q is not %s", f.Answer, anyOf(answerValues))
	case !f.After && (f.Break == Cut || f.List != "" || f.Answer != ""):
		return errors.New("break cut, list and answer need after, because it is Atlas' own answer that they spoil")
	case f.DateShift != 0 && f.Break != "" && f.Break != Cut:
		return fmt.Errorf("dateShift cannot stand beside break %s, which leaves no answer with a Date", f.Break)
	}
	return nil
}

// anyOf returns words as in "one, two or three".
func anyOf(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
