package protocol

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

type key struct{}

func TestCallHasTheValuesAndTheDeadlineOfItsContext(t *testing.T) {
	deadline := time.Now().Add(time.Hour)
	ctx, cancel := context.WithDeadline(context.WithValue(t.Context(), key{}, "value"), deadline)
	defer cancel()
	var kept context.Context
	_, err := during(ctx, 1, func(ctx context.Context, n int) (int, error) {
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

func TestCallEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		_, err := during(ctx, 1, func(ctx context.Context, _ int) (int, error) {
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
