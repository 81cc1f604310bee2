//go:build unix

package emulator

import (
	"errors"
	"os"
	"syscall"
)

// openLocked opens the file, makes it when there is none, and locks it until it
// is closed. It returns errLocked when another process has the lock.
func openLocked(path string) (*os.File, error) {
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, err
		}
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil && isAt(f, path) {
			return f, nil
		}
		_ = f.Close() // nothing was written
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errLocked
		}
		if err != nil {
			return nil, err
		}
		// Its last owner has removed it after it was opened here: whoever comes next
		// would lock another file.
	}
}

// isAt says whether the path still leads to the open file.
func isAt(f *os.File, path string) bool {
	open, openErr := f.Stat()
	there, err := os.Stat(path)
	return openErr == nil && err == nil && os.SameFile(open, there)
}
