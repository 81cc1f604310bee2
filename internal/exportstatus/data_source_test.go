package exportstatus_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestStatusHasWhereAClusterExportsTo(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, _ *jobs, p *acctest.Provider) {
		atlas.SetAutoExport(acctest.ProjectID, "on", bucketID)
		atlas.AddCluster(acctest.ProjectID, "off")
		atlas.SetAutoExport(acctest.ProjectID, "paused", bucketID)
		atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: "paused", Paused: true})
		atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: "sharded", ClusterType: emulator.Sharded})
		results, unknown := read(t, p, nil)
		requireNames(t, results, "on", "off", "paused", "sharded")
		requireNames(t, unknown)
		off := acctest.Values{
			"can_export": true, "reason": nil, "auto_export_enabled": false, "export_bucket_id": nil, "frequency_type": nil, "has_matching_policy_item": nil,
			"last_successful": nil, "last_failed": nil, "fresh": nil,
		}
		on := off.With(acctest.Values{"auto_export_enabled": true, "export_bucket_id": bucketID, "frequency_type": "monthly", "has_matching_policy_item": true})
		for name, want := range map[string]acctest.Values{"on": on, "off": off, "paused": on, "sharded": off} {
			requireAttributes(t, results[name], want)
		}
	})
}

func TestNothingIsAskedAboutAClusterThatCannotExport(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, j *jobs, p *acctest.Provider) {
		reasons := map[string]string{
			"flex": "it is a flex cluster, which cannot export", "free": "it is a free or shared cluster, which cannot export",
			"going": "it is being deleted", "without": "its backup is off",
		}
		atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: "flex", ProviderName: "FLEX"})
		atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: "free", ProviderName: "TENANT", BackupDisabled: true})
		atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: "going", StateName: "DELETING", BackupDisabled: true})
		atlas.PutCluster(acctest.ProjectID, emulator.Cluster{Name: "without", BackupDisabled: true})
		results, unknown := read(t, p, acctest.Values{"max_age": "1h"})
		requireNames(t, unknown)
		for name, reason := range reasons {
			requireAttributes(t, results[name], acctest.Values{
				"can_export": false, "reason": reason, "auto_export_enabled": false, "has_matching_policy_item": nil, "last_successful": nil, "fresh": false,
			})
		}
		if gets := atlas.Count(http.MethodGet); gets != 1 || j.lists != 0 {
			t.Errorf("%d GETs and %d lists of jobs, want the list of clusters alone", gets, j.lists)
		}
	})
}

func TestMatchingPolicyItemIsThatOfTheExportsFrequency(t *testing.T) {
	for _, c := range []struct {
		items, frequency string
		want             bool
	}{
		{"monthly", "monthly", true}, {"daily", "daily", true}, {"yearly", "yearly", true}, {"weekly", "weekly", true},
		{"monthly", "weekly", true}, {"yearly", "weekly", true}, {"daily", "weekly", false}, {"hourly", "daily", false}, {"weekly", "monthly", false},
		{"yearly", "monthly", false},
	} {
		schedule := fmt.Sprintf(`{"clusterName":"orders","autoExportEnabled":true,"export":{"exportBucketId":%q,"frequencyType":%q},"policies":[{"policyItems":[{"frequencyType":%q}]}]}`,
			bucketID, c.frequency, c.items)
		synctest.Test(t, func(t *testing.T) {
			atlas := acctest.NewAtlasBehind(t, emulator.Options{}, func(next http.Handler) http.Handler {
				return (&jobs{}).before(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if strings.HasSuffix(r.URL.Path, "/backup/schedule") {
						_, _ = w.Write([]byte(schedule))
						return
					}
					next.ServeHTTP(w, r)
				}))
			})
			atlas.AddCluster(acctest.ProjectID, "orders")
			results, _ := read(t, acctest.NewProvider(t, atlas, acctest.ServiceAccount), nil)
			requireAttributes(t, results["orders"], acctest.Values{"frequency_type": c.frequency, "has_matching_policy_item": c.want})
		})
	}
}

func TestClusterNamesFilterAndNamesWithoutAClusterAreUnknown(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, j *jobs, p *acctest.Provider) {
		for _, name := range []string{"a", "b", "c"} {
			atlas.AddCluster(acctest.ProjectID, name)
		}
		j.instead["b"] = answer(http.StatusBadRequest, `{"errorCode":"SOMETHING","detail":"Not now."}`)
		for _, c := range []struct {
			names            []any
			results, unknown []string
		}{
			{[]any{"a", "c"}, []string{"a", "c"}, nil},
			{[]any{"c", "z", "b", "aa"}, []string{"c"}, []string{"aa", "b", "z"}},
			{[]any{"z"}, nil, []string{"z"}},
			{[]any{}, nil, nil},
		} {
			before := atlas.Count(http.MethodGet)
			results, unknown := read(t, p, clusterNames(c.names...))
			requireNames(t, results, c.results...)
			requireNames(t, unknown, c.unknown...)
			for _, name := range c.unknown {
				if reason := unknown[name]["reason"]; name != "b" && reason != "The project has no cluster with this name." {
					t.Errorf("%s is unknown: %s", name, reason)
				}
			}
			schedules := len(c.results)
			for _, name := range c.unknown {
				if name == "b" {
					schedules++
				}
			}
			if gets := atlas.Count(http.MethodGet) - before; gets != 1+schedules {
				t.Errorf("%v: %d GETs beside those of jobs, want %d", c.names, gets, 1+schedules)
			}
		}
	})
}

