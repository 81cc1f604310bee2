package emulator

import "time"

// maxExportedReplicaSets are exported of a project at the same time. Other jobs are queued.
const maxExportedReplicaSets = 5

// exportJobSteps returns the ends of the jobs that run, and the start of the next one that is
// queued. Jobs start in the order in which they are ready; one that has to wait for replica
// sets makes those after it wait too: unverified. A job of more than maxExportedReplicaSets
// starts when nothing else runs: unverified. No job starts before after.
func (a *Atlas) exportJobSteps(p *project, after time.Time) []step {
	var steps []step
	var next *storedExportJob
	running := 0
	jobs := *p.exportJobs()
	for i := range jobs {
		s := &jobs[i]
		switch {
		case s.Course == nil:
		case s.Job.State == jobInProgress:
			running += len(s.ReplicaSets)
			steps = append(steps, step{s.Course.endsAt(), func(at time.Time) { a.finishExportJob(p, s, at) }})
		case s.Job.State == jobQueued && (next == nil || s.Course.StartsAt.Before(next.Course.StartsAt)):
			next = s
		}
	}
	if next != nil && (running == 0 || running+len(next.ReplicaSets) <= maxExportedReplicaSets) {
		at := next.Course.StartsAt
		if at.Before(after) {
			at = after
		}
		steps = append(steps, step{at, func(at time.Time) { a.startExportJob(next, at) }})
	}
	return steps
}

// startExportJob writes what Atlas writes at the start of each export. If that is not possible, the
// job has failed.
func (a *Atlas) startExportJob(s *storedExportJob, at time.Time) {
	s.Job.State, s.Course.StartsAt = jobInProgress, at
	if s.Job.ExportStatus != nil {
		s.Job.ExportStatus = &ExportStatus{TotalCollections: s.Collections}
	}
	if err := a.writePermissionCheck(s.BucketName); err != nil {
		s.Course.Outcome, s.Course.Code, s.Course.Message = jobFailed, "", err.Error()
		s.finish(at)
	}
}

func (a *Atlas) finishExportJob(p *project, s *storedExportJob, at time.Time) {
	if err := a.writeExport(p, *s); err != nil {
		s.Course.Outcome, s.Course.Code, s.Course.Message = jobFailed, "", err.Error()
	}
	s.finish(at)
}

// finish ends a job that runs as its course says. The code of a job that has failed is unverified.
func (s *storedExportJob) finish(at time.Time) {
	state, exported := s.Course.Outcome, s.exportedCollections()
	setDefault(&state, jobSuccessful)
	if state == jobFailed {
		reason := StateReason{ErrorCode: s.Course.Code, Message: s.Course.Message}
		setDefault(&reason.ErrorCode, "EXPORT_FAILED")
		setDefault(&reason.Message, "The export failed.")
		s.Job.StateReason = &reason
	}
	if s.Job.ExportStatus != nil {
		s.Job.ExportStatus = &ExportStatus{ExportedCollections: exported, TotalCollections: s.Collections}
	}
	s.Job.State, s.Job.FinishedAt, s.Course = state, inSeconds(at), nil
}

// exportedCollections returns how many collections are exported when the job ends as its course
// says: all of them, or half if it does not succeed. The data of a failed job stays, but how much of
// it there is is unverified.
func (s *storedExportJob) exportedCollections() int {
	if s.Course.Outcome == "" || s.Course.Outcome == jobSuccessful {
		return s.Collections
	}
	return s.Collections / 2
}
