package exportstatus_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
)

// successful is a job that succeeded.
func successful(n int, created, finished time.Time) job {
	return job{
		"id": newID(n), "state": "Successful", "createdAt": created.UTC().Format(time.RFC3339), "finishedAt": finished.UTC().Format(time.RFC3339),
		"prefix": fmt.Sprintf("exported_snapshots/%d", n), "exportStatus": map[string]any{"exportedCollections": 0, "totalCollections": 0}, "customData": []any{},
	}
}

// failed is a job that did not, for a reason.
func failed(n int, state string, created time.Time, reason map[string]any) job {
	j := successful(n, created, created.Add(time.Minute))
	j["state"] = state
	if reason != nil {
		j["stateReason"] = reason
	}
	return j
}

// statusOf reads the status of a cluster with these jobs.
func statusOf(t *testing.T, config acctest.Values, jobsOf func(now time.Time) []job) (status acctest.Values) {
	t.Helper()
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, j *jobs, p *acctest.Provider) {
		atlas.AddCluster(acctest.ProjectID, "orders")
		j.of["orders"] = jobsOf(time.Now())
		results, unknown := read(t, p, config)
		requireNames(t, unknown)
		status = results["orders"]
	})
	return status
}

func without(j job, names ...string) job {
	for _, name := range names {
		delete(j, name)
	}
	return j
}

func TestLastJobsAreFoundInAnyOrder(t *testing.T) {
	status := statusOf(t, nil, func(now time.Time) []job {
		at := func(hours int) time.Time { return now.Add(time.Duration(hours) * time.Hour) }
		running := successful(8, at(-1), now)
		running["state"] = "InProgress"
		return []job{
			successful(1, at(-9), at(-8)),
			failed(2, "Failed", at(-20), map[string]any{"errorCode": "OLD", "message": "An old one"}),
			successful(3, at(-7), at(-2)), // created before the next one, and finished after it
			successful(4, at(-6), at(-5)),
			failed(5, "Cancelled", at(-3), map[string]any{"errorCode": "CANCELLED", "message": "Cancelled by a user"}),
			failed(6, "Failed", at(-4), map[string]any{"errorCode": "UNKNOWN", "message": "No"}),
			without(failed(7, "Queued", at(-1), nil), "finishedAt"),
			without(running, "finishedAt"),
			successful(9, at(-30), at(-29)),
		}
	})
	requireAttributes(t, status["last_successful"], acctest.Values{"id": newID(3), "finished_at": "1999-12-31T22:00:00Z", "prefix": "exported_snapshots/3"})
	requireAttributes(t, status["last_failed"], acctest.Values{
		"id": newID(5), "finished_at": "1999-12-31T21:01:00Z", "prefix": "exported_snapshots/5", "reason": "CANCELLED: Cancelled by a user",
	})
}

func TestFreshIsAtMostAsOldAsMaxAge(t *testing.T) {
	const age = 768 * time.Hour
	for name, c := range map[string]struct {
		maxAge any
		ages   []time.Duration // of successes; none for no success
		want   any
	}{
		"younger":              {"768h", []time.Duration{age - time.Second}, true},
		"exactly":              {"768h", []time.Duration{age}, true},
		"older":                {"768h", []time.Duration{age + time.Second}, false},
		"one of several":       {"768h", []time.Duration{2 * age, time.Hour, 3 * age}, true},
		"a clock that is fast": {"1h", []time.Duration{-time.Minute}, true},
		"never exported":       {"768h", nil, false},
		"without max_age":      {nil, []time.Duration{time.Hour}, nil},
		"never, and no age":    {nil, nil, nil},
		"an age of minutes":    {"1h30m", []time.Duration{89 * time.Minute}, true},
	} {
		t.Run(name, func(t *testing.T) {
			status := statusOf(t, acctest.Values{"max_age": c.maxAge}, func(now time.Time) (list []job) {
				for i, age := range c.ages {
					list = append(list, successful(i, now.Add(-age-time.Hour), now.Add(-age)))
				}
				return append(list, failed(99, "Failed", now, nil))
			})
			requireAttributes(t, status, acctest.Values{"fresh": c.want})
		})
	}
}

func TestAJobWithoutItsTimesIsNotFresh(t *testing.T) {
	for name, value := range map[string]any{"null": nil, "missing": "missing"} {
		t.Run(name, func(t *testing.T) {
			bare := func(j job) job {
				for _, field := range []string{"createdAt", "finishedAt", "prefix", "stateReason"} {
					j[field] = value
					if value == "missing" {
						delete(j, field)
					}
				}
				return j
			}
			status := statusOf(t, acctest.Values{"max_age": "768h"}, func(now time.Time) []job {
				return []job{bare(successful(1, now, now)), bare(failed(2, "Failed", now, nil))}
			})
			requireAttributes(t, status, acctest.Values{"fresh": false})
			requireAttributes(t, status["last_successful"], acctest.Values{"id": newID(1), "finished_at": nil, "prefix": nil})
			requireAttributes(t, status["last_failed"], acctest.Values{"id": newID(2), "finished_at": nil, "prefix": nil, "reason": nil})
		})
	}
	// One that has its times counts more.
	status := statusOf(t, acctest.Values{"max_age": "768h"}, func(now time.Time) []job {
		return []job{
			without(successful(1, now, now), "finishedAt"), successful(2, now, now), without(successful(3, now, now), "finishedAt"),
			without(failed(4, "Failed", now, nil), "createdAt"), failed(5, "Failed", now, nil), without(failed(6, "Failed", now, nil), "createdAt"),
		}
	})
	requireAttributes(t, status, acctest.Values{"fresh": true})
	requireAttributes(t, status["last_successful"], acctest.Values{"id": newID(2)})
	requireAttributes(t, status["last_failed"], acctest.Values{"id": newID(5)})
}

func TestReasonOfAFailedJob(t *testing.T) {
	for _, c := range []struct {
		reason map[string]any
		want   any
	}{
		{map[string]any{"errorCode": "UNKNOWN", "message": "It failed"}, "UNKNOWN: It failed"},
		{map[string]any{"errorCode": "UNKNOWN"}, "UNKNOWN"},
		{map[string]any{"message": "It failed"}, "It failed"},
		{map[string]any{"errorCode": "UNKNOWN", "message": "\x1b[31mred\n"}, "UNKNOWN: [31mred"},
		{map[string]any{}, nil},
		{nil, nil},
	} {
		status := statusOf(t, nil, func(now time.Time) []job { return []job{failed(1, "Failed", now, c.reason)} })
		requireAttributes(t, status["last_failed"], acctest.Values{"reason": c.want})
		requireAttributes(t, status, acctest.Values{"last_successful": nil})
	}
}

func TestJobsAreReadFromEveryPage(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, j *jobs, p *acctest.Provider) {
		atlas.AddCluster(acctest.ProjectID, "orders")
		now := time.Now()
		for i := range 1200 {
			age := time.Duration(1200-i) * time.Hour
			j.of["orders"] = append(j.of["orders"], successful(i, now.Add(-age-time.Hour), now.Add(-age)))
		}
		results, _ := read(t, p, acctest.Values{"max_age": "90m"})
		requireAttributes(t, results["orders"], acctest.Values{"fresh": true})
		requireAttributes(t, results["orders"]["last_successful"], acctest.Values{"id": newID(1199)})
		if j.lists != 6 {
			t.Errorf("%d pages were asked for, want each of the three twice", j.lists)
		}
	})
}
