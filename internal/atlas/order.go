package atlas

import (
	"sort"
	"time"
)

// SortBy sorts by a key. It uses sort.Slice, which is compiled once: slices.SortFunc adds 25 kB to the
// program for each type.
func SortBy[T any](all []T, key func(T) string) {
	sort.Slice(all, func(i, j int) bool { return key(all[i]) < key(all[j]) })
}

// SortNewestFirst sorts by the time, and by the id where that is the same.
func SortNewestFirst[T interface{ StartedAt() time.Time }](all []T, id func(T) string) {
	sort.Slice(all, func(i, j int) bool {
		if order := all[i].StartedAt().Compare(all[j].StartedAt()); order != 0 {
			return order > 0
		}
		return id(all[i]) > id(all[j])
	})
}
