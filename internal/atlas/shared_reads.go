package atlas

import (
	"context"
	"iter"
	"sync"
	"time"
)

const (
	// sharedListAge is how long a list answers the reads of single items: longer than the time
	// between two reads of one refresh, shorter than a person needs to change something.
	sharedListAge = 10 * time.Second

	// sharedListLimit is how long a fetch of the list may take. Then the reads ask alone.
	sharedListLimit = 30 * time.Second
)

// sharedReads answer reads of single items from one list, so that the refresh of many items of a
// project does not cost a request each. The first read asks for its item alone. While it waits
// for the answer, the next one fetches the list, which answers all reads of sharedListAge. A
// write of this process makes a list useless. It is safe for concurrent use.
type sharedReads[T any] struct {
	mu       sync.Mutex
	projects map[string]*projectReads[T]
}

// projectReads are the reads of one project.
type projectReads[T any] struct {
	alone  int // reads that wait for their own answer, and have no list
	writes int // of this process that have ended
	list   *sharedList[T]
}

// sharedList is one fetch of a list. What is not about waiting is set when done is closed.
type sharedList[T any] struct {
	began   time.Time
	writes  int // of the project when it began
	waiting int // reads that wait for it
	cancel  context.CancelFunc

	done  chan struct{}
	items map[string]T // by their ids; nil if the fetch has failed
}

// sharedRead is one read: the item by its id, alone or among the items of the list.
type sharedRead[T any] struct {
	projectID, id string
	alone         func(context.Context) (*T, error)
	list          func(context.Context) iter.Seq2[T, error]
	idOf          func(T) string
	accept        func(T) bool // an item of the list is the answer
}

// read returns the item. What the list does not have, or not in an acceptable form, is asked for
// alone, and so is everything when the list cannot be read. So an error is always that of a
// read of the item alone.
func (s *sharedReads[T]) read(ctx context.Context, r sharedRead[T]) (*T, error) {
	list, leave := s.enter(ctx, r)
	defer leave()
	if list == nil {
		return r.alone(ctx)
	}
	select {
	case <-list.done:
		if item, ok := list.items[r.id]; ok && r.accept(item) {
			return &item, nil
		}
	case <-ctx.Done():
	}
	return r.alone(ctx)
}

// enter returns the list that answers a read, nil for a read that asks alone. leave must be
// called when the read ends.
func (s *sharedReads[T]) enter(ctx context.Context, r sharedRead[T]) (list *sharedList[T], leave func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.project(r.projectID)
	isUsable := p.list != nil && p.list.writes == p.writes && time.Since(p.list.began) < sharedListAge
	switch {
	case !isUsable && p.alone == 0:
		p.alone++
		return nil, func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			p.alone--
		}
	case !isUsable:
		p.list = s.fetch(ctx, r, p.writes)
	}
	list = p.list
	list.waiting++
	return list, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if list.waiting--; list.waiting == 0 {
			list.cancel() // nobody needs it
		}
	}
}

// fetch begins to fetch a list. It ends when no read waits for it, and not with the read that
// has begun it.
func (s *sharedReads[T]) fetch(ctx context.Context, r sharedRead[T], writes int) *sharedList[T] {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sharedListLimit)
	list := &sharedList[T]{began: time.Now(), writes: writes, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(list.done)
		items := map[string]T{}
		for item, err := range r.list(ctx) {
			if err != nil {
				return
			}
			items[r.idOf(item)] = item
		}
		list.items = items
	}()
	return list
}

// wrote tells that a write in a project has ended. A list that began before does not answer the
// reads from now on.
func (s *sharedReads[T]) wrote(projectID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.project(projectID).writes++
}

// project returns the reads of a project. The caller holds the lock.
func (s *sharedReads[T]) project(id string) *projectReads[T] {
	if s.projects == nil {
		s.projects = map[string]*projectReads[T]{}
	}
	if s.projects[id] == nil {
		s.projects[id] = &projectReads[T]{}
	}
	return s.projects[id]
}
