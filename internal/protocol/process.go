package protocol

import (
	"os"
	"runtime/debug"
	"strings"
)

// logVariables are the beginnings of Terraform's variables that ask a provider for a log.
var logVariables = []string{"TF_LOG=", "TF_LOG_PROVIDER", "TF_LOG_SDK"}

// tuneProcess sets what a process that serves the provider with this name needs, and that its
// environment does not set.
func tuneProcess(name string, silent bool) {
	if silent {
		// Without a level, the loggers write every line, for Terraform to drop.
		_ = os.Setenv("TF_LOG_SDK", "off") // a valid name cannot fail
		_ = os.Setenv("TF_LOG_PROVIDER_"+strings.ToUpper(name), "off")
	}
	if os.Getenv("GOGC") == "" { // nobody has chosen
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}

const (
	// gcPercent lets the heap grow to three times what is in use. That is little, because
	// nothing of a call is kept. Collecting less often saves CPU time, and takes memory: see
	// "Speed" in DESIGN.md.
	gcPercent = 200

	// memoryLimit, in bytes without the program itself, makes it collect more often for thousands
	// of resources. It is no hard limit.
	memoryLimit = 36 << 20
)

// asksForLog tells whether an environment asks for a log of the provider or of its framework.
func asksForLog(environ []string) bool {
	for _, variable := range environ {
		_, value, _ := strings.Cut(variable, "=")
		for _, name := range logVariables {
			if strings.HasPrefix(variable, name) && value != "" && !strings.EqualFold(value, "off") {
				return true
			}
		}
	}
	return false
}
