package exportbucket_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest/faulttest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// faultSequence is a project, a configuration of it, its state, and what happens to them.
type faultSequence struct {
	*faulttest.Sequence
	total *tally

	atlas     *acctest.Atlas
	p         *acctest.Provider
	instances []*instance
	misdated  bool   // an answer of this apply may have a wrong Date
	elsewhere string // the target of a cluster that exports to another's bucket; "" for none

	mu     sync.Mutex             // guards what follows, and unsure of the instances
	others map[string]otherBucket // by id: what other processes have made
}

// instance is a resource of the configuration.
type instance struct {
	name    string
	config  acctest.Values
	bucket  acctest.Resource
	cluster string        // that exports to the bucket; "" for none
	stop    time.Duration // after which Ctrl-C ends its next creation; 0 for never
	unsure  bool          // an error has said that it may have been created
	named   []string      // the ids in that error; nil if it names none
}

// otherBucket is one that another process has created.
type otherBucket struct {
	config acctest.Values
	made   time.Time
}

const (
	// settled is longer than the delay of any request that Atlas carries out late.
	settled = 2 * time.Minute

	// clockSteps is by how much a bucket's id may be older than the POST to which the bucket is
	// attributed: an id has whole seconds, and clocks may differ by two.
	clockSteps = 3 * time.Second

	// clockDoubt is the same for a bucket that an error names because nobody knows whose it is.
	clockDoubt = 9 * time.Second
)

func newFaultSequence(seed *faulttest.Sequence, total *tally) *faultSequence {
	s := &faultSequence{Sequence: seed, total: total, others: map[string]otherBucket{}}
	s.atlas = acctest.NewAtlas(s.T, emulator.Options{RegionDelay: faulttest.Pick(s.Rand, 0, 3*time.Second, time.Hour)})
	s.startProcess()
	for i := range 2 + s.Rand.IntN(3) {
		config := faulttest.Pick(s.Rand, awsBucket, awsBucket, azureBucket, gcpBucket).With(acctest.Values{
			"bucket_name":                    faulttest.Pick(s.Rand, "snapshots", "archive"),
			"disable_auto_export_on_destroy": true,
			// Longer than all the faults of an apply together.
			"timeouts": acctest.Values{"create": "12h", "read": "12h", "update": "12h", "delete": "12h"},
		})
		s.instances = append(s.instances, &instance{name: fmt.Sprint("bucket", i), config: config, bucket: s.p.None(resourceType)})
	}
	for range s.Rand.IntN(4) {
		s.elsewhere = s.putOther(faulttest.Pick(s.Rand, s.instances...).config)
		s.atlas.SetAutoExport(acctest.ProjectID, "elsewhere", s.elsewhere)
	}
	time.Sleep(settled)
	return s
}

// startProcess is what the next terraform apply does.
func (s *faultSequence) startProcess() {
	s.Logf("a new process")
	s.p = acctest.NewProvider(s.T, s.atlas, faulttest.Pick(s.Rand, acctest.ServiceAccount, acctest.APIKey))
}

// putOther is another process that creates the same bucket.
func (s *faultSequence) putOther(config acctest.Values) (id string) {
	id = s.atlas.PutExportBucket(acctest.ProjectID, asExportBucket(config)).ID
	s.mu.Lock()
	s.others[id] = otherBucket{config, time.Now()}
	s.mu.Unlock()
	s.Logf("another process creates %s: %v %v", id, config["cloud_provider"], config["bucket_name"])
	return id
}

func (s *faultSequence) run() {
	for range 2 + s.Rand.IntN(3) {
		s.apply()
		if s.check(); s.T.Failed() {
			return
		}
	}
	s.end()
}

