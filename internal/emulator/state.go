package emulator

// project is what Atlas has of one project.
type project struct {
	id     string
	states map[string]any // of the nouns, by stateKey: see stateOf
}

// AddProject adds the project with the given id of 24 lower-case hexadecimal digits. If it
// exists, it stays unchanged.
//
// This and every other change without the API is undone if the state file cannot be written: see
// Err.
func (a *Atlas) AddProject(id string) {
	a.change(func() { a.ensureProject(id) })
}

// ensureProject returns the project, and adds it if it does not exist. The caller holds the lock.
func (a *Atlas) ensureProject(id string) *project {
	if a.projects[id] == nil {
		a.projects[id] = &project{id: id, states: map[string]any{}}
	}
	return a.projects[id]
}

// change makes a change without the API.
func (a *Atlas) change(apply func()) {
	a.noteErr(a.tryChange(apply))
}

// tryChange makes a change without the API and saves it, or undoes it.
func (a *Atlas) tryChange(apply func()) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	apply()
	return a.save()
}

// noteErr keeps the first error of a change for Err.
func (a *Atlas) noteErr(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err == nil {
		a.err = err
	}
}

// Err returns why the first change without the API that could not be saved was undone, or nil.
func (a *Atlas) Err() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.err
}
