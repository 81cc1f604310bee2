package emulator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestUnusedFaultsAreNamed(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for _, fault := range []emulator.Fault{
		{Path: "/api/atlas/v2/typo", Status: 503},
		{Path: bucketsPath, Status: 404, Times: 2},
		{Skip: 1, Delay: time.Second},
		{Method: "PUT", Status: 400, Body: "<title>" + strings.Repeat("ä", 1000)},
	} {
		if err := atlas.AddFault(fault); err != nil {
			t.Fatal(err)
		}
	}
	send(t, atlas, "GET", bucketsPath, "").wantStatus(t, 404)
	got := atlas.UnusedFaults()
	want := []string{`"path":"/api/atlas/v2/typo"`, `"delay":"1s"`, `"body":"<title>ä`}
	if len(got) != len(want) {
		t.Fatalf("got %q", got)
	}
	for i, line := range got {
		if !strings.Contains(line, want[i]) || strings.Contains(line, "\n") || len(line) > 200 {
			t.Errorf("got %q, want %s in one short line", line, want[i])
		}
	}
}

func TestFaultsAreLimited(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for range 1000 {
		if err := atlas.AddFault(emulator.Fault{Status: 500}); err != nil {
			t.Fatal(err)
		}
	}
	if err := atlas.AddFault(emulator.Fault{Status: 500}); err == nil || !strings.Contains(err.Error(), "clear them") {
		t.Errorf("error %v", err)
	}
	atlas.ClearFaults()
	if err := atlas.AddFault(emulator.Fault{Status: 500}); err != nil {
		t.Error(err)
	}
}
