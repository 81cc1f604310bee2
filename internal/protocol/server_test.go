package protocol_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/protocol"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/provider"
)

type key struct{}

// callWith makes a call whose context has a value, and returns a channel that is closed when
// that value is no longer reachable.
func callWith(t *testing.T, s tfprotov6.ProviderServer) <-chan struct{} {
	t.Helper()
	freed := make(chan struct{})
	value := new([1 << 10]byte)
	runtime.AddCleanup(value, func(c chan struct{}) { close(c) }, freed)
	ctx := context.WithValue(t.Context(), key{}, value)
	if _, err := s.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{TypeName: "atlasbackup_export_bucket"}); err != nil {
		t.Fatal(err)
	}
	return freed
}

func TestServerKeepsNothingOfACallThatHasEnded(t *testing.T) {
	s := protocol.NewServer(provider.New("0.0.0-test", atlas.NewPool(nil))())
	freed := callWith(t, s)
	for range 100 {
		runtime.GC()
		select {
		case <-freed:
			runtime.KeepAlive(s)
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Error("the server keeps the context of a call that has ended")
}

func TestServerHasEveryKindOfTheFramework(t *testing.T) {
	s := protocol.NewServer(provider.New("0.0.0-test", atlas.NewPool(nil))())
	if _, ok := s.(tfprotov6.ListResourceServer); !ok {
		t.Error("it has no list resources")
	}
	if _, ok := s.(tfprotov6.ActionServer); !ok {
		t.Error("it has no actions")
	}
}
