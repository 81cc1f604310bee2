package exportbucket_test

import (
	"sync/atomic"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest/faulttest"
)

// tally also counts what became of lost answers while another process created the same
// bucket: errors that named several buckets, and buckets that were taken for this process'.
type tally struct {
	faulttest.Tally
	undecided, shared atomic.Int64
}

// TestRandomFaultsLoseNothing runs sequences of applies, each in a new process or in that of
// the one before, on buckets with and without twins, while random faults hit random requests.
func TestRandomFaultsLoseNothing(t *testing.T) {
	var total tally
	faulttest.RunSequences(t, func(s *faulttest.Sequence) { newFaultSequence(s, &total).run() })
	total.Report(t)
	t.Logf("another process created the same bucket while an answer was lost: %d errors that named several, %d buckets taken for this process' own",
		total.undecided.Load(), total.shared.Load())
}
