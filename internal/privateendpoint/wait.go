package privateendpoint

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

// reader reads a private endpoint.
type reader func(context.Context) (*atlas.PrivateEndpoint, error)

// wait reads a private endpoint until Atlas has finished it, and takes over what it has become.
func (m *model) wait(ctx context.Context, client *atlas.Client, read reader, first *atlas.PrivateEndpoint) diag.Diagnostics {
	last, err := operation.Poll[atlas.PrivateEndpoint]{
		Read:   read,
		IsDone: func(e atlas.PrivateEndpoint) bool { return !isPending(e.Status) },
		Status: progress,
	}.Wait(ctx, client, first)
	m.readStatus(last)
	switch status := m.Status.ValueString(); {
	case operation.IsGone(err):
		return deletedMeanwhile(err)
	case err != nil:
		return notActiveYet(*m, err)
	case status == atlas.EndpointFailed:
		return failed(*m)
	case status == atlas.EndpointPendingRecreation:
		return pendingRecreation(*m)
	case status != atlas.EndpointActive:
		return notActive(*m)
	}
	return nil
}

// progress is what the log says of a private endpoint.
func progress(e atlas.PrivateEndpoint) string {
	return fmt.Sprintf("Private endpoint %s is %s", atlas.Printable(e.ID), atlas.Printable(e.Status))
}

// deletingError tells that Atlas has begun a deletion, and that the wait for its end has ended
// early.
type deletingError struct {
	last *atlas.PrivateEndpoint
	err  error // why it has ended
}

func (e *deletingError) Error() string { return e.err.Error() }

func (e *deletingError) Unwrap() error { return e.err }

// remove deletes a private endpoint and waits until it no longer exists. Then the error is one
// that operation.IsGone tells of. One that is being deleted already is waited for, whatever Atlas
// answers to a second DELETE.
func remove(ctx context.Context, client *atlas.Client, k key) error {
	read := k.readerOrGone(client)
	last := &atlas.PrivateEndpoint{ID: k.id, Status: atlas.EndpointDeleting}
	err := k.existence(client).Repeat(ctx, client, func(ctx context.Context) error {
		return client.DeletePrivateEndpoint(ctx, k.projectID, k.cloudProvider, k.id)
	})
	switch {
	case operation.IsGone(err):
		return err
	case err != nil:
		found, readErr := read(ctx)
		if operation.IsGone(readErr) {
			return readErr
		}
		if readErr != nil || found.Status != atlas.EndpointDeleting {
			return err
		}
	}
	last, err = operation.Poll[atlas.PrivateEndpoint]{
		Read:   read,
		IsDone: func(atlas.PrivateEndpoint) bool { return false },
		Status: progress,
	}.Wait(ctx, client, last)
	if operation.IsGone(err) {
		return err
	}
	return &deletingError{last, err}
}
