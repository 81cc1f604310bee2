package atlas

import (
	"context"
	"net/url"
	"sync"
)

// ledger is what this process knows of export buckets, so that one that another call has
// made, read or changed is not taken for that of a lost answer.
type ledger struct {
	mu    sync.Mutex
	known map[string]bool         // the ids of buckets that an answer to this process was about
	turns map[place]chan struct{} // of creations that may ask for the same
}

// place is where creations can be mistaken for each other. Of an Azure address the host
// alone counts, because the container may be in it or not.
type place struct {
	projectID, cloudProvider, bucketName, iamRoleID, roleID, host string
}

func placeOf(projectID string, in ExportBucketRequest) place {
	at := place{projectID: projectID, cloudProvider: in.CloudProvider, bucketName: in.BucketName, iamRoleID: in.IAMRoleID, roleID: in.RoleID}
	if u, err := url.Parse(in.ServiceURL); err == nil {
		at.host = u.Host
	}
	return at
}

func newLedger() ledger {
	return ledger{known: map[string]bool{}, turns: map[place]chan struct{}{}}
}

func (l *ledger) note(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.known[id] = true
}

func (l *ledger) knows(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.known[id]
}

// turn waits until no other creation is at the same place: of two that are under way,
// nobody can tell which has made a bucket. The returned function ends the turn.
func (l *ledger) turn(ctx context.Context, at place) (end func(), err error) {
	l.mu.Lock()
	turn := l.turns[at]
	if turn == nil {
		turn = make(chan struct{}, 1)
		l.turns[at] = turn
	}
	l.mu.Unlock()
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
