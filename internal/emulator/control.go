package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
)

// controlPath is the control endpoint, with which the user of the emulator sets faults, and adds
// what the API cannot add. Atlas itself has nothing below it.
const controlPath = "/emulator/"

// newControl returns the control endpoint. It needs no credential, and its calls are not in
// Requests. Errors are sentences in plain text.
func (a *Atlas) newControl() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /emulator/faults", a.postFault)
	mux.HandleFunc("GET /emulator/faults", a.getFaults)
	mux.HandleFunc("DELETE /emulator/faults", a.deleteFaults)
	mux.HandleFunc("PUT /emulator/rate-limit", a.putRateLimit)
	mux.HandleFunc("POST /emulator/seed", a.postSeed)
	mux.HandleFunc("GET /emulator/paces", a.getPaces)
	mux.HandleFunc("PATCH /emulator/paces", a.patchPaces)
	for _, n := range nouns {
		for pattern, handle := range n.control {
			mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { handle(a, w, r) })
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := checkLocal(r); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// checkHost refuses a request over a loopback connection whose Host is neither localhost nor a
// loopback address: it may come from a web page whose own host name resolves to this machine. A
// request that does not come over loopback comes from a test in this process, or reaches a server
// that its user has made accessible.
func checkHost(r *http.Request) error {
	if r.RemoteAddr != inMemoryPeer && isLoopbackPeer(r.RemoteAddr) && !isLoopbackHost(r.Host) {
		return foreignHost(r.Host)
	}
	return nil
}

// localOnly begins the sentence of a refusal.
const localOnly = "the emulator is for programs on this machine only: "

func foreignHost(host string) error {
	return fmt.Errorf(localOnly+"Host %q is not localhost or a loopback address", host)
}

// checkLocal refuses every client of the control endpoint that is not a program on this machine. A
// client on another machine is recognized by its address. A web page in a browser on this machine
// is recognized by the Origin that its browser sends with a change or, if the page's own host name
// resolves to this machine, by that name in Host.
func checkLocal(r *http.Request) error {
	switch {
	case !isLoopbackPeer(r.RemoteAddr):
		return errors.New(localOnly + r.RemoteAddr + " is not a loopback address")
	case !isLoopbackHost(r.Host):
		return foreignHost(r.Host)
	case r.Header.Get("Origin") != "":
		return errors.New(localOnly + "a request with an Origin comes from a web page")
	}
	return nil
}

// inMemoryPeer is the remote address of a connection of net.Pipe: both ends are in this process.
const inMemoryPeer = "pipe"

// isLoopbackPeer takes a remote address as net/http has it.
func isLoopbackPeer(remoteAddr string) bool {
	peer, err := netip.ParseAddrPort(remoteAddr)
	return remoteAddr == inMemoryPeer || err == nil && peer.Addr().IsLoopback()
}

func isLoopbackHost(host string) bool {
	name := (&url.URL{Host: host}).Hostname()
	address, err := netip.ParseAddr(name)
	return name == "localhost" || err == nil && address.IsLoopback()
}

// postFault sets the fault that the body describes: see ParseFault.
func (a *Atlas) postFault(w http.ResponseWriter, r *http.Request) {
	body, f := readBody(r)
	if f != nil {
		http.Error(w, f.Detail, http.StatusBadRequest)
		return
	}
	fault, err := ParseFault(body)
	if err == nil {
		err = a.AddFault(fault)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	writeControl(w, http.StatusCreated, SetFault{Fault: fault}.describe())
}

// getFaults answers with the faults of Faults.
func (a *Atlas) getFaults(w http.ResponseWriter, _ *http.Request) {
	described := []any{}
	for _, fault := range a.Faults() {
		described = append(described, fault.describe())
	}
	writeControl(w, http.StatusOK, map[string]any{"faults": described})
}

func (a *Atlas) deleteFaults(w http.ResponseWriter, _ *http.Request) {
	a.ClearFaults()
	w.WriteHeader(http.StatusNoContent)
}

// putRateLimit sets the limit that the body describes: see Options.RateLimit.
func (a *Atlas) putRateLimit(w http.ResponseWriter, r *http.Request) {
	var in struct {
		RequestsPerMinute *int `json:"requestsPerMinute"`
	}
	err := decodeControl(w, r, &in)
	switch {
	case err != nil:
		err = fmt.Errorf("the rate limit cannot be read: %w", err)
	case in.RequestsPerMinute == nil || *in.RequestsPerMinute < NoRateLimit:
		err = errors.New("requestsPerMinute must be a number: 0 is Atlas' own limit, -1 is no limit")
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	a.SetRateLimit(*in.RequestsPerMinute)
	w.WriteHeader(http.StatusNoContent)
}

// decodeControl decodes the body of a control call, which must have no other fields.
func decodeControl(w http.ResponseWriter, r *http.Request, in any) error {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	decoder.DisallowUnknownFields()
	return decoder.Decode(in)
}

func (a *Atlas) hasProject(id string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.projects[id] != nil
}

// writeControlError answers 500 if the state file could not be written, otherwise 400.
func writeControlError(w http.ResponseWriter, err error) {
	status := http.StatusBadRequest
	if errors.Is(err, errNotSaved) {
		status = http.StatusInternalServerError
	}
	http.Error(w, err.Error(), status)
}

func writeControl(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // fails only when the client has gone away
}