// apply is one terraform apply: each resource in a goroutine of its own.
func (s *faultSequence) apply() {
	if s.Rand.IntN(3) > 0 {
		s.startProcess()
	}
	late := s.setFaults()
	var work sync.WaitGroup
	if !late && s.Rand.IntN(3) == 0 {
		config, after := faulttest.Pick(s.Rand, s.instances...).config, time.Duration(s.Rand.IntN(15_000))*time.Millisecond
		work.Go(func() {
			time.Sleep(after)
			s.putOther(config)
		})
	}
	for _, it := range s.instances {
		operation := s.choose(it)
		pause := time.Duration(s.Rand.IntN(2)*s.Rand.IntN(5000)) * time.Millisecond
		work.Go(func() {
			time.Sleep(pause)
			operation(it)
		})
	}
	work.Wait()
	for _, fault := range s.atlas.Faults() {
		s.total.Faults.Add(int64(fault.Hits))
	}
	s.total.Applies.Add(1)
	s.atlas.ClearFaults()
	time.Sleep(settled)
	var unsure []*instance
	for _, it := range s.instances {
		if it.unsure {
			unsure = append(unsure, it)
		}
	}
	// Among twins, the one with the fewest possible buckets chooses first.
	slices.SortStableFunc(unsure, func(a, b *instance) int { return cmp.Compare(s.choices(a), s.choices(b)) })
	for _, it := range unsure {
		s.importOwn(it)
	}
}

// choices is how many buckets may be that of an unsure instance.
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

// choose returns what an apply does with a resource.
func (s *faultSequence) choose(it *instance) func(*instance) {
	n := s.Rand.IntN(10)
	switch it.stop = 0; {
	case !it.bucket.Exists() && n < 1:
		it.stop = time.Duration(1+s.Rand.IntN(100_000)) * time.Millisecond
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
		s.atlas.SetAutoExport(acctest.ProjectID, it.cluster, it.bucket.Get(s.T, "id").(string))
		return s.refresh
	case n < 9:
		return s.destroy
	}
	return func(it *instance) { // a replacement
		s.destroy(it)
		s.create(it)
	}
}

// check fails the test unless Atlas has the buckets of the state and those of other
// processes, all of them different, and nothing else.
func (s *faultSequence) check() {
	var want, held []string
	for _, it := range s.instances {
		if it.bucket.Exists() {
			want = append(want, it.bucket.Get(s.T, "id").(string))
		}
	}
	slices.Sort(want)
	if own := slices.Compact(slices.Clone(want)); len(own) < len(want) {
		s.total.Lost.Add(int64(len(want) - len(own)))
		s.T.Errorf("two resources have the same bucket: %v", want)
	}
	for id := range s.others {
		want = append(want, id)
	}
	for _, b := range s.atlas.ExportBuckets(acctest.ProjectID) {
		if held = append(held, b.ID); !slices.Contains(want, b.ID) {
			s.total.Doubled.Add(1)
			s.T.Errorf("the bucket %+v is in no state, and no other process has created it", b)
		}
	}
	if to := s.atlas.AutoExport(acctest.ProjectID, "elsewhere"); to != s.elsewhere {
		s.T.Errorf("the cluster of another bucket exports to %q, want %q", to, s.elsewhere)
	}
	for _, id := range want {
		if !slices.Contains(held, id) {
			s.total.Lost.Add(1)
			s.T.Errorf("Atlas no longer has the bucket %s", id)
		}
	}
}

// end fails the test unless nothing is left to do without faults, and a destroy removes the
// buckets of the state and no other.
func (s *faultSequence) end() {
	s.Logf("the end")
	time.Sleep(time.Hour) // by then the regions show
	for _, it := range s.instances {
		if !it.bucket.Exists() {
			continue
		}
		s.refresh(it)
		before := it.bucket
		if s.refresh(it); !it.bucket.Value.Equal(before.Value) {
			s.T.Errorf("%s: a refresh changes %s to %s", it.name, before.Value, it.bucket.Value)
		}
		plan, diags := s.p.Plan(s.T, it.bucket, it.config)
		if diags.RequireNone(s.T); !plan.IsEmpty() {
			s.T.Errorf("%s: the plan is not empty: %s, want %s", it.name, plan.Value, it.bucket.Value)
		}
	}
	for _, it := range s.instances {
		if it.bucket.Exists() {
			s.destroy(it)
		}
	}
	s.check()
}
