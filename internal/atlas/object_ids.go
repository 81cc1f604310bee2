package atlas

import (
	"encoding/binary"
	"encoding/hex"
	"regexp"
	"time"
)

// objectID is the form of Atlas' ids.
var objectID = regexp.MustCompile(`^[a-f0-9]{24}$`)

// CreatedAt is the time in an id, to the second: the first four bytes of an ObjectID
// (documented). It is the zero time for what is not an ObjectID.
func CreatedAt(id string) time.Time {
	bytes, err := hex.DecodeString(id)
	if err != nil || len(bytes) != 12 {
		return time.Time{}
	}
	return time.Unix(int64(binary.BigEndian.Uint32(bytes)), 0)
}

// startedAt is createdAt of something, or else the time in its id.
func startedAt(createdAt time.Time, id string) time.Time {
	if createdAt.IsZero() {
		return CreatedAt(id)
	}
	return createdAt
}
