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

// Fault says what goes wrong, and with which requests. It hits only requests whose
// credential Atlas accepts, and OAuth calls that have one: the first request of HTTP Digest,
// or a request whose token has expired, is answered as usual and does not count.
type Fault struct {
	Method string `json:"method,omitempty"` // in capitals; "" is any
	// Path is a pattern of path.Match for the path without the query: * matches anything
	// but a slash. It may also be /api/oauth/token. "" is any.
	Path string `json:"path,omitempty"`

	// Of the requests that match, and that no fault set earlier hits, the first Skip are
	// answered as usual, and the next Times are hit: 0 is one, -1 is all.
	Skip  int `json:"skip,omitempty"`
	Times int `json:"times,omitempty"`

	// After says that Atlas acts first, and that its answer is then lost, replaced or
	// changed. Without it Atlas does not act, unless the fault has only Delay and DateShift.
	After bool `json:"after,omitempty"`

	// Delay is a wait before the rest; with After, Atlas acts before it. It ends when the
	// client leaves. A Delay alone does not change the answer: without After, Atlas acts when
	// it is over, also if the client has left.
	Delay time.Duration `json:"-"`

	// DateShift is added to the present time in the answer's header Date, which has whole
	// seconds. It may be negative. Alone it changes nothing else of the answer, and Atlas acts.
	DateShift time.Duration `json:"-"`

	// At most one of Status, Break, List and Answer can be set.

	// Status is that of the answer, from 200 on. With a Code or a Detail the answer has the
	// shape of Atlas' errors, with Echo it is a page, otherwise it is Body, which may be
	// empty. A 401 without a Code, or with UNEXPECTED_ERROR, is the answer to a token or a
	// nonce that Atlas no longer knows, with its challenge. A 407 has a proxy's challenge.
	Status int    `json:"status,omitempty"`
	Code   string `json:"code,omitempty"`

	// Detail, and each text in Parameters, may have placeholders: {path} is the path of the
	// request without its first slash; {iamRoleId|roleId|none} is the first of the attributes
	// iamRoleId and roleId that the body of the request has, or the text none.
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
	// Reset breaks the connection (TCP RST), without an answer. If the connection was used
	// before, many clients then repeat the request without being asked: Go's repeats a GET.
	Reset = "reset"
	// Cut needs After. It sends the header of Atlas' answer, with the length of the whole
	// body, and half of the body. Of an answer without a body it sends nothing.
	Cut = "cut"
	// Hold sends nothing until the client leaves, and then Atlas does not act, or until
	// ClearFaults, and then the request is answered as usual.
	Hold = "hold"
	// Switch answers 101, and then sends nothing. The connection stays open until the client
	// leaves, or until ClearFaults. Atlas acts with After only.
	Switch = "switch"
)

var breakValues = []string{Reset, Cut, Hold, Switch}

// The values of Fault.List. All need After. An answer that is not a list does not change.
const (
	// NextElsewhere adds a next link to another host, also on the last page.
	NextElsewhere = "next-elsewhere"
	// Repeats answers with the first page and a next link, whatever page is asked for.
	Repeats = "repeats"
	// Endless answers with 50 new items and a next link, whatever page is asked for. The
	// items are copies of the first item of the list, if it has one, with ids and names that
	// are used only once.
	Endless = "endless"
	// Truncated keeps the first half of a page, rounded down, and no next link.
	Truncated = "truncated"
	// CountsTooFew sets totalCount to 0.
	CountsTooFew = "counts-too-few"
	// CountsTooMany sets totalCount to 1000000.
	CountsTooMany = "counts-too-many"
)

var listValues = []string{NextElsewhere, Repeats, Endless, Truncated, CountsTooFew, CountsTooMany}

// The values of Fault.Answer; nouns have more. All need After. They change the object of a
// successful answer. Errors, lists and answers without a body do not change, unless the
// value mentions them.
const (
	// OtherID replaces the object's id by another valid id, and its name by another name.
	OtherID = "other-id"
	// IDOnly keeps nothing but the id of an object that has one.
	IDOnly = "id-only"
	// TooLong adds the attribute padding, which is 5 MiB long, also to the page of a list.
	TooLong = "too-long"
	// ByteOrderMark puts a byte order mark of UTF-8 before any body, also that of a list or
	// an error.
	ByteOrderMark = "byte-order-mark"
)

// answerValues returns the values of Fault.Answer: each has a preset.
func answerValues() []string {
	var values []string
	for _, preset := range Presets() {
		if value := preset.Fault.Answer; value != "" {
			values = append(values, value)
		}
	}
	return values
}

// SetFault is a fault that is set.
type SetFault struct {
	Fault
	Hits int `json:"hits"` // number of requests that it has hit
}

// activeFault is a SetFault and its progress.
type activeFault struct {
	SetFault
	skipped int
	cleared chan struct{} // closed by ClearFaults
}

// maxFaults is how many faults can be set at the same time.
const maxFaults = 1000

// AddFault sets a fault, after those that are set already. It fails if the fault contradicts
// itself, and if there are too many. The state file has no faults.
func (a *Atlas) AddFault(f Fault) error {
	if err := f.check(); err != nil {
		return err
	}
	f.Parameters = slices.Clone(f.Parameters)
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.faults) == maxFaults {
		return fmt.Errorf("%d faults are set, and no more are possible: clear them first", maxFaults)
	}
	a.faults = append(a.faults, &activeFault{SetFault: SetFault{Fault: f}, cleared: make(chan struct{})})
	return nil
}

// Faults returns the faults that are set, also those that are used up, in the order in which
// a request is matched with them.
func (a *Atlas) Faults() []SetFault {
	a.mu.Lock()
	defer a.mu.Unlock()
	set := make([]SetFault, 0, len(a.faults))
	for _, f := range a.faults {
		set = append(set, f.SetFault)
	}
	return set
}

// ClearFaults removes all faults, answers the requests that one of them holds, and closes the
// connections that one of them has switched.
func (a *Atlas) ClearFaults() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, f := range a.faults {
		close(f.cleared)
	}
	a.faults = nil
}

// takeFault returns the fault that hits the request, or nil. identify has accepted the
// request.
func (a *Atlas) takeFault(r *http.Request) *activeFault {
	if r.Header.Get("Authorization") == "" { // an OAuth call without a credential
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
	matched, _ := path.Match(f.Path, r.URL.Path) // check has accepted the pattern
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
		return errors.New("body replaces code and detail: set either")
	case f.Echo && (inShape || f.Body != ""):
		return errors.New("echo replaces code, detail and body: set either")
	case f.Parameters != nil && !inShape:
		return errors.New("parameters need a code or a detail")
	case f.Break != "" && !slices.Contains(breakValues, f.Break):
		return fmt.Errorf("break %q is not %s", f.Break, anyOf(breakValues))
	case f.List != "" && !slices.Contains(listValues, f.List):
		return fmt.Errorf("list %q is not %s", f.List, anyOf(listValues))
	case f.Answer != "" && !slices.Contains(answerValues(), f.Answer):
		return fmt.Errorf("answer %q is not %s", f.Answer, anyOf(answerValues()))
	case !f.After && (f.Break == Cut || f.List != "" || f.Answer != ""):
		return errors.New("break cut, list and answer need after, because they change Atlas' own answer")
	case f.DateShift != 0 && f.Break != "" && f.Break != Cut:
		return fmt.Errorf("dateShift cannot be set with break %s, which sends no answer with a Date", f.Break)
	}
	return nil
}

// anyOf returns words as in "one, two or three".
func anyOf(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
