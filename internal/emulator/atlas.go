// Package emulator is MongoDB Atlas on loopback, for everything around export buckets: the
// nouns of its API, each in a file of its own, with state, validation, versions, roles and
// both authentications, and on request with faults: see Fault. It is written from the Atlas
// Admin API documentation and from answers recorded on 2026-08-10. It shares no code with
// the provider's own client, because a mistake in shared code would show in no test.
//
// Where neither the documentation nor a recorded answer says how Atlas behaves, the comment
// at that place says "unverified".
package emulator

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// Options of an emulated Atlas. The zero value is a fast one without a state file.
type Options struct {
	// RegionDelay is how long after its POST an AWS export bucket has no region. With 0 the
	// first GET has the region. The answer to POST never has it: recorded on 2026-08-10.
	RegionDelay time.Duration

	// RateLimit is how many requests a minute each family of endpoints accepts for a project.
	// 0 is Atlas' own limit. NoRateLimit accepts any number, and shows Atlas' own limit. Token
	// calls have a limit of their own.
	RateLimit int

	// RecordAllRequests makes Requests return all requests. Without it, the record is bounded.
	RecordAllRequests bool

	// StateFile has the projects and what they contain. It is read at the start, and written
	// atomically after each change. It has no credential. "" is no file.
	StateFile string

	// ExportsDir is a directory below which export jobs write sample files, in the paths that
	// real ones have in a bucket, after the bucket's name. It is made if it does not exist. "" is
	// none.
	ExportsDir string

	// Paces are those of SetPaces; nil is DefaultPaces.
	Paces *Paces
}

// Atlas is an http.Handler that answers as Atlas does. It is safe for concurrent use. It
// starts goroutines only for requests that a fault hits.
type Atlas struct {
	regionDelay       time.Duration
	recordAllRequests bool
	exportsDir        string
	ids               objectIDs
	control           http.Handler

	mu           sync.Mutex // guards what follows; never held while a request is read or an answer is written
	stateFile    stateFile
	projects     map[string]*project
	exporters    map[string][]string // by project id: clusters that export to each new bucket
	err          error
	accounts     map[string]ServiceAccount
	keys         map[string]APIKey
	staticTokens map[string]principal
	tokens       map[string]accessToken
	tokensIssued int
	tokenCalls   map[tokenCaller]minute
	nonces       map[string]*nonce
	rateLimit    int
	minutes      map[rateLimitKey]minute
	nextExpiry   time.Time
	requests     []*Request
	faults       []*activeFault
	paces        Paces
	advancedTo   time.Time
	alarm        *time.Timer // nil without an exports directory
	filesWritten int
}

// New returns an Atlas with the content of opts.StateFile, or an empty one. It fails if the
// file exists and is not a state of the emulator, or if it cannot be written.
func New(opts Options) (*Atlas, error) {
	a := &Atlas{
		regionDelay: opts.RegionDelay,
		stateFile:   stateFile{name: opts.StateFile},
		exportsDir:  opts.ExportsDir,
		paces:       DefaultPaces(),

		recordAllRequests: opts.RecordAllRequests,

		ids:          newObjectIDs(),
		projects:     map[string]*project{},
		exporters:    map[string][]string{},
		accounts:     map[string]ServiceAccount{},
		keys:         map[string]APIKey{},
		staticTokens: map[string]principal{},
		tokens:       map[string]accessToken{},
		tokenCalls:   map[tokenCaller]minute{},
		rateLimit:    opts.RateLimit,
		minutes:      map[rateLimitKey]minute{},
		nonces:       map[string]*nonce{},
	}
	a.control = a.newControl()
	if opts.Paces != nil {
		if err := a.SetPaces(*opts.Paces); err != nil {
			return nil, err
		}
	}
	if err := a.makeExportsDir(); err != nil {
		return nil, err
	}
	if err := a.load(); err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.arm()
	return a, a.save()
}

// ServeHTTP answers one request, and records it unless it is for the control endpoint or has a
// foreign Host.
func (a *Atlas) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := checkHost(r); err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	if strings.HasPrefix(r.URL.Path, controlPath) {
		a.control.ServeHTTP(w, r)
		return
	}
	recorder := a.record(w, r)
	caller, f := a.identify(recorder.Header(), r)
	if f != nil {
		writeFailure(recorder, r, f)
		return
	}
	if fault := a.takeFault(r); fault != nil {
		a.serveFault(recorder, r, caller, fault)
		return
	}
	a.serve(recorder, r, caller)
}

// identify returns whom the request comes from, or Atlas' refusal of its path or credential.
// It returns nobody for an OAuth call, which checks its credential itself.
func (a *Atlas) identify(header http.Header, r *http.Request) (principal, *failure) {
	switch {
	case r.URL.Path == tokenPath || r.URL.Path == revokePath:
		return principal{}, nil
	case !strings.HasPrefix(r.URL.Path, apiPath):
		return principal{}, resourceNotFound(r.URL.Path)
	}
	return a.authenticate(header, r)
}

// serve answers a request as Atlas usually does.
func (a *Atlas) serve(w http.ResponseWriter, r *http.Request, caller principal) {
	switch r.URL.Path {
	case tokenPath:
		a.serveToken(w, r)
	case revokePath:
		a.serveRevoke(w, r)
	default:
		version, body, f := a.call(w.Header(), r, caller)
		if f != nil {
			writeFailure(w, r, f)
			return
		}
		writeAnswer(w, r, version, body)
	}
}

// call carries out one call of the API. After the credential Atlas checks, in this order:
// address, path, media type, project, role, rate limit, body. The answer is body in that
// version, or 204 if body is nil.
func (a *Atlas) call(header http.Header, r *http.Request, caller principal) (version string, body any, f *failure) {
	if f := caller.checkAddress(r.RemoteAddr); f != nil {
		return "", nil, f
	}
	found, pathValues, f := findRoute(header, r.Method, strings.TrimPrefix(r.URL.Path, apiPath))
	if f != nil {
		return "", nil, f
	}
	chosen, f := negotiate(found.versions, r.Header.Get("Accept"), r.URL.Path)
	if f != nil {
		return "", nil, f
	}
	chosen.setDeprecation(header)
	c := &call{route: found, pathValues: pathValues, version: chosen.date, url: absoluteURL(r)}
	if found.hasBody() {
		if f := checkContentType(r.Header.Get("Content-Type")); f != nil {
			return "", nil, f
		}
		if c.body, f = readBody(r); f != nil {
			return "", nil, f
		}
	}

	a.mu.Lock()
	defer a.mu.Unlock()
	if c.project, f = a.authorize(caller, pathValues["groupId"], found.roles); f != nil {
		return "", nil, f
	}
	if f := a.limitRate(header, found.family, c.project.id, r.URL.Path); f != nil {
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
	return chosen.date, body, nil
}
