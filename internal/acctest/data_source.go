package acctest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// ValidateDataSource validates a configuration of a data source.
func (p *Provider) ValidateDataSource(t *testing.T, typeName string, config Values) Diagnostics {
	t.Helper()
	resp, err := p.Server.ValidateDataResourceConfig(p.ctx, &tfprotov6.ValidateDataResourceConfigRequest{
		TypeName: typeName,
		Config:   encode(t, config.object(t, p.Schema.DataSourceSchemas[typeName].ValueType())),
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}

// ReadDataSource validates a configuration of a data source and reads it. After an error
// there are no values.
func (p *Provider) ReadDataSource(t *testing.T, typeName string, config Values) (Values, Diagnostics) {
	t.Helper()
	diags := p.ValidateDataSource(t, typeName, config)
	if diags.HasError() {
		return nil, diags
	}
	stateType := p.Schema.DataSourceSchemas[typeName].ValueType()
	resp, err := p.Server.ReadDataSource(p.ctx, &tfprotov6.ReadDataSourceRequest{
		TypeName: typeName,
		Config:   encode(t, config.object(t, stateType)),
	})
	if err != nil {
		t.Fatal(err)
	}
	if diags = append(diags, resp.Diagnostics...); diags.HasError() {
		return nil, diags
	}
	state := decode(t, stateType, resp.State)
	if !state.IsFullyKnown() {
		t.Errorf("unknown values after the read: %s", state)
	}
	return values(t, state), diags
}
