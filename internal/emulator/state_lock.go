package emulator

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// errLocked says that another process has the lock.
var errLocked = errors.New("locked")

// LockStateFile keeps the state file for this process, until unlock is called or
// the process ends. It fails when another process has it, because each would
// overwrite what the other keeps. The lock is on a file beside the state file,
// with the name's end .lock, in which the id of the process is.
func LockStateFile(name string) (unlock func(), err error) {
	path, err := followLinks(name)
	if err != nil {
		return nil, fmt.Errorf("lock the emulator's state: %w", err)
	}
	path += ".lock"
	lock, err := openLocked(path)
	if errors.Is(err, errLocked) {
		return nil, fmt.Errorf("the state file %s is in use by %s: end it, or name another file", name, lockOwner(path))
	}
	if err != nil {
		return nil, fmt.Errorf("lock the emulator's state: %w", err)
	}
	unlock = func() {
		_ = os.Remove(path) // a lock file that stays is harmless
		_ = lock.Close()
	}
	err = lock.Truncate(0)
	if err == nil {
		_, err = lock.WriteString(strconv.Itoa(os.Getpid()) + "\n")
	}
	if err != nil {
		unlock()
		return nil, fmt.Errorf("lock the emulator's state: %w", err)
	}
	return unlock, nil
}

// lockOwner names the process that has the lock. Its id is not there in the
// moment between the locking and the writing.
func lockOwner(path string) string {
	content, err := os.ReadFile(path)
	id, syntaxErr := strconv.Atoi(strings.TrimSpace(string(content)))
	if err != nil || syntaxErr != nil {
		return "another process"
	}
	return "process " + strconv.Itoa(id)
}
