package protocol

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

type key struct{}

func TestCallHasTheValuesAndTheDeadlineOfItsContext(t *testing.T) {
	deadline := time.Now().Add(time.Hour)
	ctx, cancel := context.WithDeadline(context.WithValue(t.Context(), key{}, "value"), deadline)
	defer cancel()
	var kept context.Context
	_, err := during(ctx, false, 1, func(ctx context.Context, n int) (int, error) {
		kept = ctx
		if got, ok := ctx.Deadline(); ctx.Value(key{}) != "value" || !ok || !got.Equal(deadline) || ctx.Err() != nil || n != 1 {
			t.Errorf("value %v, deadline %s, %v", ctx.Value(key{}), got, ctx.Err())
		}
		return n, nil
	})
	if err != nil {
		t.Error(err)
	}
	if _, ok := kept.Deadline(); kept.Value(key{}) != nil || ok || kept.Err() == nil {
		t.Errorf("after the call: value %v, %v", kept.Value(key{}), kept.Err())
	}
}

func TestSilentCallHasTheDeadlineAndNoValues(t *testing.T) {
	deadline := time.Now().Add(time.Hour)
	ctx, cancel := context.WithDeadline(context.WithValue(t.Context(), key{}, "value"), deadline)
	defer cancel()
	_, _ = during(ctx, true, 1, func(ctx context.Context, _ int) (int, error) {
		if got, ok := ctx.Deadline(); ctx.Value(key{}) != nil || !ok || !got.Equal(deadline) {
			t.Errorf("value %v, deadline %s", ctx.Value(key{}), got)
		}
		return 0, nil
	})
}

// reader is a framework's server that keeps a value of the context of a read.
type reader struct {
	frameworkServer

	value any
}

func (r *reader) ReadResource(ctx context.Context, _ *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	r.value = ctx.Value(key{})
	return &tfprotov6.ReadResourceResponse{}, nil
}

func TestSilentServerMakesSilentCalls(t *testing.T) {
	ctx := context.WithValue(t.Context(), key{}, "value")
	for silent, want := range map[bool]any{true: nil, false: "value"} {
		inner := &reader{}
		if _, err := (server{inner, silent}).ReadResource(ctx, nil); err != nil {
			t.Fatal(err)
		}
		if inner.value != want {
			t.Errorf("silent %t: value %v", silent, inner.value)
		}
	}
}

func TestCallEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		_, err := during(ctx, false, 1, func(ctx context.Context, _ int) (int, error) {
			select {
			case <-ctx.Done():
				return 0, ctx.Err()
			case <-time.After(time.Hour):
				return 0, nil
			}
		})
		if took := time.Since(start); !errors.Is(err, context.Canceled) || took != time.Second {
			t.Errorf("%v after %s", err, took)
		}
	})
}

func TestCallHasEndedIfItsContextHas(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 100 {
		_, err := during(ctx, false, 1, func(ctx context.Context, _ int) (int, error) { return 0, ctx.Err() })
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("the call began with a context that had not ended: %v", err)
		}
	}
}
