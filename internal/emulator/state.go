package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// storedState is the content of a state file.
type storedState struct {
	Projects map[string]*project `json:"projects"`
}

// project is what Atlas holds of one project.
type project struct {
	id            string
	ExportBuckets []storedBucket `json:"exportBuckets"` // in the order they came
	Clusters      []cluster      `json:"clusters"`      // likewise
}

// AddProject makes the project with the given id, 24 lower-case hexadecimal
// digits. One that is there stays as it is.
//
// This and every other change behind the API's back panics when the state file
// cannot be written.
func (a *Atlas) AddProject(id string) {
	a.change(func() { a.ensureProject(id) })
}

// ensureProject returns the project, and makes it when there is none. The
// caller holds the lock.
func (a *Atlas) ensureProject(id string) *project {
	if a.projects[id] == nil {
		a.projects[id] = &project{id: id}
	}
	return a.projects[id]
}

// change makes a change behind the API's back, and keeps it.
func (a *Atlas) change(apply func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	apply()
	if err := a.save(); err != nil {
		panic(err)
	}
}

// load reads the state file. A file that is not there is an empty state. A file
// with anything else in it is an error, because the next change would overwrite
// it.
func (a *Atlas) load() error {
	if a.stateFile == "" {
		return nil
	}
	content, err := os.ReadFile(a.stateFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the emulator's state: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	var stored storedState
	if err := decoder.Decode(&stored); err != nil {
		return fmt.Errorf("%s is not a state of the emulator: %w", a.stateFile, err)
	}
	for id, p := range stored.Projects {
		if p == nil {
			return fmt.Errorf("%s is not a state of the emulator: project %s is null", a.stateFile, id)
		}
		p.id = id
		a.projects[id] = p
	}
	return nil
}

// save writes the state file. The caller holds the lock.
func (a *Atlas) save() error {
	if a.stateFile == "" {
		return nil
	}
	content, err := json.MarshalIndent(storedState{Projects: a.projects}, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the emulator's state: %w", err)
	}
	if err := replaceFile(a.stateFile, append(content, '\n')); err != nil {
		return fmt.Errorf("write the emulator's state: %w", err)
	}
	return nil
}

// replaceFile leaves either the old content or the new, whatever happens in
// between.
func replaceFile(name string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