func TestAClusterThatCannotBeReadIsUnknownAndFailsNothing(t *testing.T) {
	const jobsPath = "/api/atlas/v2/groups/" + acctest.ProjectID + "/clusters/b/backup/exports"
	const schedule = clustersPath + "/b/backup/schedule"
	for name, c := range map[string]struct {
		jobs      http.HandlerFunc // of b; nil for those that there are
		schedule  string           // the fault of its schedule; "" for none
		fragments []string
	}{
		"no role for jobs": {
			answer(http.StatusUnauthorized, `{"error":401,"errorCode":"USER_UNAUTHORIZED","detail":"Current user is not authorized to perform this action."}`), "",
			[]string{"Current user is not authorized to perform this action. To read export jobs, the credential needs the role Project Backup Manager. HTTP 401 USER_UNAUTHORIZED, GET " + jobsPath},
		},
		"a refusal":                   {answer(http.StatusBadRequest, `{"errorCode":"SOMETHING","detail":"Not now."}`), "", []string{"Not now. HTTP 400 SOMETHING, GET " + jobsPath}},
		"jobs behind a proxy":         {answer(http.StatusForbidden, "<html><h1>No</h1></html>"), "", []string{"No HTTP 403, GET"}},
		"jobs at a wrong URL":         {answer(http.StatusNotFound, `{"errorCode":"RESOURCE_NOT_FOUND","detail":"Cannot find resource."}`), "", []string{"HTTP 404 RESOURCE_NOT_FOUND, GET"}},
		"jobs that cannot be decoded": {answer(http.StatusOK, `{"results":[{"id":"no-id"}]}`), "", []string{"the answer does not match the request", "HTTP 200, GET"}},
		"jobs with a wrong time":      {answer(http.StatusOK, `{"results":[{"id":"`+newID(1)+`","createdAt":"yesterday"}]}`), "", []string{"the answer does not match the request: parsing time"}},
		"jobs that are unavailable":   {answer(http.StatusServiceUnavailable, ""), "", []string{"HTTP 503, GET " + jobsPath}},
		"a schedule that is refused":  {nil, "in-use", []string{"HTTP 400", "/clusters/b/backup/schedule"}},
		"a schedule behind a proxy":   {nil, "404-html", []string{"404 Not Found HTTP 404, GET"}},
		"a schedule without a role":   {nil, "user-unauthorized", []string{"HTTP 401 USER_UNAUTHORIZED, GET"}},
		"a schedule of another":       {nil, "other-id", []string{"it is not the schedule of this cluster"}},
		"too many requests":           {nil, "429-hour", []string{"HTTP 429 RATE_LIMITED, GET"}},
		"a project that is gone":      {nil, "group-not-found", []string{"HTTP 404 GROUP_NOT_FOUND, GET"}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, atlas *acctest.Atlas, j *jobs, p *acctest.Provider) {
				for _, name := range []string{"a", "b", "c"} {
					atlas.SetAutoExport(acctest.ProjectID, name, bucketID)
				}
				j.instead["b"] = c.jobs
				if c.schedule != "" {
					setFault(t, atlas, c.schedule, schedule, -1)
				}
				start := time.Now()
				results, unknown := read(t, p, nil)
				requireNames(t, results, "a", "c")
				requireNames(t, unknown, "b")
				for _, fragment := range c.fragments {
					if reason := unknown["b"]["reason"].(string); !strings.Contains(reason, fragment) {
						t.Errorf("no %q in %q", fragment, reason)
					}
				}
				if took := time.Since(start); took >= 5*time.Minute {
					t.Errorf("it took %s, which is the time limit", took)
				}
			})
		})
	}
}

