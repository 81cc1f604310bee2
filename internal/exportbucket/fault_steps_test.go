package exportbucket_test

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
)

// create accepts two warnings, and three errors: that an interrupted bucket was not created,
// or may have been; that a proxy has refused it three times; and, where another process may
// have created the same bucket since it began, that it may have been created, with the ids of
// all that it may be. Its own is imported after the apply.
func (s *faultSequence) create(it *instance) {
	began := time.Now()
	s.Logf("%s: create %v %v, stop %s", it.name, it.config["cloud_provider"], it.config["bucket_name"], it.stop)
	p := s.p
	if it.stop > 0 {
		ctx, cancel := context.WithCancel(s.T.Context())
		defer cancel()
		time.AfterFunc(it.stop, cancel)
		p = p.WithContext(ctx)
	}
	bucket, diags := p.Apply(s.T, it.bucket, it.config)
	s.Logf("%s: created %v %s", it.name, bucketID(s.T, bucket), diags)
	it.bucket = bucket
	for _, d := range diags {
		candidates := importCommand.FindAllStringSubmatch(d.Detail, -1)
		switch mayExist := d.Summary == "Export bucket may have been created"; {
		case d.Severity == tfprotov6.DiagnosticSeverityWarning && (strings.HasPrefix(d.Summary, "Identical export bucket found: ") || strings.HasSuffix(d.Summary, " created, but not read back")):
		case bucket.Exists():
			s.T.Errorf("%s: %s: %s", it.name, d.Summary, d.Detail)
		case mayExist && len(candidates) > 0 && (s.misdated || s.isShared(it, began)):
			s.total.undecided.Add(1)
			s.doubt(it, candidates)
		case it.stop > 0 && mayExist:
			s.doubt(it, nil)
		case it.stop > 0 && strings.Contains(d.Detail, "cancelled"):
		case d.Summary == "Export bucket not created" && strings.Contains(d.Detail, "This was attempt 3") && wall.MatchString(d.Detail):
		default:
			s.T.Errorf("%s: %s: %s", it.name, d.Summary, d.Detail)
		}
	}
	if it.bucket.Exists() {
		s.requireOwn(it, began)
	}
}

// wall matches a proxy's refusal, after which a POST is sent at most three times.
var wall = regexp.MustCompile(`HTTP (101|307|40[034]|501), POST`)

// importCommand matches an import command in a message.
var importCommand = regexp.MustCompile(`terraform import <address> ` + acctest.ProjectID + `/([0-9a-f]{24})`)

// doubt notes that a bucket may have been created, and which it may be.
func (s *faultSequence) doubt(it *instance, candidates [][]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	it.unsure, it.named = true, nil
	for _, match := range candidates {
		it.named = append(it.named, match[1])
	}
}

// requireOwn fails the test if a new bucket is one that another process created before. One
// from the same few seconds cannot be told from the bucket that a lost POST may have created.
func (s *faultSequence) requireOwn(it *instance, began time.Time) {
	id := it.bucket.Get(s.T, "id").(string)
	s.mu.Lock()
	other, isOther := s.others[id]
	delete(s.others, id)
	s.mu.Unlock()
	if !isOther {
		return
	}
	s.total.shared.Add(1)
	if other.made.Before(began.Add(-clockSteps)) {
		s.T.Errorf("%s: the bucket %s, which another process created before, was taken for its own", it.name, id)
	}
}

// isShared tells whether somebody else may have created the same bucket since a time, whatever
// its private networking: another process, or a creation of this process that ended with an
// error that says so. An id has whole seconds.
func (s *faultSequence) isShared(it *instance, since time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, other := range s.others {
		if alike(other.config, it.config) && !other.made.Before(since.Add(-clockDoubt)) {
			return true
		}
	}
	return slices.ContainsFunc(s.instances, func(other *instance) bool {
		return other != it && other.unsure && alike(other.config, it.config)
	})
}

// importOwn follows the advice of the error that an instance may have been created: it
// imports the bucket that nothing else uses, if there is one.
func (s *faultSequence) importOwn(it *instance) {
	it.unsure = false
	known := slices.Collect(maps.Keys(s.others))
	for _, other := range s.instances {
		known = append(known, fmt.Sprint(bucketID(s.T, other.bucket)))
	}
	for _, b := range s.atlas.ExportBuckets(acctest.ProjectID) {
		id, made := b.ID, asExportBucket(it.config)
		if b.ID, b.Region, b.TenantID = "", made.Region, ""; b != made || slices.Contains(known, id) || it.named != nil && !slices.Contains(it.named, id) {
			continue
		}
		imported, diags := s.p.Import(s.T, resourceType, acctest.ProjectID+"/"+id, nil)
		s.Logf("%s: imported %s %s", it.name, id, diags)
		if it.bucket = imported; !imported.Exists() || len(diags) > 0 {
			s.T.Errorf("%s: %s is not imported: %s", it.name, id, diags)
			return
		}
		s.update(it) // writes the arguments that an import cannot know
		return
	}
}

func (s *faultSequence) refresh(it *instance) {
	bucket, diags := s.p.Read(s.T, it.bucket)
	s.Logf("%s: refreshed %s", it.name, diags)
	s.keep(it, bucket, diags)
}

func (s *faultSequence) update(it *instance) {
	s.Logf("%s: change", it.name)
	bucket, diags := s.p.Apply(s.T, it.bucket, it.config)
	s.Logf("%s: changed %s", it.name, diags)
	s.keep(it, bucket, diags)
}

// keep stores the state after an operation, which must leave the bucket in it.
func (s *faultSequence) keep(it *instance, bucket acctest.Resource, diags acctest.Diagnostics) {
	if len(diags) > 0 {
		s.T.Errorf("%s: %s", it.name, diags)
	}
	if !bucket.Exists() || bucketID(s.T, bucket) != bucketID(s.T, it.bucket) {
		s.total.Dropped.Add(1)
		s.T.Errorf("%s: dropped from the state, or replaced", it.name)
	}
	it.bucket = bucket
}

func (s *faultSequence) destroy(it *instance) {
	s.Logf("%s: destroy %v", it.name, bucketID(s.T, it.bucket))
	bucket, diags := s.p.Destroy(s.T, it.bucket)
	s.Logf("%s: destroyed %s", it.name, diags)
	if len(diags) > 0 || bucket.Exists() {
		s.T.Errorf("%s: not destroyed: %s", it.name, diags)
	}
	it.bucket = bucket
	if to := s.atlas.AutoExport(acctest.ProjectID, it.cluster); to != "" {
		s.T.Errorf("%s still exports to %s", it.cluster, to)
	}
}

func bucketID(t *testing.T, bucket acctest.Resource) any {
	t.Helper()
	if !bucket.Exists() {
		return "none"
	}
	return bucket.Get(t, "id")
}

// same tells whether two configurations are the same to Atlas.
func same(a, b acctest.Values) bool { return asExportBucket(a) == asExportBucket(b) }

// alike is same without private networking, which Atlas may show late.
func alike(a, b acctest.Values) bool {
	return same(a.Without("require_private_networking"), b.Without("require_private_networking"))
}
