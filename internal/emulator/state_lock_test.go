package emulator_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestStateFileIsLockedOnce(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "state.json"), filepath.Join(dir, "link.json")
	if err := os.Symlink("state.json", link); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		unlock, err := emulator.LockStateFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{file, link} {
			_, err := emulator.LockStateFile(name)
			want := fmt.Sprintf("the state file %s is in use by process %d:", name, os.Getpid())
			if err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("error %v, want %s", err, want)
			}
		}
		unlock()
		if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
			t.Errorf("%v is left, %v", files, err)
		}
	}
}

func TestLockFileOfAnEndedProcessDoesNotCount(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state.json")
	writeFile(t, file+".lock", "123456789\n")
	unlock, err := emulator.LockStateFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	wantFile(t, file+".lock", fmt.Sprintln(os.Getpid()))
}

func TestStateFileThatCannotBeLockedIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "missing", "state.json")
	if _, err := emulator.LockStateFile(file); err == nil || !strings.Contains(err.Error(), filepath.Dir(file)) {
		t.Errorf("error %v", err)
	}
}