func TestAClusterThatIsDeletedMeanwhileIsLeftOut(t *testing.T) {
	gone := answer(http.StatusNotFound, `{"errorCode":"CLUSTER_NOT_FOUND","detail":"No cluster named b exists."}`)
	for name, prepare := range map[string]func(t *testing.T, atlas *acctest.Atlas, j *jobs){
		"before its jobs are read": func(_ *testing.T, _ *acctest.Atlas, j *jobs) { j.instead["b"] = gone },
		"before its schedule is read": func(t *testing.T, atlas *acctest.Atlas, _ *jobs) {
			f := emulator.Fault{Path: clustersPath + "/b/backup/schedule", Status: 404, Code: "CLUSTER_NOT_FOUND", Detail: "No cluster named b exists."}
			if err := atlas.AddFault(f); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, names := range []acctest.Values{nil, clusterNames("a", "b")} {
				inBubble(t, func(t *testing.T, atlas *acctest.Atlas, j *jobs, p *acctest.Provider) {
					atlas.AddCluster(acctest.ProjectID, "a")
					atlas.AddCluster(acctest.ProjectID, "b")
					prepare(t, atlas, j)
					results, unknown := read(t, p, names)
					requireNames(t, results, "a")
					if names == nil {
						requireNames(t, unknown)
						return
					}
					requireAttributes(t, unknown["b"], acctest.Values{"reason": "The project has no cluster with this name."})
				})
			}
		})
	}
}

func TestReadingFailsIfTheClustersCannotBeListed(t *testing.T) {
	for preset, c := range map[string]struct {
		argument  string
		fragments []string
	}{
		"group-not-found":   {"project_id", []string{"Check project_id", "HTTP 404 GROUP_NOT_FOUND, GET"}},
		"user-unauthorized": {"", []string{"Project Read Only", "HTTP 401 USER_UNAUTHORIZED, GET"}},
		"403-html":          {"", []string{"HTTP 403, GET"}},
	} {
		inBubble(t, func(t *testing.T, atlas *acctest.Atlas, _ *jobs, p *acctest.Provider) {
			setFault(t, atlas, preset, clustersPath, -1)
			_, diags := p.ReadDataSource(t, typeName, project)
			diags.RequireError(t, c.argument, append(c.fragments, "Export status not read")...)
		})
	}
}

func TestDeadlineAndInterruptFail(t *testing.T) {
	hold := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, j *jobs, p *acctest.Provider) {
		atlas.AddCluster(acctest.ProjectID, "a")
		atlas.AddCluster(acctest.ProjectID, "b")
		j.instead["b"] = hold
		for limit, want := range map[any]time.Duration{"30s": 30 * time.Second, "1ns": 5 * time.Second, nil: 5 * time.Minute} {
			start := time.Now()
			_, diags := p.ReadDataSource(t, typeName, project.With(acctest.Values{"timeouts": acctest.Values{"read": limit}}))
			diags.RequireError(t, "", "Export status not read", "Atlas did not answer in time.", "timeouts", "/clusters/b/backup/exports")
			if took := time.Since(start); took != want {
				t.Errorf("with %v it took %s, want %s", limit, took, want)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		_, diags := p.WithContext(ctx).ReadDataSource(t, typeName, project)
		diags.RequireError(t, "", "Export status not read", "cancelled before Atlas answered")
		if took := time.Since(start); took != time.Second {
			t.Errorf("after an interrupt it took %s", took)
		}
	})
}

func TestTenClustersAreReadAtATime(t *testing.T) {
	var mu sync.Mutex
	reading, most := 0, 0
	synctest.Test(t, func(t *testing.T) {
		atlas := acctest.NewAtlasBehind(t, emulator.Options{}, func(next http.Handler) http.Handler {
			next = (&jobs{}).before(next)
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.Contains(r.URL.Path, "/backup/") {
					mu.Lock()
					reading++
					most = max(most, reading)
					mu.Unlock()
					time.Sleep(time.Second) // the bubble's
					mu.Lock()
					reading--
					mu.Unlock()
				}
				next.ServeHTTP(w, r)
			})
		})
		for i := range 100 {
			atlas.AddCluster(acctest.ProjectID, fmt.Sprintf("cluster-%02d", i))
		}
		p := acctest.NewProvider(t, atlas, acctest.ServiceAccount)
		start := time.Now()
		results, _ := read(t, p, nil)
		if took := time.Since(start); len(results) != 100 || most != 10 || took != 20*time.Second {
			t.Errorf("%d results, %d requests at the same time, %s; want 100, ten and 20s", len(results), most, took)
		}
	})
}

func TestStatusTakesTwoRequestsForEachCluster(t *testing.T) {
	for clusters, want := range map[int]struct{ lists, jobs int }{0: {1, 0}, 1: {1, 1}, 10: {1, 10}, 100: {1, 100}, 200: {4, 200}} { // two pages are read twice
		inBubble(t, func(t *testing.T, atlas *acctest.Atlas, j *jobs, p *acctest.Provider) {
			for i := range clusters {
				name := fmt.Sprintf("cluster-%03d", i)
				atlas.SetAutoExport(acctest.ProjectID, name, bucketID)
				j.of[name] = []job{successful(1, time.Now(), time.Now())}
			}
			results, unknown := read(t, p, acctest.Values{"max_age": "1h"})
			if len(results) != clusters || len(unknown) != 0 {
				t.Errorf("%d results and %d unknown, want %d", len(results), len(unknown), clusters)
			}
			if gets := atlas.Count(http.MethodGet); gets != want.lists+clusters || j.lists != want.jobs || atlas.TokensIssued() != 1 {
				t.Errorf("%d clusters: %d GETs, %d lists of jobs and %d tokens, want %d, %d and 1", clusters, gets, j.lists, atlas.TokensIssued(), want.lists+clusters, want.jobs)
			}
		})
	}
}

