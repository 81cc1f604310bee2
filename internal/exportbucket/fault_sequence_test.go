package exportbucket_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// faultSequence is a project, the state of a configuration in it, and what happens to both.
type faultSequence struct {
	t     *testing.T
	rng   *rand.Rand // used by the goroutine of the test alone
	total *tally

	atlas     *acctest.Atlas
	p         *acctest.Provider
	instances []*instance
	misdated  bool   // an answer of this apply may have a wrong Date
	elsewhere string // the target of a cluster that exports to another's bucket; "" for none

	mu     sync.Mutex             // guards what follows, and unsure of the instances
	others map[string]otherBucket // by id: what other processes have made
	story  []string
}

// instance is a resource of the configuration.
type instance struct {
	name    string
	config  acctest.Values
	bucket  acctest.Resource
	cluster string        // that exports to the bucket; "" for none
	stop    time.Duration // after which Ctrl-C ends its next creation; 0 for never
	unsure  bool          // an error has said that it was perhaps created
	named   []string      // what that error took for its bucket; nil if it had seen none
}

type otherBucket struct {
	config acctest.Values
	made   time.Time
}

const (
	// settled is longer than Atlas takes for a request that it carries out late.
	settled = 2 * time.Minute

	// clockSteps is by how much an id may be older than the POST that it is taken for: the
	// second that it leaves out, and two that are allowed for.
	clockSteps = 3 * time.Second

	// clockDoubt is the same for one of which nobody knows whose it is.
	clockDoubt = 9 * time.Second
)

func newFaultSequence(t *testing.T, seed uint64, total *tally) *faultSequence {
	t.Helper()
	s := &faultSequence{t: t, rng: rand.New(rand.NewPCG(seed, 0)), total: total, others: map[string]otherBucket{}}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("again with: -run '^TestRandomFaultsLoseNothing$' -faults.seed %d\n%s", seed, strings.Join(s.story, "\n"))
		}
	})
	s.atlas = acctest.NewAtlas(t, emulator.Options{RegionDelay: pick(s, 0, 3*time.Second, time.Hour)})
	s.startProcess()
	for i := range 2 + s.rng.IntN(3) {
		config := pick(s, awsBucket, awsBucket, azureBucket, gcpBucket).With(acctest.Values{
			"bucket_name":                    pick(s, "snapshots", "archive"),
			"disable_auto_export_on_destroy": true,
			// Longer than all faults of an apply together.
			"timeouts": acctest.Values{"create": "12h", "read": "12h", "update": "12h", "delete": "12h"},
		})
		s.instances = append(s.instances, &instance{name: fmt.Sprint("bucket", i), config: config, bucket: s.p.None(resourceType)})
	}
	for range s.rng.IntN(4) {
		s.elsewhere = s.putOther(pick(s, s.instances...).config)
		s.atlas.SetAutoExport(acctest.ProjectID, "elsewhere", s.elsewhere)
	}
	time.Sleep(settled)
	return s
}

func pick[T any](s *faultSequence, from ...T) T { return from[s.rng.IntN(len(from))] }

func (s *faultSequence) tell(format string, arguments ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.story = append(s.story, time.Now().Format("15:04:05 ")+fmt.Sprintf(format, arguments...))
}

// startProcess is what the next terraform apply does.
func (s *faultSequence) startProcess() {
	s.tell("a new process")
	s.p = acctest.NewProvider(s.t, s.atlas, pick(s, acctest.ServiceAccount, acctest.APIKey))
}

// putOther is another process that makes the same bucket.
func (s *faultSequence) putOther(config acctest.Values) (id string) {
	id = s.atlas.PutExportBucket(acctest.ProjectID, asExportBucket(config)).ID
	s.mu.Lock()
	s.others[id] = otherBucket{config, time.Now()}
	s.mu.Unlock()
	s.tell("another process makes %s: %v %v", id, config["cloud_provider"], config["bucket_name"])
	return id
}

func (s *faultSequence) run() {
	for range 2 + s.rng.IntN(3) {
		s.apply()
		if s.check(); s.t.Failed() {
			return
		}
	}
	s.end()
}

