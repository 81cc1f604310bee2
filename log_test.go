//go:build unix

package main_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
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
	// What the answers say does not matter here. A read and a list log that they have no timeouts.
	call(ctx, t, connection, "GetProviderSchema", nil)
	call(ctx, t, connection, "ReadDataSource", readOfBuckets)
	call(ctx, t, connection, "ListResource", listOfBuckets)
	_ = connection.Close()
	_ = cmd.Process.Kill() // fails only when it has just ended
	<-ended
	return stderr.String()
}

// The requests to read the data source of all buckets of a project, and to list them: the type, and
// the configuration, a DynamicValue with JSON.
var (
	readOfBuckets = field(1, []byte("atlasbackup_export_buckets"), ofProject)
	listOfBuckets = field(1, []byte("atlasbackup_export_bucket"), ofProject)

	ofProject = field(2, field(2, []byte(`{"project_id":"`+acctest.ProjectID+`"}`), nil), nil)
)

// field returns a field of a message of protobuf, and what follows it.
func field(number protowire.Number, value, next []byte) []byte {
	return append(protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), value), next...)
}

func call(ctx context.Context, t *testing.T, connection *grpc.ClientConn, name string, request []byte) {
	t.Helper()
	var message emptypb.Empty
	message.ProtoReflect().SetUnknown(request)
	stream, err := connection.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, "/tfplugin6.Provider/"+name)
	if err == nil {
		err = errors.Join(stream.SendMsg(&message), stream.CloseSend())
	}
	for err == nil {
		err = stream.RecvMsg(&emptypb.Empty{})
	}
	if !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
}

func TestProcessWritesNoLogThatNobodyAskedFor(t *testing.T) {
	// The library that serves writes one line by itself: its address.
	if log := written(t); strings.Count(log, "\n") > 1 {
		t.Errorf("it wrote:\n%s", log)
	}
}

func TestProcessWritesTheLogThatIsAskedFor(t *testing.T) {
	for _, variable := range []string{"TF_LOG=TRACE", "TF_LOG_SDK=TRACE", "TF_LOG_PROVIDER=TRACE"} {
		log := written(t, variable)
		for _, fragment := range []string{"GetProviderSchema", "read timeout configuration not found", "list timeout configuration not found"} {
			if !strings.Contains(log, fragment) {
				t.Errorf("with %s it wrote no %q:\n%s", variable, fragment, log)
			}
		}
	}
}
