package exportbucket_test

import (
	"net/http"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// Families whose faults pass, wherever they hit and however often.
var passing = faultsOf("limit", "limit55", "down", "lost", "hold", "held", "slow", "object", "other", "count", "truncated")

// places are where faults hit: a method and a path, "" for any.
var places = [][2]string{
	{"", ""},
	{http.MethodGet, ""},
	{"", tokenPath},
	{http.MethodPost, bucketsPath},
	{http.MethodPost, bucketsPath},
	{http.MethodGet, bucketsPath},
	{"", bucketPath},
	{http.MethodGet, bucketPath},
	{http.MethodPatch, bucketPath},
	{http.MethodDelete, bucketPath},
	{http.MethodGet, clustersPath},
	{http.MethodGet, clustersPath + "/*/backup/schedule"},
	{http.MethodPatch, clustersPath + "/*/backup/schedule"},
}

// setFaults sets some faults that pass. late tells that one of them makes Atlas act long
// after the client has given up.
func (s *faultSequence) setFaults() (late bool) {
	// At most one of those that pass if they hit a request once.
	s.misdated = false
	switch s.rng.IntN(8) {
	case 0:
		s.set(s.preset(pick(s, "list-next-elsewhere", "list-repeats"), http.MethodGet, bucketsPath))
	case 1:
		s.set(s.preset(pick(s, "404-html", "resource-not-found"), "", bucketPath))
	case 2:
		s.misdated = true
		f := s.preset(pick(s, "date-ahead", "date-behind"), pick(s, "", http.MethodGet, http.MethodPost), "")
		f.Skip, f.Times = s.rng.IntN(4), 1+s.rng.IntN(4)
		s.set(f)
	case 3:
		time.Sleep(time.Hour)
		all(s.t, s.p, nil) // the token is cached, and lasts
		f := s.preset(pick(s, "401", "401-html"), "", "/api/atlas/v2/groups/*/backup/*")
		f.Skip = s.rng.IntN(4)
		s.set(f)
	}
	for range s.rng.IntN(5) {
		f := s.randomFault()
		late = late || f.Delay > 0 && !f.After
		s.set(f)
	}
	return late
}

func (s *faultSequence) set(f emulator.Fault) {
	s.tell("fault %+v", f)
	if err := s.atlas.AddFault(f); err != nil {
		s.t.Fatal(err)
	}
}

// preset returns a fault of the matrix, of one request.
func (s *faultSequence) preset(name, method, path string) emulator.Fault {
	for _, preset := range append(emulator.Presets(), moreFaults...) {
		if preset.Name == name {
			preset.Fault.Method, preset.Fault.Path = method, path
			return preset.Fault
		}
	}
	s.t.Fatalf("there is no fault %q", name)
	return emulator.Fault{}
}

// randomFault returns a fault of some requests that passes.
func (s *faultSequence) randomFault() emulator.Fault {
	at := pick(s, places...)
	name := pick(s, passing...)
	switch { // what passes at one place only
	case at == [2]string{http.MethodPost, bucketsPath} && s.rng.IntN(3) == 0:
		name = pick(s, append(faultsOf("role", "wall", "wall-after", "long"), "404-html", "old-networking")...)
	case at == [2]string{http.MethodPatch, bucketPath} && s.rng.IntN(3) == 0:
		name = "old-networking"
	case at == [2]string{http.MethodDelete, bucketPath} && s.rng.IntN(3) == 0:
		name = "in-use"
	}
	f := s.preset(name, at[0], at[1])
	f.Skip, f.Times = s.rng.IntN(4), 1+s.rng.IntN(4)
	if f.Status >= 500 || f.Break == emulator.Reset || f.Break == emulator.Hold {
		f.After = f.After || s.rng.IntN(3) == 0
	}
	if (f.Status >= 500 || f.Break != "") && s.rng.IntN(6) == 0 {
		f.Delay = time.Duration(s.rng.IntN(90)) * time.Second
	}
	return f
}
