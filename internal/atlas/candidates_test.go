package atlas_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestALostBucketIsRecognizedByAtlasClock(t *testing.T) {
	for _, ahead := range []time.Duration{0, time.Hour, -time.Hour, 24 * 365 * time.Hour} {
		for _, c := range []struct {
			outcome outcome
			posts   int
		}{{lostAfter, 1}, {lostBefore, 2}} {
			synctest.Test(t, func(t *testing.T) {
				server := &skewed{ahead: ahead, outcomes: []outcome{c.outcome}}
				server.create()
				time.Sleep(10 * time.Second)
				created, err := createOn(t, server)
				requireCreated(t, server, created, err, c.posts)
				if len(server.ids) != 2 {
					t.Errorf("clock ahead by %s: Atlas has %v", ahead, server.ids)
				}
			})
		}
	}
}

// Ids and Dates have whole seconds, so the tests run at several times within a second.
func TestADoubtfulBucketIsReportedAndNotCreatedAgain(t *testing.T) {
	const none = 0
	for name, c := range map[string]struct {
		ahead, date time.Duration // as skewed has them
		twin        time.Duration // its age
		outcome     outcome
		posts       int
		decided     bool
	}{
		"Date a second ahead, carried out":              {0, time.Second, none, lostAfter, 1, true},
		"Date 2 s ahead, carried out":                   {0, 2 * time.Second, none, lostAfter, 1, true},
		"Date 2 s behind, carried out":                  {0, -2 * time.Second, none, lostAfter, 1, true},
		"Date 3 s ahead, carried out":                   {0, 3 * time.Second, none, lostAfter, 1, false},
		"Date 3 s behind, carried out":                  {0, -3 * time.Second, none, lostAfter, 1, false},
		"ours wrong, Date 3 s ahead, carried out":       {time.Hour, 3 * time.Second, none, lostAfter, 1, false},
		"ours wrong, Date 3 s behind, carried out":      {-time.Hour, -3 * time.Second, none, lostAfter, 1, false},
		"Date an hour ahead, carried out":               {0, time.Hour, none, lostAfter, 1, false},
		"Date an hour behind, carried out":              {0, -time.Hour, none, lostAfter, 1, false},
		"Date an hour behind, twin of half an hour":     {0, -time.Hour, 30 * time.Minute, lostBefore, 1, false},
		"Date an hour behind, twin of half an hour too": {0, -time.Hour, 30 * time.Minute, lostAfter, 1, false},
		"Date an hour behind, twin of two hours":        {0, -time.Hour, 2 * time.Hour, lostBefore, 2, true},
		"twin of 5 s":                                   {0, 0, 5 * time.Second, lostBefore, 1, false},
		"twin of 5 s, and carried out":                  {0, 0, 5 * time.Second, lostAfter, 1, false},
		"twin of 30 s":                                  {0, 0, 30 * time.Second, lostBefore, 2, true},
		"twin of 30 s, and carried out":                 {0, 0, 30 * time.Second, lostAfter, 1, true},
	} {
		for _, part := range []time.Duration{0, 300 * time.Millisecond, 900 * time.Millisecond} {
			t.Run(fmt.Sprint(name, " at ", part), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					time.Sleep(part)
					server := &skewed{ahead: c.ahead, date: c.date, outcomes: []outcome{c.outcome}}
					if c.twin != none {
						server.create()
						time.Sleep(c.twin)
					}
					created, err := createOn(t, server)
					if c.decided {
						requireCreated(t, server, created, err, c.posts)
						return
					}
					undecided := requireUndecided(t, server, err, c.posts, server.ids...)
					if undecided.Look != nil || undecided.Last != nil {
						t.Errorf("look %v, last %v", undecided.Look, undecided.Last)
					}
				})
			})
		}
	}
}

// Private networking may show late.
func TestASimilarBucketIsReportedAndNotCreatedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &skewed{outcomes: []outcome{lostAfter}, private: true}
		_, err := createOn(t, server)
		if undecided := requireUndecided(t, server, err, 1, server.ids...); undecided.Look != nil || undecided.Last != nil {
			t.Errorf("look %v, last %v", undecided.Look, undecided.Last)
		}
	})
}
