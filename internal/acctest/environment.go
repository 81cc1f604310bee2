package acctest

import (
	"os"
	"strings"
	"testing"
)

// ClearEnvironment hides the Atlas credentials of whoever runs the tests.
func ClearEnvironment(t *testing.T) {
	t.Helper()
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if isAtlasVariable(name) {
			t.Setenv(name, "")
		}
	}
}

func isAtlasVariable(name string) bool {
	return strings.HasPrefix(name, "MONGODB_ATLAS_") || strings.HasPrefix(name, "MCLI_")
}
