package acctest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Move is a moved block from a type to another.
var Move = Feature{name: "moves between types", terraform: 8, openTofu: 10}

// Source is a resource as the state of some provider has it.
type Source struct {
	Provider string // its address
	Type     string
	JSON     string // the attributes
}

// Move takes a resource over into the type, as a moved block does. After an error there
// is none.
func (p *Provider) Move(t *testing.T, typeName string, from Source) (Resource, Diagnostics) {
	t.Helper()
	resp, err := p.Server.MoveResourceState(p.ctx, &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: from.Provider,
		SourceTypeName:        from.Type,
		SourceState:           &tfprotov6.RawState{JSON: []byte(from.JSON)},
		SourcePrivate:         []byte("null"), // what providers of the older SDK store
		TargetTypeName:        typeName,
	})
	if err != nil {
		t.Fatal(err)
	}
	if Diagnostics(resp.Diagnostics).HasError() {
		return p.None(typeName), resp.Diagnostics
	}
	moved := Resource{
		Type:     typeName,
		Value:    decode(t, p.Schema.ResourceSchemas[typeName].ValueType(), resp.TargetState),
		Identity: resp.TargetIdentity,
		Private:  resp.TargetPrivate,
	}
	if !moved.Exists() || !moved.Value.IsFullyKnown() {
		t.Errorf("the target is %s", moved.Value)
	}
	return moved, resp.Diagnostics
}
