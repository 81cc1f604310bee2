package emulator

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"sync/atomic"
	"time"
)

// objectIDs makes MongoDB ObjectIDs, as Atlas' ids are: four bytes of time in
// seconds, five of the process, three of a counter.
type objectIDs struct {
	process [5]byte
	count   *atomic.Uint32
}

func newObjectIDs() objectIDs {
	ids := objectIDs{count: &atomic.Uint32{}}
	_, _ = rand.Read(ids.process[:]) // crypto/rand never fails
	return ids
}

// next returns a new id, 24 lower-case hexadecimal digits, that carries the
// time now.
func (ids objectIDs) next(now time.Time) string {
	id := binary.BigEndian.AppendUint32(nil, uint32(now.Unix()))
	id = append(id, ids.process[:]...)
	count := binary.BigEndian.AppendUint32(nil, ids.count.Add(1))
	return hex.EncodeToString(append(id, count[1:]...))
}
