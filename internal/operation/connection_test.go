package operation_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/operation"
)

// configured is the method of a timeouts value that has a limit, or cannot be parsed.
func configured(limit time.Duration, problems ...diag.Diagnostic) func(context.Context, time.Duration) (time.Duration, diag.Diagnostics) {
	return func(_ context.Context, byDefault time.Duration) (time.Duration, diag.Diagnostics) {
		if limit == 0 {
			limit = byDefault
		}
		return limit, problems
	}
}

func TestBeginGivesAnOperationItsTime(t *testing.T) {
	for limit, want := range map[time.Duration]time.Duration{
		0: 5 * time.Minute, time.Hour: time.Hour, 6 * time.Second: 6 * time.Second, 5 * time.Second: 5 * time.Second,
		time.Nanosecond: 5 * time.Second, -time.Hour: 5 * time.Second,
	} {
		synctest.Test(t, func(t *testing.T) {
			client := newClient(t)
			var diags diag.Diagnostics
			ctx, cancel, got := operation.Connected(client).Begin(t.Context(), "create", configured(limit), &diags)
			defer cancel()
			deadline, _ := ctx.Deadline()
			if left := time.Until(deadline); got != client || len(diags) > 0 || left != want {
				t.Errorf("%s: the client %p with %s left, and %v; want %s", limit, got, left, diags, want)
			}
		})
	}
}

func TestBeginHasNoClientAfterAnError(t *testing.T) {
	noCredential := operation.NotConnected(diag.Diagnostics{diag.NewErrorDiagnostic("No Atlas credential", "")})
	invalid := diag.Diagnostics{diag.NewErrorDiagnostic("Invalid state", "")}
	for name, c := range map[string]struct {
		connection *operation.Connection
		before     diag.Diagnostics
		want       string
	}{
		"from before":        {operation.Connected(newClient(t)), invalid, "Invalid state"},
		"of the provider":    {noCredential, nil, "No Atlas credential"},
		"the first of these": {noCredential, invalid, "Invalid state"},
	} {
		diags := c.before
		_, cancel, client := c.connection.Begin(t.Context(), "create", configured(0), &diags)
		cancel()
		if client != nil || len(diags) != 1 || diags[0].Summary() != c.want {
			t.Errorf("%s: the client %p, and %v", name, client, diags)
		}
	}
}

func TestBeginGoesOnAfterAWarning(t *testing.T) {
	client := newClient(t)
	diags := diag.Diagnostics{diag.NewWarningDiagnostic("Something", "")}
	_, cancel, got := operation.Connected(client).Begin(t.Context(), "create", configured(0, diag.NewErrorDiagnostic("x", `timeout for "read" cannot be parsed`)), &diags)
	defer cancel()
	if got != client || diags.HasError() || len(diags) != 2 || diags[1].Summary() != "Invalid timeouts in the state" ||
		!strings.Contains(diags[1].Detail(), "has 5m instead") {
		t.Errorf("the client %p, and %v", got, diags)
	}
}

func TestConfigureTakesOverTheProvidersConnection(t *testing.T) {
	client := newClient(t)
	for name, c := range map[string]struct {
		data   any
		client bool
		errors int
	}{
		"a connection":              {operation.Connected(client), true, 0},
		"nothing, while validating": {nil, false, 0},
		"something else":            {errors.New("x"), false, 1},
	} {
		var r operation.Resource
		resourceResp := &resource.ConfigureResponse{}
		r.Configure(t.Context(), resource.ConfigureRequest{ProviderData: c.data}, resourceResp)
		var d operation.DataSource
		dataSourceResp := &datasource.ConfigureResponse{}
		d.Configure(t.Context(), datasource.ConfigureRequest{ProviderData: c.data}, dataSourceResp)
		for kind, k := range map[string]struct {
			connection *operation.Connection
			diags      diag.Diagnostics
		}{"resource": {&r.Connection, resourceResp.Diagnostics}, "data source": {&d.Connection, dataSourceResp.Diagnostics}} {
			var diags diag.Diagnostics
			_, cancel, got := k.connection.Begin(t.Context(), "create", configured(0), &diags)
			cancel()
			if (got == client) != c.client || len(k.diags) != c.errors {
				t.Errorf("%s of a %s: the client %p, and %v", name, kind, got, k.diags)
			}
		}
	}
}
