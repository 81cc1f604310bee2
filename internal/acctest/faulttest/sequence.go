package faulttest

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

var (
	faultSeed = flag.Uint64("faults.seed", 0, "run the random faults of this seed alone")
	soakTime  = flag.Duration("soak", 0, "run random faults of new seeds for this long")
)

// seeds is how many sequences are run without flags.
const seeds = 200

// Sequence is one run of a test with random faults: its random numbers, and a log that is
// printed if the test fails.
type Sequence struct {
	T    *testing.T
	Rand *rand.Rand // used by the goroutine of the test alone

	mu  sync.Mutex // guards log
	log []string
}

// RunSequences runs a test for each of 200 seeds, or for as many as -soak has time for, each in
// a bubble of its own. A failure names its seed. -faults.seed repeats that run, except for the
// order in which its goroutines run.
func RunSequences(t *testing.T, test func(s *Sequence)) {
	run := func(t *testing.T, seed uint64) {
		name, _, _ := strings.Cut(t.Name(), "/")
		synctest.Test(t, func(t *testing.T) {
			s := &Sequence{T: t, Rand: rand.New(rand.NewPCG(seed, 0))}
			t.Cleanup(func() {
				if t.Failed() {
					t.Logf("repeat it with: -run '^%s$' -faults.seed %d\n%s", name, seed, strings.Join(s.log, "\n"))
				}
			})
			test(s)
		})
	}
	if *faultSeed != 0 {
		run(t, *faultSeed)
		return
	}
	var next atomic.Uint64
	more := func() bool { return next.Load() < seeds }
	if *soakTime > 0 {
		next.Store(rand.Uint64() >> 16)
		end := time.Now().Add(*soakTime)
		more = func() bool { return time.Now().Before(end) }
	}
	t.Run("seeds", func(t *testing.T) {
		for worker := range runtime.GOMAXPROCS(0) {
			t.Run(fmt.Sprint(worker), func(t *testing.T) {
				t.Parallel()
				for more() && !t.Failed() {
					run(t, next.Add(1))
				}
			})
		}
	})
}

// Logf adds a line to the log, with the bubble's time.
func (s *Sequence) Logf(format string, arguments ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, time.Now().Format("15:04:05 ")+fmt.Sprintf(format, arguments...))
}

// Pick returns one of several values.
func Pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// AddFault sets a fault, and logs it.
func (s *Sequence) AddFault(atlas *acctest.Atlas, fault emulator.Fault) {
	s.Logf("fault %+v", fault)
	if err := atlas.AddFault(fault); err != nil {
		s.T.Fatal(err)
	}
}

// FewRequests makes a fault hit one to four requests, after up to three that succeed.
func (s *Sequence) FewRequests(fault emulator.Fault) emulator.Fault {
	fault.Skip, fault.Times = s.Rand.IntN(4), 1+s.Rand.IntN(4)
	return fault
}

// LateOrAfter changes some of the faults after which a client cannot know whether Atlas has
// acted: they hit after Atlas has acted, or up to 90 seconds late.
func (s *Sequence) LateOrAfter(fault emulator.Fault) emulator.Fault {
	if fault.Status >= 500 || fault.Break == emulator.Reset || fault.Break == emulator.Hold {
		fault.After = fault.After || s.Rand.IntN(3) == 0
	}
	if (fault.Status >= 500 || fault.Break != "") && s.Rand.IntN(6) == 0 {
		fault.Delay = time.Duration(s.Rand.IntN(90)) * time.Second
	}
	return fault
}

// Tally counts what the sequences of a test have done and found.
type Tally struct {
	Applies, Faults atomic.Int64 // Faults are requests that were hit

	// Objects that only the state has, that only Atlas has, and that a run has removed from the
	// state although Atlas has them.
	Lost, Doubled, Dropped atomic.Int64
}

// Report logs the counts, and fails the test if nothing was tested.
func (c *Tally) Report(t *testing.T) {
	t.Helper()
	t.Logf("%d applies, %d faults: %d lost, %d doubled, %d dropped", c.Applies.Load(), c.Faults.Load(), c.Lost.Load(), c.Doubled.Load(), c.Dropped.Load())
	if c.Applies.Load() == 0 || c.Faults.Load() == 0 {
		t.Error("nothing was applied, or no fault hit anything")
	}
}
