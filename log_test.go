//go:build unix

package main_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"
)

// written is what the provider's process writes to its log during one call, with those variables in
// its environment.
func written(t *testing.T, environment ...string) string {
	t.Helper()
	for _, name := range []string{"TF_LOG", "TF_LOG_PROVIDER", "TF_LOG_SDK"} {
		t.Setenv(name, "")
	}
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	var stderr bytes.Buffer
	cmd, address, ended := startWith(t, &stderr)
	connection, err := grpc.NewClient("unix:"+address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	// What the answer says does not matter here.
	if err := connection.Invoke(ctx, "/tfplugin6.Provider/GetProviderSchema", &emptypb.Empty{}, &emptypb.Empty{}); err != nil {
		t.Fatal(err)
	}
	_ = connection.Close()
	_ = cmd.Process.Kill() // fails only when it has just ended
	<-ended
	return stderr.String()
}

func TestProcessWritesNoLogThatNobodyAskedFor(t *testing.T) {
	// The library that serves writes one line by itself: its address.
	if log := written(t); strings.Count(log, "\n") > 1 {
		t.Errorf("it wrote:\n%s", log)
	}
}

func TestProcessWritesTheLogThatIsAskedFor(t *testing.T) {
	for _, variable := range []string{"TF_LOG=TRACE", "TF_LOG_SDK=TRACE", "TF_LOG_PROVIDER=TRACE"} {
		if log := written(t, variable); !strings.Contains(log, "GetProviderSchema") {
			t.Errorf("with %s it wrote %q", variable, log)
		}
	}
}
