package exportbucket_test

import (
	"net/http"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest/faulttest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// transient are faults after which every operation succeeds, wherever they hit and however
// often.
var transient = exportBuckets.FaultsOf("limit", "limit55", "down", "lost", "hold", "held", "slow", "object", "other", "count", "truncated")

// targets are what faults hit: a method and a path, "" for any.
var targets = [][2]string{
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
	{http.MethodGet, schedulesPath},
	{http.MethodPatch, schedulesPath},
}

// setFaults sets some faults after which every operation must succeed. late tells that one
// of them makes Atlas act long after the client has given up.
func (s *faultSequence) setFaults() (late bool) {
	// At most one of those after which only a single retry succeeds.
	s.misdated = false
	switch s.Rand.IntN(8) {
	case 0:
		s.AddFault(s.atlas, faulttest.FaultOn(s.T, faulttest.Pick(s.Rand, "list-next-elsewhere", "list-repeats"), http.MethodGet, bucketsPath))
	case 1:
		s.AddFault(s.atlas, faulttest.FaultOn(s.T, faulttest.Pick(s.Rand, "404-html", "resource-not-found"), "", bucketPath))
	case 2:
		s.misdated = true
		name, method := faulttest.Pick(s.Rand, "date-ahead", "date-behind"), faulttest.Pick(s.Rand, "", http.MethodGet, http.MethodPost)
		s.AddFault(s.atlas, s.FewRequests(faulttest.FaultOn(s.T, name, method, "")))
	case 3:
		time.Sleep(time.Hour)
		all(s.T, s.p, nil) // a new token is cached
		f := faulttest.FaultOn(s.T, faulttest.Pick(s.Rand, "401", "401-html"), "", "/api/atlas/v2/groups/*/backup/*")
		f.Skip = s.Rand.IntN(4)
		s.AddFault(s.atlas, f)
	}
	for range s.Rand.IntN(5) {
		f := s.randomFault()
		late = late || f.Delay > 0 && !f.After
		s.AddFault(s.atlas, f)
	}
	return late
}

// randomFault returns a fault of some requests after which every operation must succeed.
func (s *faultSequence) randomFault() emulator.Fault {
	at := faulttest.Pick(s.Rand, targets...)
	name := faulttest.Pick(s.Rand, transient...)
	switch { // those that are transient only here
	case at == [2]string{http.MethodPost, bucketsPath} && s.Rand.IntN(3) == 0:
		name = faulttest.Pick(s.Rand, append(exportBuckets.FaultsOf("role", "wall", "wall-after", "long"), "404-html", "old-networking")...)
	case at == [2]string{http.MethodPatch, bucketPath} && s.Rand.IntN(3) == 0:
		name = "old-networking"
	case at == [2]string{http.MethodDelete, bucketPath} && s.Rand.IntN(3) == 0:
		name = "in-use"
	}
	return s.LateOrAfter(s.FewRequests(faulttest.FaultOn(s.T, name, at[0], at[1])))
}
