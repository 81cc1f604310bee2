package exportbucket_test

import (
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

var disabling = awsBucket.With(acctest.Values{"disable_auto_export_on_destroy": true})

// exporting makes clusters of which every third exports to a bucket.
func exporting(atlas *acctest.Atlas, n int, bucket any) (names []string) {
	for i := range n {
		name := fmt.Sprintf("cluster-%04d", i)
		atlas.AddCluster(acctest.ProjectID, name)
		if i%3 == 0 {
			atlas.SetAutoExport(acctest.ProjectID, name, fmt.Sprint(bucket))
			names = append(names, name)
		}
	}
	return names
}

func TestInUseNamesTheClustersAtOnce(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, awsBucket)
		exporting(atlas, 7, bucket.Get(t, "id"))
		start := time.Now()
		kept, diags := p.Destroy(t, bucket)
		diags.RequireError(t, "", "Export bucket not deleted", "because it is in use",
			"The automatic export of clusters cluster-0000, cluster-0003 and cluster-0006 goes to this bucket.",
			"set disable_auto_export_on_destroy = true and apply (a destroy alone does not use it), and then destroy again", "destroy its atlasbackup_auto_export",
			"auto_export_enabled = false and no export in its mongodbatlas_cloud_backup_schedule", "HTTP 400 EXPORT_BUCKET_DELETE_FAILED_BUCKET_IN_USE, DELETE")
		if took := time.Since(start); took > 0 || atlas.Count(http.MethodDelete) != 1 || atlas.Count(http.MethodPatch) != 0 {
			t.Errorf("it took %s, %d DELETEs and %d PATCHes", took, atlas.Count(http.MethodDelete), atlas.Count(http.MethodPatch))
		}
		requireHeld(t, atlas, kept.Get(t, "id"))
	})
}

func TestAutoExportIsSwitchedOffOnTheClustersOfEveryPageAndOnNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		reading, most := 0, 0
		atlas := acctest.NewAtlasBehind(t, emulator.Options{}, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/backup/schedule") {
					mu.Lock()
					reading++
					most = max(most, reading)
					mu.Unlock()
					time.Sleep(time.Second) // fake
					mu.Lock()
					reading--
					mu.Unlock()
				}
				next.ServeHTTP(w, r)
			})
		})
		p := acctest.NewProvider(t, atlas, acctest.ServiceAccount)
		bucket, other := create(t, p, disabling), create(t, p, gcpBucket)
		names := exporting(atlas, 1002, bucket.Get(t, "id"))
		atlas.SetAutoExport(acctest.ProjectID, "cluster-1000", fmt.Sprint(other.Get(t, "id")))
		patches := atlas.Count(http.MethodPatch)
		_, diags := p.Destroy(t, bucket)
		diags.RequireNone(t)
		if got := atlas.Count(http.MethodPatch) - patches; got != len(names) {
			t.Errorf("%d PATCHes, want %d", got, len(names))
		}
		if target := atlas.AutoExport(acctest.ProjectID, "cluster-1000"); target != other.Get(t, "id") {
			t.Error("the export to another bucket was switched off")
		}
		if most != 10 {
			t.Errorf("%d schedules were read at a time, want 10", most)
		}
		requireHeld(t, atlas, other.Get(t, "id"))
	})
}

func TestDestroyWaitsForAtlasToNotice(t *testing.T) {
	for name, config := range map[string]acctest.Values{"nobody exports any more": awsBucket, "the export was just switched off": disabling} {
		inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
			bucket := create(t, p, config)
			atlas.AddCluster(acctest.ProjectID, "cluster")
			if config["disable_auto_export_on_destroy"] == true {
				atlas.SetAutoExport(acctest.ProjectID, "cluster", fmt.Sprint(bucket.Get(t, "id")))
			}
			setFault(t, atlas, "in-use", http.MethodDelete, bucketPath, 5)
			_, diags := p.Destroy(t, bucket)
			diags.RequireNone(t)
			requireHeld(t, atlas)
			if deletes := atlas.Count(http.MethodDelete); deletes != 6 {
				t.Errorf("%s: %d DELETEs, want 6", name, deletes)
			}
		})
	}
}

func TestDestroySaysHowLongAtlasRefused(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, awsBucket)
		setFault(t, atlas, "in-use", http.MethodDelete, bucketPath, -1)
		start := time.Now()
		kept, diags := p.Destroy(t, bucket)
		took := time.Since(start)
		diags.RequireError(t, "", "No cluster of the project exports to this bucket, and Atlas still refused the deletion after "+took.Round(time.Second).String(), "timeouts.delete")
		if took > 5*time.Minute || took < 4*time.Minute || atlas.Count(http.MethodDelete) > 30 {
			t.Errorf("it took %s and %d DELETEs", took, atlas.Count(http.MethodDelete))
		}
		requireHeld(t, atlas, kept.Get(t, "id"))
	})
}

func TestAnExportThatIsSwitchedOffIsNobodysFault(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, disabling)
		exporting(atlas, 1, bucket.Get(t, "id"))
		setFault(t, atlas, "in-use", http.MethodDelete, bucketPath, -1)
		const nobody = "No cluster of the project exports to this bucket"
		_, diags := p.Destroy(t, bucket)
		diags.RequireError(t, "", nobody)
		_, diags = p.Destroy(t, bucket) // no cluster exports any longer
		diags.RequireError(t, "", nobody)
		if patches := atlas.Count(http.MethodPatch); patches != 1 {
			t.Errorf("%d PATCHes, want 1", patches)
		}
	})
}

