package atlas

import "sync"

// knownIDs are the ids that an answer to this process was about: of what another call has
// created, read or changed. None of them is the result of a POST whose answer was lost.
type knownIDs struct {
	ids sync.Map
}

func (k *knownIDs) add(id string) { k.ids.Store(id, true) }

func (k *knownIDs) has(id string) bool {
	_, known := k.ids.Load(id)
	return known
}
