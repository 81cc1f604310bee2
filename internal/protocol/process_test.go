package protocol

import "testing"

func TestAsksForLog(t *testing.T) {
	for variable, want := range map[string]bool{
		"TF_LOG=INFO": true, "TF_LOG=": false, "TF_LOG=off": false, "TF_LOG_PROVIDER=OFF": false, "TF_LOG_PROVIDER=DEBUG": true, "TF_LOG_PROVIDER_ATLASBACKUP=TRACE": true, "TF_LOG_SDK=WARN": true,
		"TF_LOG_SDK_FRAMEWORK=DEBUG": true, "TF_LOG_SDK_PROTO=": false, "TF_LOG_CORE=TRACE": false, "TF_LOG_PATH=/tmp/log": false, "HOME=/root": false,
	} {
		if got := asksForLog([]string{"PATH=/bin", variable}); got != want {
			t.Errorf("%s: %t", variable, got)
		}
	}
}