func TestIncompleteListsAreWarnings(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, j *jobs, p *acctest.Provider) {
		atlas.AddCluster(acctest.ProjectID, "a")
		atlas.AddCluster(acctest.ProjectID, "b")
		j.of["a"] = []job{successful(1, time.Now(), time.Now())}
		setFault(t, atlas, "list-counts-too-many", clustersPath, -1)
		for _, config := range []acctest.Values{project, project.With(clusterNames("a"))} {
			status, diags := p.ReadDataSource(t, typeName, config)
			diags.RequireWarning(t, "", "Clusters of project "+acctest.ProjectID+" may be missing", "Atlas shows 2 clusters, and counts more.")
			if byName(t, status["results"])["a"] == nil {
				t.Error("a is missing")
			}
		}
		atlas.ClearFaults()

		j.instead["b"] = answer(http.StatusOK, `{"results":[{"id":"`+newID(1)+`","state":"Queued"}],"totalCount":2}`)
		status, diags := p.ReadDataSource(t, typeName, project)
		diags.RequireWarning(t, "", "Export jobs of cluster b of project "+acctest.ProjectID+" may be missing", "Atlas shows 1 export jobs of cluster b, and counts more.")
		requireNames(t, byName(t, status["results"]), "a", "b")
	})
}

func TestReadingReportsThatThereIsNoCredential(t *testing.T) {
	acctest.ClearEnvironment(t)
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, _ *jobs, _ *acctest.Provider) {
		p, diags := acctest.ConfigureProvider(t, atlas, acctest.Values{"base_url": atlas.URL})
		diags.RequireNone(t)
		_, diags = p.ReadDataSource(t, typeName, project)
		diags.RequireError(t, "", "No Atlas credential", "MONGODB_ATLAS_CLIENT_ID")
	})
}

func TestValidateRefusesAtTheArgument(t *testing.T) {
	p := acctest.Unconfigured(t)
	for name, c := range map[string]struct {
		change    acctest.Values
		argument  string
		fragments []string
	}{
		"project":        {acctest.Values{"project_id": "backups"}, "project_id", []string{"the id of the Atlas project"}},
		"days":           {acctest.Values{"max_age": "32d"}, "max_age", []string{`"32d": write a positive duration such as "768h" (32 days)`}},
		"no age":         {acctest.Values{"max_age": ""}, "max_age", []string{"positive duration"}},
		"a zero age":     {acctest.Values{"max_age": "0h"}, "max_age", []string{"positive duration"}},
		"a negative age": {acctest.Values{"max_age": "-768h"}, "max_age", []string{"positive duration"}},
		"a number":       {acctest.Values{"max_age": "768"}, "max_age", []string{"positive duration"}},
		"cluster name":   {clusterNames("orders", "orders.eu"), "cluster_names", []string{`"orders.eu": write the name of the cluster`}},
		"empty name":     {clusterNames(""), "cluster_names", []string{"write the name of the cluster"}},
		"null":           {clusterNames("orders", nil), "cluster_names", []string{"One of the names is null. Leave it out."}},
		"timeout":        {acctest.Values{"timeouts": acctest.Values{"read": "soon"}}, "timeouts.read", []string{"soon"}},
	} {
		t.Run(name, func(t *testing.T) {
			p.ValidateDataSource(t, typeName, project.With(c.change)).RequireError(t, c.argument, append(c.fragments, "Invalid "+c.argument)...)
		})
	}
}

func TestValidatePasses(t *testing.T) {
	p := acctest.Unconfigured(t)
	for name, config := range map[string]acctest.Values{
		"the project alone": project,
		"everything":        project.With(clusterNames("orders", "0")).With(acctest.Values{"max_age": "1ns", "timeouts": acctest.Values{"read": "1m"}}),
		"no clusters":       project.With(clusterNames()),
		"unknown":           {"project_id": acctest.Unknown, "cluster_names": acctest.Unknown, "max_age": acctest.Unknown, "timeouts": acctest.Unknown},
		"an unknown name":   project.With(clusterNames("orders", acctest.Unknown)),
	} {
		if diags := p.ValidateDataSource(t, typeName, config); len(diags) > 0 {
			t.Errorf("%s: %s", name, diags)
		}
	}
}
