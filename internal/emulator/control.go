package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// controlPath is where whoever runs the emulator says what else goes on in
// Atlas. Nothing of Atlas' own is below it.
const controlPath = "/emulator/"

// newControl returns the control endpoint. It takes no credential and is not
// among Requests. Errors are sentences in plain text.
func (a *Atlas) newControl() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /emulator/faults", a.postFault)
	mux.HandleFunc("GET /emulator/faults", a.getFaults)
	mux.HandleFunc("DELETE /emulator/faults", a.deleteFaults)
	mux.HandleFunc("POST /emulator/clusters", a.postCluster)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := checkLocal(r); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// checkLocal refuses whoever is not a program of this machine. A peer elsewhere
// is told by its address. A web page in a browser of this machine is told by the
// Origin that its browser sends with a change or, if the page's own host name was
// made to point here, by that name in Host.
func checkLocal(r *http.Request) error {
	const only = "the control endpoint is for programs on this machine only: "
	switch {
	case !isLoopbackPeer(r.RemoteAddr):
		return errors.New(only + r.RemoteAddr + " is not a loopback address")
	case !isLoopbackHost(r.Host):
		return fmt.Errorf(only+"Host %q is not localhost or a loopback address", r.Host)
	case r.Header.Get("Origin") != "":
		return errors.New(only + "a request with an Origin comes from a web page")
	}
	return nil
}

// isLoopbackPeer takes a remote address as net/http gives it. That of net.Pipe is
// "pipe": both ends are in this process.
func isLoopbackPeer(remoteAddr string) bool {
	peer, err := netip.ParseAddrPort(remoteAddr)
	return remoteAddr == "pipe" || err == nil && peer.Addr().IsLoopback()
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

// getFaults shows what Faults returns.
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

// postCluster makes the cluster that the body describes, if it is not there, and
// makes it export to a bucket or, without exportBucketId, to none.
func (a *Atlas) postCluster(w http.ResponseWriter, r *http.Request) {
	var in struct {
		ProjectID      string `json:"projectId"`
		Name           string `json:"name"`
		ExportBucketID string `json:"exportBucketId"`
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&in)
	switch {
	case err != nil:
		err = fmt.Errorf("the cluster cannot be read: %w", err)
	case in.Name == "" || strings.Contains(in.Name, "/"):
		err = fmt.Errorf("name %q is not that of a cluster", in.Name)
	case in.ExportBucketID != "" && !hex24.MatchString(in.ExportBucketID):
		err = fmt.Errorf("exportBucketId %q is not an id of 24 digits or letters a to f", in.ExportBucketID)
	case !a.hasProject(in.ProjectID):
		err = fmt.Errorf("projectId %q is not that of a project", in.ProjectID)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	a.SetAutoExport(in.ProjectID, in.Name, in.ExportBucketID)
	w.WriteHeader(http.StatusNoContent)
}

func (a *Atlas) hasProject(id string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.projects[id] != nil
}

func writeControl(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // fails only when the client has gone away
}
