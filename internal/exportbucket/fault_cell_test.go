package exportbucket_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// faultCell is a cell of the matrix.
type faultCell struct {
	call    faultCall
	variant variant
	fault   emulator.Fault
	times   int
	want    string // as faultMatrix explains it
}

// world is what an operation works on.
type world struct {
	t        *testing.T
	atlas    *acctest.Atlas
	p        *acctest.Provider
	config   acctest.Values
	bucket   acctest.Resource // in the state
	taken    acctest.Resource // as take has put it there
	imported string           // the id with which it was imported
	others   []any            // the ids of buckets that are not this state's
}

// atOnce is longer than any wait before a final error: that of a call which is made once
// more after a 404 that is not Atlas' word.
const atOnce = 3 * time.Second

// looksTime is how long the looks after a lost POST take.
const looksTime = 11 * time.Second

// operationLimit is what the operations have where no timeouts are configured.
const operationLimit = 5 * time.Minute

// outcome is what became of an operation, and what there was before.
type outcome struct {
	before  acctest.Resource
	held    []emulator.ExportBucket
	exports []string
	diags   acctest.Diagnostics
	took    time.Duration
	hits    int // of the fault
}

func (c faultCell) test(t *testing.T) {
	w := c.begin(t)
	o := c.hit(w)
	switch c.want {
	case "ok":
		o.diags.RequireNone(t)
	case "warn":
		o.diags.RequireWarning(t, "", "created, but not read back", "The bucket is in the state.")
	case "no", "did", "late", "tried":
		c.requireError(w, o)
		w.again(c.call)
	case "ask":
		o.diags.RequireError(t, "", "Export bucket may have been created", "terraform query", "terraform import <address> "+acctest.ProjectID+"/<id>")
		w.importOrphan()
	case "pick":
		o.diags.RequireError(t, "", "Export bucket may have been created", "terraform import <address> "+acctest.ProjectID+"/"+w.newest())
		w.importOrphan()
	case "gone", "drop":
		if c.want == "gone" {
			o.diags.RequireNone(t)
		} else {
			o.diags.RequireWarning(t, "", "Project "+acctest.ProjectID+" not found")
		}
		if w.bucket.Exists() || !slices.Equal(w.held(), o.held) {
			t.Errorf("the state has %s, and Atlas has %v", w.bucket.Value, w.held())
		}
		return
	default:
		t.Fatalf("%q is no expectation", c.want)
	}
	c.call.requireDone(w)
	if !c.call.reads {
		w.end()
	} else if !w.bucket.Value.Equal(w.taken.Value) || !slices.Equal(w.held(), o.held) {
		t.Errorf("the bucket was %s, and is %s", w.taken.Value, w.bucket.Value)
	}
}

// begin makes what there is before the operation.
func (c faultCell) begin(t *testing.T) *world {
	t.Helper()
	credential := c.call.credential
	if credential == nil {
		credential = acctest.ServiceAccount
	}
	w := &world{t: t, atlas: acctest.NewAtlas(t, emulator.Options{RegionDelay: c.call.regionDelay}), config: c.variant.config}
	w.p = acctest.NewProvider(t, w.atlas, credential)
	w.putOther()
	c.call.begin(w)
	if c.call.signIn {
		time.Sleep(2 * time.Hour) // its token, if it has one, has ended
	} else if c.fault.Status == http.StatusUnauthorized {
		all(t, w.p, nil) // its token, or its nonce, has served
	}
	return w
}

// hit runs the operation with the fault, which is gone afterwards.
func (c faultCell) hit(w *world) outcome {
	w.t.Helper()
	o := outcome{before: w.bucket, held: w.held(), exports: w.exports()}
	if c.call.before != nil {
		c.call.before(w)
	}
	f := c.fault
	f.Method, f.Path, f.Skip, f.Times = c.call.method, c.call.path, c.call.skip, c.times
	if err := w.atlas.AddFault(f); err != nil {
		w.t.Fatal(err)
	}
	start := time.Now()
	w.bucket, o.diags = c.call.run(w)
	o.took = time.Since(start)
	faults := w.atlas.Faults()
	o.hits = faults[len(faults)-1].Hits
	w.atlas.ClearFaults()
	if o.hits == 0 {
		w.t.Fatal("the fault has hit nothing")
	}
	if o.diags.HasError() && !o.before.Exists() && w.bucket.Exists() {
		w.t.Error("the new bucket is tainted: the next apply replaces it")
	}
	return o
}

