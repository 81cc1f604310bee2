package protocol

import (
	"os"
	"runtime/debug"
	"strings"
)

// logVariables are the beginnings of Terraform's variables that ask a provider for a log.
var logVariables = []string{"TF_LOG=", "TF_LOG_PROVIDER", "TF_LOG_SDK"}

// TuneProcess sets what a process that serves the provider needs, and that its environment does
// not set.
func TuneProcess() {
	if !asksForLog(os.Environ()) {
		// Without a level, the loggers of the framework write every line, for Terraform to drop.
		_ = os.Setenv("TF_LOG_SDK", "off") // a valid name cannot fail
		_ = os.Setenv("TF_LOG_PROVIDER", "off")
	}
	if os.Getenv("GOGC") == "" { // nobody has chosen
		debug.SetGCPercent(gcPercent)
	}
}

// gcPercent lets the heap grow to three times what is in use. That is little, because nothing
// of a call is kept, and collecting less often saves a fifth of the time of a plan.
const gcPercent = 200

// asksForLog tells whether an environment asks for a log of the provider or of its framework.
func asksForLog(environ []string) bool {
	for _, variable := range environ {
		_, value, _ := strings.Cut(variable, "=")
		for _, name := range logVariables {
			if strings.HasPrefix(variable, name) && value != "" {
				return true
			}
		}
	}
	return false
}
