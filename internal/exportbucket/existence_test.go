package exportbucket_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

var foreign404s = []string{"404-html", "resource-not-found"}

var private = awsBucket.With(acctest.Values{"require_private_networking": true})

func TestABucketThatTheListHasIsReadFromThere(t *testing.T) {
	for _, preset := range foreign404s {
		inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			bucket := create(t, p, awsBucket)
			setFault(t, atlas, preset, http.MethodGet, bucketPath, -1)
			requireEmptyPlan(t, p, bucket, awsBucket)
		})
	}
}

func TestABucketThatTheListHasIsChangedAndDeletedAllTheSame(t *testing.T) {
	for _, preset := range foreign404s {
		inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			bucket := create(t, p, awsBucket)
			setFault(t, atlas, preset, http.MethodPatch, bucketPath, 1)
			setFault(t, atlas, preset, http.MethodDelete, bucketPath, 1)
			bucket, diags := p.Apply(t, bucket, private)
			diags.RequireNone(t)
			requireEmptyPlan(t, p, bucket, private)
			start := time.Now()
			_, diags = p.Destroy(t, bucket)
			diags.RequireNone(t)
			requireHeld(t, atlas)
			if took := time.Since(start); took != 2*time.Second {
				t.Errorf("it took %s, want a pause of 2s", took)
			}
		})
	}
}

func TestA404ThatStaysIsAnErrorAndLosesNothing(t *testing.T) {
	for _, preset := range foreign404s {
		inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			bucket := create(t, p, awsBucket)
			setFault(t, atlas, preset, http.MethodPatch, bucketPath, -1)
			setFault(t, atlas, preset, http.MethodDelete, bucketPath, -1)
			kept, diags := p.Apply(t, bucket, private)
			diags.RequireError(t, "", "Export bucket not changed", "HTTP 404", "PATCH")
			requireAttributes(t, kept, acctest.Values{"id": bucket.Get(t, "id"), "require_private_networking": false})
			kept, diags = p.Destroy(t, bucket)
			diags.RequireError(t, "", "Export bucket not deleted", "HTTP 404", "DELETE")
			requireHeld(t, atlas, kept.Get(t, "id"))
			if calls := atlas.Count(http.MethodPatch) + atlas.Count(http.MethodDelete); calls != 4 {
				t.Errorf("%d calls, want each twice", calls)
			}
		})
	}
}

func TestABucketThatTheListDoesNotHaveIsGone(t *testing.T) {
	for _, preset := range foreign404s {
		inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			bucket := create(t, p, awsBucket)
			id, _ := bucket.Get(t, "id").(string)
			atlas.RemoveExportBucket(acctest.ProjectID, id)
			setFault(t, atlas, preset, "", bucketPath, -1)
			gone, diags := p.Read(t, bucket)
			diags.RequireNone(t)
			if gone.Exists() {
				t.Error("the bucket is still in the state")
			}
			_, diags = p.Destroy(t, bucket)
			diags.RequireNone(t)
			kept, diags := p.Apply(t, bucket, private)
			diags.RequireError(t, "", "Export bucket not changed", "no longer has this export bucket", "HTTP 404", "PATCH")
			requireAttributes(t, kept, acctest.Values{"id": id})
		})
	}
}

func TestABucketIsKeptWhenTheListDoesNotAnswerEither(t *testing.T) {
	for _, preset := range foreign404s {
		inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			bucket := create(t, p, awsBucket)
			setFault(t, atlas, preset, "", bucketPath, -1)
			setFault(t, atlas, preset, http.MethodGet, bucketsPath, -1)
			kept, diags := p.Read(t, bucket)
			diags.RequireError(t, "", "Export bucket not read", "HTTP 404", "GET", "/exportBuckets/")
			_, diags = p.Destroy(t, kept)
			diags.RequireError(t, "", "Export bucket not deleted", "HTTP 404", "DELETE")
			_, diags = p.Apply(t, kept, private)
			diags.RequireError(t, "", "Export bucket not changed", "HTTP 404", "PATCH")
			requireHeld(t, atlas, kept.Get(t, "id"))
		})
	}
}

func TestAProjectThatIsGoneWhileTheListIsAskedTakesItsBucketWithIt(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, awsBucket)
		setFault(t, atlas, "404-html", "", bucketPath, -1)
		setFault(t, atlas, "group-not-found", http.MethodGet, bucketsPath, -1)
		gone, diags := p.Read(t, bucket)
		requireProjectGone(t, diags, true)
		if gone.Exists() {
			t.Error("the bucket is still in the state")
		}
	})
}

func TestAnIDWith404InItChangesNothing(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		const id = "404404404404404404404404"
		atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{ID: id, BucketName: "snapshots", CloudProvider: "AWS", IAMRoleID: acctest.IAMRoleID})
		bucket, diags := p.Import(t, resourceType, acctest.ProjectID+"/"+id, nil)
		diags.RequireNone(t)
		setFault(t, atlas, "user-unauthorized", "", bucketPath, -1)
		kept, diags := p.Read(t, bucket)
		diags.RequireError(t, "", "Export bucket not read", id)
		_, diags = p.Destroy(t, kept)
		diags.RequireError(t, "", "Export bucket not deleted", id)
		requireHeld(t, atlas, kept.Get(t, "id"))
	})
}
