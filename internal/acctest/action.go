package acctest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Actions are those of providers, and DestroyActions those that a destroy triggers.
var (
	Actions        = Feature{name: "actions", terraform: 14}
	DestroyActions = Feature{name: "actions before a destroy", terraform: 16}
)

// ValidateAction validates a configuration of an action.
func (p *Provider) ValidateAction(t *testing.T, actionType string, config Values) Diagnostics {
	t.Helper()
	resp, err := p.actions(t).ValidateActionConfig(p.ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: actionType, Config: p.actionConfig(t, actionType, config)})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}

// Invoke validates a configuration of an action and invokes it. progress are its messages.
func (p *Provider) Invoke(t *testing.T, actionType string, config Values) (progress []string, diags Diagnostics) {
	t.Helper()
	if diags = p.ValidateAction(t, actionType, config); diags.HasError() {
		return nil, diags
	}
	stream, err := p.actions(t).InvokeAction(p.ctx, &tfprotov6.InvokeActionRequest{ActionType: actionType, Config: p.actionConfig(t, actionType, config)})
	if err != nil {
		t.Fatal(err)
	}
	for event := range stream.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			progress = append(progress, event.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			diags = append(diags, event.Diagnostics...)
		}
	}
	return progress, diags
}

func (p *Provider) actions(t *testing.T) tfprotov6.ActionServer {
	t.Helper()
	server, ok := p.Server.(tfprotov6.ActionServer)
	if !ok {
		t.Fatal("the provider has no actions")
	}
	return server
}

func (p *Provider) actionConfig(t *testing.T, actionType string, config Values) *tfprotov6.DynamicValue {
	t.Helper()
	return encode(t, config.object(t, p.Schema.ActionSchemas[actionType].Schema.ValueType()))
}
