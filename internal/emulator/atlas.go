// Package emulator is MongoDB Atlas on loopback, as far as export buckets go:
// the export bucket endpoints, the clusters of a project and their backup
// schedules, with state, validation, versions, roles and both
// authentications, and on demand with faults: see Fault. It is a reading of
// the Atlas Admin API documentation and of answers recorded on 2026-08-10, made
// apart from the provider's own client: it shares no code with it, or a mistake
// would agree with itself.
//
// Where neither the documentation nor a recorded answer settles a behaviour,
// the comment at that place says "unverified".
package emulator

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// Options of an emulated Atlas. The zero value is a fast one that keeps
// nothing.
type Options struct {
	// RegionDelay is how long after its POST an AWS export bucket still shows
	// no region. With 0 the region is there in the first GET. The answer to
	// POST never has it: recorded on 2026-08-10.
	RegionDelay time.Duration

	// StateFile is where projects, export buckets, clusters and backup
	// schedules are read from at the start, and written to, atomically, after
	// each change. It holds no credential. "" keeps nothing.
	StateFile string
}

// Atlas is an http.Handler that answers as Atlas does. It is safe for
// concurrent use and starts no goroutine, but for a request that a fault delays or
// answers with 101.
type Atlas struct {
	regionDelay time.Duration
	stateFile   string
	ids         objectIDs
	control     http.Handler

	mu           sync.Mutex // guards what follows; never held while a client is read from or written to
	projects     map[string]*project
	accounts     map[string]ServiceAccount
	keys         map[string]APIKey
	staticTokens map[string]principal
	tokens       map[string]accessToken
	tokensIssued int
	tokenCalls   map[tokenCaller]tokenWindow
	nonces       map[string]*nonce
	requests     []Request
	faults       []*activeFault
}

// New returns an Atlas with what opts.StateFile holds, or an empty one. It
// fails when the file is there but is not a state that an Atlas wrote, and
// when it cannot be written.
func New(opts Options) (*Atlas, error) {
	a := &Atlas{
		regionDelay:  opts.RegionDelay,
		stateFile:    opts.StateFile,
		ids:          newObjectIDs(),
		projects:     map[string]*project{},
		accounts:     map[string]ServiceAccount{},
		keys:         map[string]APIKey{},
		staticTokens: map[string]principal{},
		tokens:       map[string]accessToken{},
		tokenCalls:   map[tokenCaller]tokenWindow{},
		nonces:       map[string]*nonce{},
	}
	a.control = a.newControl()
	if err := a.load(); err != nil {
		return nil, err
	}
	return a, a.save()
}

// ServeHTTP answers one request, and records it unless it is for the control
// endpoint.
func (a *Atlas) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, controlPath) {
		a.control.ServeHTTP(w, r)
		return
	}
	recorder := a.record(w, r)
	act, f := a.admit(recorder.Header(), r)
	if f != nil {
		writeFailure(recorder, r, f)
		return
	}
	if fault := a.takeFault(r); fault != nil {
		a.serveFault(recorder, r, fault, act)
		return
	}
	act(recorder, r)
}

// admit returns what answers the request, or Atlas' refusal of its path or
// credential. The OAuth calls look at their credential themselves.
func (a *Atlas) admit(header http.Header, r *http.Request) (http.HandlerFunc, *failure) {
	switch r.URL.Path {
	case tokenPath:
		return a.serveToken, nil
	case revokePath:
		return a.serveRevoke, nil
	}
	path, ok := strings.CutPrefix(r.URL.Path, apiPath)
	if !ok {
		return nil, resourceNotFound(r.URL.Path)
	}
	caller, f := a.authenticate(header, r)
	if f != nil {
		return nil, f
	}
	return func(w http.ResponseWriter, r *http.Request) {
		version, body, f := a.answer(w.Header(), r, caller, path)
		if f != nil {
			writeFailure(w, r, f)
			return
		}
		writeAnswer(w, r, version, body)
	}, nil
}

// answer runs one call of the API, at a path below apiPath, in the order in
// which Atlas refuses after the credential: address, path, media type, project,
// role, body. A nil body without a failure is an answer of 204.
func (a *Atlas) answer(header http.Header, r *http.Request, caller principal, path string) (version string, body any, f *failure) {
	setRateLimit(header)
	if f := caller.checkAddress(r.RemoteAddr); f != nil {
		return "", nil, f
	}
	found, pathValues, f := findRoute(r.Method, path)
	if f != nil {
		if f.Status == http.StatusMethodNotAllowed {
			header.Set("Allow", allowedMethods(path))
		}
		return "", nil, f
	}
	version, f = negotiate(found.versions, r.Header.Get("Accept"), http.StatusNotAcceptable)
	if f != nil {
		return "", nil, f
	}
	c := &call{pathValues: pathValues, version: version, url: absoluteURL(r)}
	if found.hasBody() {
		if _, f := negotiate(found.versions, r.Header.Get("Content-Type"), http.StatusUnsupportedMediaType); f != nil {
			return "", nil, f
		}
		if c.body, f = readBody(r); f != nil {
			return "", nil, f
		}
	}

	a.mu.Lock()
	defer a.mu.Unlock()
	if c.project, f = a.authorize(caller, pathValues["groupId"], found.writes()); f != nil {
		return "", nil, f
	}
	if body, f = found.handle(a, c); f != nil {
		return "", nil, f
	}
	if found.writes() {
		if err := a.save(); err != nil {
			return "", nil, unexpectedError(err)
		}
	}
	return version, body, nil
}

// setRateLimit sets the headers recorded on 2026-08-10. The emulator does not
// limit the API calls, so each one is as the first of its minute.
func setRateLimit(header http.Header) {
	header.Set("Ratelimit-Limit", "1200")
	header.Set("Ratelimit-Remaining", "1199")
}