// requireError holds that the operation failed at once, or at its limit where that is
// expected, that the state is as it was, and that Atlas is so too unless it has acted.
func (c faultCell) requireError(w *world, o outcome) {
	w.t.Helper()
	if !o.diags.HasError() {
		w.t.Fatalf("no error, but: %s", o.diags)
	}
	if w.bucket.Exists() != o.before.Exists() || w.bucket.Exists() && !w.bucket.Value.Equal(o.before.Value) {
		w.t.Errorf("the state had %s, and now has %s", o.before.Value, w.bucket.Value)
	}
	switchedOff := c.call.name == "destroy.again" // the export, before the fault
	unchanged := slices.Equal(w.held(), o.held) && (switchedOff || slices.Equal(w.exports(), o.exports))
	if unchanged == (c.want == "did") {
		w.t.Errorf("Atlas had %v, %v, and now has %v, %v", o.held, o.exports, w.held(), w.exports())
	}
	limits := map[string]time.Duration{"late": operationLimit, "tried": 3 * looksTime}
	if limit, isSlow := limits[c.want]; isSlow == (o.took < atOnce) || !isSlow && o.hits > 3 || isSlow && o.took > limit {
		w.t.Errorf("it took %s and %d hits:\n%s", o.took, o.hits, o.diags)
	}
}

// newest is the id of the bucket that Atlas has made last.
func (w *world) newest() string {
	held := w.held()
	return held[len(held)-1].ID
}

// held is what Atlas has, the oldest first.
func (w *world) held() []emulator.ExportBucket { return w.atlas.ExportBuckets(acctest.ProjectID) }

// exports are the targets of the automatic exports.
func (w *world) exports() []string {
	return []string{w.atlas.AutoExport(acctest.ProjectID, "exports"), w.atlas.AutoExport(acctest.ProjectID, "elsewhere")}
}

// again is the next run: a refresh, and the same operation.
func (w *world) again(c faultCall) {
	if w.bucket.Exists() {
		refreshed, diags := w.p.Read(w.t, w.bucket)
		diags.RequireNone(w.t)
		if w.bucket = refreshed; !refreshed.Exists() {
			return // destroyed by the run before
		}
	}
	after, diags := c.run(w)
	diags.RequireNone(w.t)
	w.bucket = after
}

// importOrphan follows the advice to look for a bucket that was perhaps created.
func (w *world) importOrphan() {
	if w.bucket.Exists() {
		w.t.Error("a bucket that is not known to exist is in the state")
	}
	results := all(w.t, w.p, acctest.Values{"bucket_name": "snapshots"})
	if len(results) != 1 {
		w.t.Fatalf("Atlas has %v", results)
	}
	imported, diags := w.p.Import(w.t, resourceType, acctest.ProjectID+"/"+idsOf(results)[0], nil)
	diags.RequireNone(w.t)
	w.bucket = imported
}

// requireBucket fails the test unless the bucket in the state and the others' are all that
// Atlas has.
func (w *world) requireBucket() {
	w.t.Helper()
	if !w.bucket.Exists() {
		w.t.Fatal("the bucket is not in the state")
	}
	requireHeld(w.t, w.atlas, append(slices.Clone(w.others), w.bucket.Get(w.t, "id"))...)
}

// end holds that nothing is left to do, with and without a refresh, and that a destroy
// removes this bucket and no other.
func (w *world) end() {
	if w.bucket.Exists() {
		refreshed, diags := w.p.Read(w.t, w.bucket)
		diags.RequireNone(w.t)
		requireAttributes(w.t, refreshed, acctest.Values{"id": w.bucket.Get(w.t, "id")})
		w.requireEmptyPlan(refreshed)
		if !refreshed.Value.Equal(w.bucket.Value) {
			w.requireEmptyPlan(w.bucket)
		}
		_, diags = w.p.Destroy(w.t, refreshed)
		diags.RequireNone(w.t)
	}
	requireHeld(w.t, w.atlas, w.others...)
}

func (w *world) requireEmptyPlan(state acctest.Resource) {
	w.t.Helper()
	plan, diags := w.p.Plan(w.t, state, w.config)
	diags.RequireNone(w.t)
	if !plan.IsEmpty() {
		w.t.Errorf("the plan is not empty: %s, want %s", plan.Value, state.Value)
	}
}
