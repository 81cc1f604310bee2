package emulator

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"sync/atomic"
	"time"
)

// objectIDs makes MongoDB ObjectIDs, which Atlas has as ids: four bytes of time in seconds,
// five random bytes of the process, three of a counter.
type objectIDs struct {
	process [5]byte
	count   *atomic.Uint32
}

func newObjectIDs() objectIDs {
	ids := objectIDs{count: &atomic.Uint32{}}
	_, _ = rand.Read(ids.process[:]) // crypto/rand never fails
	return ids
}

// next returns a new id of 24 lower-case hexadecimal digits, with the time now in it.
func (o objectIDs) next(now time.Time) string {
	id := binary.BigEndian.AppendUint32(nil, uint32(now.Unix()))
	id = append(id, o.process[:]...)
	count := binary.BigEndian.AppendUint32(nil, o.count.Add(1))
	return hex.EncodeToString(append(id, count[1:]...))
}
