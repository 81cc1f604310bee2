package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// stateFile is where an Atlas keeps its state.
type stateFile struct {
	name  string // as the caller wrote it; "" keeps nothing
	path  string // of the file itself, behind symbolic links
	saved []byte // the state that it holds
}

// storedState is the content of a state file.
type storedState struct {
	Projects map[string]*project `json:"projects"`
}

// load reads the state file. A file that is not there is an empty state. A file
// with anything else in it is an error, because the next change would overwrite
// it.
func (a *Atlas) load() error {
	file := &a.stateFile
	if file.name == "" {
		return nil
	}
	path, err := followLinks(file.name)
	if err == nil {
		err = checkReplaceable(path)
	}
	if err != nil {
		return fmt.Errorf("read the emulator's state: %w", err)
	}
	file.path, file.saved = path, []byte("{}")
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the emulator's state: %w", err)
	}
	projects, err := decodeState(content)
	if err != nil {
		return fmt.Errorf("%s is not a state of the emulator: %w", file.name, err)
	}
	a.projects, file.saved = projects, content
	return nil
}

// errNotSaved begins the errors of save.
var errNotSaved = errors.New("write the emulator's state")

// save writes the state file. When it cannot be written, all that has changed
// since the last save is undone. The caller holds the lock.
func (a *Atlas) save() error {
	file := &a.stateFile
	if file.name == "" {
		return nil
	}
	content, err := json.MarshalIndent(storedState{Projects: a.projects}, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the emulator's state: %w", err)
	}
	content = append(content, '\n')
	err = checkReplaceable(file.path)
	if err == nil {
		err = replaceFile(file.path, content)
	}
	if err != nil {
		err = fmt.Errorf("%w: %w", errNotSaved, err)
		before, decodeErr := decodeState(file.saved)
		if decodeErr != nil {
			return errors.Join(err, decodeErr)
		}
		a.projects = before
		return err
	}
	file.saved = content
	return nil
}

// decodeState reads the content of a state file, which is one JSON object.
func decodeState(content []byte) (map[string]*project, error) {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	var stored *storedState
	if err := decoder.Decode(&stored); err != nil {
		return nil, err
	}
	if stored == nil {
		return nil, errors.New("it is null")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the JSON object")
	}
	projects := map[string]*project{}
	for id, p := range stored.Projects {
		if p == nil {
			return nil, fmt.Errorf("project %s is null", id)
		}
		p.id = id
		projects[id] = p
	}
	return projects, nil
}

// followLinks returns the path of the file that a name stands for, so that a
// symbolic link is not replaced by a file. The file need not exist.
func followLinks(name string) (string, error) {
	path, err := filepath.EvalSymlinks(name)
	if !errors.Is(err, fs.ErrNotExist) {
		return path, err
	}
	directory, err := filepath.EvalSymlinks(filepath.Dir(name))
	if err != nil {
		return "", err
	}
	path = filepath.Join(directory, filepath.Base(name))
	target, err := os.Readlink(path)
	if err == nil && !filepath.IsAbs(target) {
		target = filepath.Join(directory, target)
	}
	if err == nil {
		return followLinks(target)
	}
	return path, nil // it is not a link
}

// checkReplaceable refuses a path at which there is something that replaceFile
// must not replace: a read-only file, a directory, a device. Of the permissions
// it also looks at the bits, because root may write to any file.
func checkReplaceable(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file: name another file", path)
	}
	if info.Mode().Perm()&0o222 == 0 {
		return fmt.Errorf("%s is read-only: make it writable, or name another file", path)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return f.Close()
}

// replaceFile replaces the content of a file, which need not exist. Whoever
// reads the file meanwhile gets either the old content or the new.
func replaceFile(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
