package atlas

import (
	"slices"
	"time"
)

const (
	// idTolerance is by how much the time in an id may differ from that of its POST, by Atlas'
	// clock: an id has whole seconds, and ids and Dates are written by different servers.
	idTolerance = 2 * time.Second

	// idDoubt is by how much it may differ when a clock is wrong. What is older has nothing to
	// do with the POST.
	idDoubt = 8 * time.Second
)

// Match says how much something that is listed is like what was asked for.
type Match int

const (
	Differs Match = iota
	Alike         // except for what Atlas may still be changing
	Same
)

// candidate is something that Atlas shows after a POST, and how much it is like what was asked for.
type candidate struct {
	id    string
	match Match
	value any
}

// candidates are what a POST whose answer was lost may have created.
type candidates struct {
	certain, doubtful []candidate
}

// candidatesIn returns the candidates among what is listed, nil for none.
func (s *settlement) candidatesIn(all []candidate) *candidates {
	var found candidates
	for _, one := range all {
		when := s.client.timeOf(CreatedAt(one.id), s.sent)
		switch {
		case one.match == Differs || when == anotherTime || s.client.pool.known.has(one.id):
		case one.match == Same && when == sincePost:
			found.certain = append(found.certain, one)
		default:
			found.doubtful = append(found.doubtful, one)
		}
	}
	if found.certain == nil && found.doubtful == nil {
		return nil
	}
	return &found
}

// withDoubtOf returns the candidates of a look. A candidate that was doubtful in an earlier look
// is not certain: the clock that was wrong then is still wrong.
func (s *settlement) withDoubtOf(earlier, seen *candidates) *candidates {
	if earlier == nil {
		return seen
	}
	merged := candidates{doubtful: seen.doubtful}
	for _, one := range seen.certain {
		if slices.ContainsFunc(earlier.doubtful, func(other candidate) bool { return other.id == one.id }) {
			merged.doubtful = append(merged.doubtful, one)
		} else {
			merged.certain = append(merged.certain, one)
		}
	}
	return &merged
}

// creationTime says whether something was created since a POST was sent.
type creationTime int

const (
	anotherTime creationTime = iota // it was not
	unclear                         // a clock may be wrong
	sincePost
)

// timeOf compares the time in an id with that of a POST. Atlas' clock decides, and it is known
// only from the Dates of answers, which may be a proxy's. So the result is unclear for a time
// close to that of the POST, by Atlas' clock or by ours, and for a time in the future.
func (c *Client) timeOf(created, sent time.Time) creationTime {
	now := time.Now()
	between := func(from, to time.Time, tolerance time.Duration) bool {
		return !created.Before(from.Add(-tolerance)) && !created.After(to.Add(tolerance))
	}
	switch {
	case between(c.clock.at(sent), c.clock.at(now), idTolerance):
		return sincePost
	case between(c.clock.at(sent), c.clock.at(now), idDoubt), between(sent, now, idDoubt), created.After(c.clock.at(now)):
		return unclear
	}
	return anotherTime
}