// apply is one terraform apply: each resource in a goroutine of its own.
func (s *faultSequence) apply() {
	if s.rng.IntN(3) > 0 {
		s.startProcess()
	}
	late := s.setFaults()
	var work sync.WaitGroup
	if !late && s.rng.IntN(3) == 0 {
		config, after := pick(s, s.instances...).config, time.Duration(s.rng.IntN(15_000))*time.Millisecond
		work.Go(func() {
			time.Sleep(after)
			s.putOther(config)
		})
	}
	for _, it := range s.instances {
		operation := s.choose(it)
		pause := time.Duration(s.rng.IntN(2)*s.rng.IntN(5000)) * time.Millisecond
		work.Go(func() {
			time.Sleep(pause)
			operation(it)
		})
	}
	work.Wait()
	for _, fault := range s.atlas.Faults() {
		s.total.faults.Add(int64(fault.Hits))
	}
	s.total.applies.Add(1)
	s.atlas.ClearFaults()
	time.Sleep(settled)
	var unsure []*instance
	for _, it := range s.instances {
		if it.unsure {
			unsure = append(unsure, it)
		}
	}
	// Of twins, who knows most of its bucket comes first.
	slices.SortStableFunc(unsure, func(a, b *instance) int { return cmp.Compare(s.choices(a), s.choices(b)) })
	for _, it := range unsure {
		s.importOwn(it)
	}
}

// choices is how many buckets may be that of an instance in doubt, and are nobody else's.
func (s *faultSequence) choices(it *instance) int {
	if it.named == nil {
		return math.MaxInt
	}
	n := 0
	for _, id := range it.named {
		if _, isOther := s.others[id]; !isOther {
			n++
		}
	}
	return n
}

// choose returns what becomes of a resource in an apply.
func (s *faultSequence) choose(it *instance) func(*instance) {
	n := s.rng.IntN(10)
	switch it.stop = 0; {
	case !it.bucket.Exists() && n < 1:
		it.stop = time.Duration(1+s.rng.IntN(100_000)) * time.Millisecond
		return s.create
	case !it.bucket.Exists() && n < 8:
		return s.create
	case !it.bucket.Exists():
		return func(*instance) {}
	case n < 3:
		return s.refresh
	case n < 5 && it.config["cloud_provider"] == "AWS":
		it.config = it.config.With(acctest.Values{"require_private_networking": it.config["require_private_networking"] != true})
		return s.update
	case n < 7:
		it.cluster = "exports-" + it.name
		s.atlas.SetAutoExport(acctest.ProjectID, it.cluster, it.bucket.Get(s.t, "id").(string))
		return s.refresh
	case n < 9:
		return s.destroy
	}
	return func(it *instance) { // a replacement
		s.destroy(it)
		s.create(it)
	}
}

// check holds that Atlas has what is in the state and what others have made, each for
// itself, and nothing else.
func (s *faultSequence) check() {
	var want, held []string
	for _, it := range s.instances {
		if it.bucket.Exists() {
			want = append(want, it.bucket.Get(s.t, "id").(string))
		}
	}
	slices.Sort(want)
	if own := slices.Compact(slices.Clone(want)); len(own) < len(want) {
		s.total.lost.Add(int64(len(want) - len(own)))
		s.t.Errorf("two resources have the same bucket: %v", want)
	}
	for id := range s.others {
		want = append(want, id)
	}
	for _, b := range s.atlas.ExportBuckets(acctest.ProjectID) {
		if held = append(held, b.ID); !slices.Contains(want, b.ID) {
			s.total.doubled.Add(1)
			s.t.Errorf("nobody knows the bucket %+v", b)
		}
	}
	if to := s.atlas.AutoExport(acctest.ProjectID, "elsewhere"); to != s.elsewhere {
		s.t.Errorf("the cluster of others exports to %q, want %q", to, s.elsewhere)
	}
	for _, id := range want {
		if !slices.Contains(held, id) {
			s.total.lost.Add(1)
			s.t.Errorf("Atlas does not have the bucket %s any more", id)
		}
	}
}

// end holds that without faults nothing is left to do, and that a destroy removes this
// state's buckets and no other.
func (s *faultSequence) end() {
	s.tell("the end")
	time.Sleep(time.Hour) // regions are there
	for _, it := range s.instances {
		if !it.bucket.Exists() {
			continue
		}
		s.refresh(it)
		before := it.bucket
		if s.refresh(it); !it.bucket.Value.Equal(before.Value) {
			s.t.Errorf("%s: a refresh changes %s to %s", it.name, before.Value, it.bucket.Value)
		}
		plan, diags := s.p.Plan(s.t, it.bucket, it.config)
		if diags.RequireNone(s.t); !plan.IsEmpty() {
			s.t.Errorf("%s: the plan is not empty: %s, want %s", it.name, plan.Value, it.bucket.Value)
		}
	}
	for _, it := range s.instances {
		if it.bucket.Exists() {
			s.destroy(it)
		}
	}
	s.check()
}
