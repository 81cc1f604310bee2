package exportbucket_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

var (
	faultSeed = flag.Uint64("faults.seed", 0, "run the random faults of this seed alone")
	soakTime  = flag.Duration("soak", 0, "go on with random faults of new seeds for so long")
)

// seeds is how many random sequences are run when nothing else is asked for.
const seeds = 200

// tally counts what the sequences have done, and what they have found.
type tally struct {
	applies, faults, undecided, shared, lost, doubled, dropped atomic.Int64
}

// TestRandomFaultsLoseNothing runs sequences of applies, each in a process of its own or in
// that of the one before, on buckets with and without twins, while random faults hit random
// requests. A failure names its seed; -faults.seed runs it again, as far as the order in
// which goroutines run lets it.
func TestRandomFaultsLoseNothing(t *testing.T) {
	var total tally
	sequence := func(t *testing.T, seed uint64) {
		synctest.Test(t, func(t *testing.T) { newFaultSequence(t, seed, &total).run() })
	}
	if *faultSeed != 0 {
		sequence(t, *faultSeed)
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
					sequence(t, next.Add(1))
				}
			})
		}
	})
	t.Logf("%d applies, %d faults: %d lost, %d doubled, %d dropped", total.applies.Load(), total.faults.Load(), total.lost.Load(), total.doubled.Load(), total.dropped.Load())
	t.Logf("another process made the same bucket while an answer was lost: %d errors that named both, %d buckets taken for this process' own",
		total.undecided.Load(), total.shared.Load())
	if total.applies.Load() == 0 || total.faults.Load() == 0 {
		t.Error("nothing was applied, or nothing went wrong")
	}
}
