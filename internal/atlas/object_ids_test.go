package atlas_test

import (
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

func TestCreatedAtIsTheTimeInAnID(t *testing.T) {
	for id, want := range map[string]time.Time{
		"65b2f1d09b3d0e4c5a6f7081":   time.Date(2024, 1, 25, 23, 42, 8, 0, time.UTC),
		"":                           {},
		"65b2f1d0":                   {},
		"no hexadecimal digits here": {},
		"65b2f1d09b3d0e4c5a6f708100": {},
		"ffffffff9b3d0e4c5a6f7081":   time.Date(2106, 2, 7, 6, 28, 15, 0, time.UTC),
	} {
		if got := (atlas.ExportBucket{ID: id}).CreatedAt(); !got.Equal(want) {
			t.Errorf("%q: %s, want %s", id, got.UTC(), want)
		}
	}
}