func TestDestroyDoesNotWaitAfterItHasSwitchedTheExportOff(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, disabling)
		exporting(atlas, 1, bucket.Get(t, "id"))
		start := time.Now()
		_, diags := p.Destroy(t, bucket)
		diags.RequireNone(t)
		if took := time.Since(start); took > 0 {
			t.Errorf("it took %s", took)
		}
	})
}

func TestAClusterThatVanishesMeanwhileIsSkipped(t *testing.T) {
	for _, method := range []string{http.MethodGet, http.MethodPatch} {
		synctest.Test(t, func(t *testing.T) {
			var atlas *acctest.Atlas
			vanished := 0
			atlas = acctest.NewAtlasBehind(t, emulator.Options{}, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method != method || !strings.Contains(r.URL.Path, "/cluster-0003/") {
						next.ServeHTTP(w, r)
						return
					}
					vanished++
					atlas.SetAutoExport(acctest.ProjectID, "cluster-0003", "")
					w.WriteHeader(http.StatusNotFound)
					_, _ = w.Write([]byte(`{"errorCode":"CLUSTER_NOT_FOUND","detail":"No cluster named cluster-0003 exists."}`))
				})
			})
			p := acctest.NewProvider(t, atlas, acctest.ServiceAccount)
			bucket := create(t, p, disabling)
			exporting(atlas, 7, bucket.Get(t, "id"))
			_, diags := p.Destroy(t, bucket)
			diags.RequireNone(t)
			requireHeld(t, atlas)
			if vanished != 1 {
				t.Errorf("%d %ss of the cluster, want 1", vanished, method)
			}
		})
	}
}

func TestClusterWithoutAScheduleDoesNotStopADestroy(t *testing.T) {
	refuse := func(t *testing.T, atlas *acctest.Atlas) {
		t.Helper()
		f := emulator.Fault{Method: http.MethodGet, Path: "/api/atlas/v2/groups/*/clusters/shared/backup/schedule", Times: -1, Status: 400, Code: "BACKUP_NOT_ENABLED", Detail: "It has no backup"}
		if err := atlas.AddFault(f); err != nil {
			t.Fatal(err)
		}
		atlas.AddCluster(acctest.ProjectID, "shared")
	}
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, disabling)
		refuse(t, atlas)
		exporting(atlas, 1, bucket.Get(t, "id"))
		_, diags := p.Destroy(t, bucket)
		diags.RequireNone(t)
		requireHeld(t, atlas)
	})
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, awsBucket)
		refuse(t, atlas)
		exporting(atlas, 1, bucket.Get(t, "id"))
		_, diags := p.Destroy(t, bucket)
		diags.RequireError(t, "", "The automatic export of cluster cluster-0000 goes to this bucket.", "Could not read the schedules of shared: It has no backup.")
	})
}

func TestDestroyReportsClustersThatCannotBeListed(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, disabling)
		exporting(atlas, 1, bucket.Get(t, "id"))
		setFault(t, atlas, "user-unauthorized", http.MethodGet, "/api/atlas/v2/groups/*/clusters", -1)
		kept, diags := p.Destroy(t, bucket)
		diags.RequireError(t, "", "Export bucket not deleted", "HTTP 401 USER_UNAUTHORIZED, GET", "/clusters")
		requireHeld(t, atlas, kept.Get(t, "id"))
	})
}

func TestAScheduleThatCannotBeReadEndsTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var reads atomic.Int32
		var refused string // the cluster of the third schedule that is asked for
		atlas := acctest.NewAtlasBehind(t, emulator.Options{}, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/backup/schedule") {
					if reads.Add(1) != 3 {
						_, _ = io.Copy(io.Discard, r.Body)
						<-r.Context().Done()
						return
					}
					refused = path.Base(strings.TrimSuffix(r.URL.Path, "/backup/schedule"))
					w.WriteHeader(http.StatusUnauthorized)
					_, _ = w.Write([]byte(`{"errorCode":"USER_UNAUTHORIZED","detail":"Not this one."}`))
					return
				}
				next.ServeHTTP(w, r)
			})
		})
		p := acctest.NewProvider(t, atlas, acctest.ServiceAccount)
		bucket := create(t, p, disabling)
		exporting(atlas, 501, bucket.Get(t, "id")) // there is a second page
		start := time.Now()
		_, diags := p.Destroy(t, bucket)
		diags.RequireError(t, "", "Not this one.", "HTTP 401 USER_UNAUTHORIZED, GET", refused)
		if took := time.Since(start); took > time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

func TestAListOfClustersThatFailsEndsTheSchedules(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, disabling)
		exporting(atlas, 501, bucket.Get(t, "id"))
		setFault(t, atlas, "503", http.MethodGet, "/api/atlas/v2/groups/*/clusters/cluster-0499/backup/schedule", -1)
		denied := emulator.Fault{Method: http.MethodGet, Path: "/api/atlas/v2/groups/*/clusters", Skip: 1, Status: 401, Code: "USER_UNAUTHORIZED", Detail: "Not this page."}
		if err := atlas.AddFault(denied); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, diags := p.Destroy(t, bucket)
		diags.RequireError(t, "", "Not this page.", "HTTP 401 USER_UNAUTHORIZED, GET", "/clusters")
		if took := time.Since(start); took > time.Second {
			t.Errorf("it took %s", took)
		}
	})
}
