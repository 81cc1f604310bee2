package acctest

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/protocol"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/provider"
)

// Version is the provider's in tests.
const Version = "0.0.0-test"

// TerraformVersion is what the provider is told when there is no CLI.
const TerraformVersion = "1.16.0"

// Provider is the provider over its protocol, without a CLI. It does for a resource what
// Terraform's core does: proposes a state, plans, and applies what was planned.
type Provider struct {
	Server tfprotov6.ProviderServer
	Schema *tfprotov6.GetProviderSchemaResponse
	ctx    context.Context
}

// NewProvider returns a configured one that reaches the emulated Atlas. At the end of
// the test its pool is closed, as at the end of its process.
func NewProvider(t *testing.T, atlas *Atlas, config Values) *Provider {
	t.Helper()
	p, diags := ConfigureProvider(t, atlas, config.With(Values{"base_url": atlas.URL}))
	diags.RequireNone(t)
	return p
}

// ConfigureProvider returns one with that configuration and no other, and what
// validation and configuration say.
func ConfigureProvider(t *testing.T, a *Atlas, config Values) (*Provider, Diagnostics) {
	t.Helper()
	p, pool := newProvider(t, a.transport)
	t.Cleanup(func() {
		if err := pool.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	value := encode(t, config.object(t, p.Schema.Provider.ValueType()))
	validated, err := p.Server.ValidateProviderConfig(p.ctx, &tfprotov6.ValidateProviderConfigRequest{Config: value})
	if err != nil {
		t.Fatal(err)
	}
	if diags := Diagnostics(validated.Diagnostics); diags.HasError() {
		return p, diags
	}
	configured, err := p.Server.ConfigureProvider(p.ctx, &tfprotov6.ConfigureProviderRequest{TerraformVersion: TerraformVersion, Config: value})
	if err != nil {
		t.Fatal(err)
	}
	return p, append(validated.Diagnostics, configured.Diagnostics...)
}

func newProvider(t *testing.T, transport http.RoundTripper) (*Provider, *atlas.Pool) {
	t.Helper()
	pool := atlas.NewPool(transport)
	p := &Provider{Server: protocol.NewServer(provider.New(Version, pool)()), ctx: t.Context()}
	schema, err := p.Server.GetProviderSchema(p.ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	Diagnostics(schema.Diagnostics).RequireNone(t)
	p.Schema = schema
	return p, pool
}

// Unconfigured returns one that has no Atlas, as the provider is for validation.
func Unconfigured(t *testing.T) *Provider {
	t.Helper()
	p, _ := newProvider(t, nil)
	return p
}

// WithContext returns the same provider, whose calls end with ctx.
func (p *Provider) WithContext(ctx context.Context) *Provider {
	other := *p
	other.ctx = ctx
	return &other
}

// Resource is a resource in the state. Its zero Value is none.
type Resource struct {
	Type     string
	Value    tftypes.Value
	Identity *tfprotov6.ResourceIdentityData
	Private  []byte
}

// Get returns an attribute as plain writes it.
func (r Resource) Get(t *testing.T, name string) any {
	t.Helper()
	return plain(t, attributes(t, r.Value)[name])
}

// Exists tells whether the resource is in the state.
func (r Resource) Exists() bool {
	return !r.Value.IsNull() && r.Value.Type() != nil
}

// With returns the resource after somebody has edited its values in the state. Its identity
// is as it was.
func (r Resource) With(t *testing.T, edits Values) Resource {
	t.Helper()
	values, edited := attributes(t, r.Value), attributes(t, edits.object(t, r.Value.Type()))
	for name := range edits {
		values[name] = edited[name]
	}
	r.Value = tftypes.NewValue(r.Value.Type(), values)
	return r
}

// Plan is what the provider plans for a resource.
type Plan struct {
	Resource
	Replace []string // the attributes that make it a replacement
	prior   Resource
	config  Values
}

// IsEmpty tells that the plan changes nothing.
func (p Plan) IsEmpty() bool {
	return p.prior.Exists() && p.prior.Value.Equal(p.Value)
}

// None is a resource of a type that is not in the state yet.
func (p *Provider) None(typeName string) Resource {
	return Resource{Type: typeName, Value: tftypes.NewValue(p.Schema.ResourceSchemas[typeName].ValueType(), nil)}
}

// Validate validates a configuration.
func (p *Provider) Validate(t *testing.T, typeName string, config Values) Diagnostics {
	t.Helper()
	resp, err := p.Server.ValidateResourceConfig(p.ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName,
		Config:   encode(t, config.object(t, p.Schema.ResourceSchemas[typeName].ValueType())),
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}

// Plan validates and plans a change of prior to config.
func (p *Provider) Plan(t *testing.T, prior Resource, config Values) (Plan, Diagnostics) {
	t.Helper()
	diags := p.Validate(t, prior.Type, config)
	if diags.HasError() {
		return Plan{}, diags
	}
	schema := p.Schema.ResourceSchemas[prior.Type]
	wanted := config.object(t, schema.ValueType())
	plan, more := p.plan(t, prior, wanted, proposed(t, schema, prior, wanted))
	plan.config = config
	return plan, append(diags, more...)
}

func (p *Provider) plan(t *testing.T, prior Resource, config, proposed tftypes.Value) (Plan, Diagnostics) {
	t.Helper()
	resp, err := p.Server.PlanResourceChange(p.ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName:         prior.Type,
		PriorState:       encode(t, prior.Value),
		ProposedNewState: encode(t, proposed),
		Config:           encode(t, config),
		PriorPrivate:     prior.Private,
		PriorIdentity:    prior.Identity,
	})
	if err != nil {
		t.Fatal(err)
	}
	if Diagnostics(resp.Diagnostics).HasError() {
		return Plan{}, resp.Diagnostics
	}
	plan := Plan{prior: prior}
	plan.Resource = Resource{
		Type:     prior.Type,
		Value:    decode(t, proposed.Type(), resp.PlannedState),
		Identity: resp.PlannedIdentity,
		Private:  resp.PlannedPrivate,
	}
	for _, attribute := range resp.RequiresReplace {
		plan.Replace = append(plan.Replace, attributePath(&tfprotov6.Diagnostic{Attribute: attribute}))
	}
	slices.Sort(plan.Replace)
	return plan, resp.Diagnostics
}

// proposed is what core proposes: the configuration, and the prior value of what is
// computed and not configured.
func proposed(t *testing.T, schema *tfprotov6.Schema, prior Resource, config tftypes.Value) tftypes.Value {
	t.Helper()
	if prior.Value.IsNull() {
		return config
	}
	values, before := attributes(t, config), attributes(t, prior.Value)
	for _, attribute := range schema.Block.Attributes {
		if attribute.Computed && values[attribute.Name].IsNull() {
			values[attribute.Name] = before[attribute.Name]
		}
	}
	return tftypes.NewValue(config.Type(), values)
}

// Apply plans a change of prior to config and applies it; a replacement deletes first.
// After an error the resource is what core would keep.
func (p *Provider) Apply(t *testing.T, prior Resource, config Values) (Resource, Diagnostics) {
	t.Helper()
	plan, diags := p.Plan(t, prior, config)
	if diags.HasError() || plan.IsEmpty() {
		return prior, diags
	}
	if len(plan.Replace) > 0 {
		gone, more := p.Destroy(t, prior)
		if diags = append(diags, more...); diags.HasError() {
			return gone, diags
		}
		applied, more := p.Apply(t, gone, config)
		return applied, append(diags, more...)
	}
	applied, more := p.ApplyPlan(t, plan)
	return applied, append(diags, more...)
}

// ApplyPlan applies a plan, and holds the result against it as core does.
func (p *Provider) ApplyPlan(t *testing.T, plan Plan) (Resource, Diagnostics) {
	t.Helper()
	config := plan.config.object(t, plan.Value.Type())
	applied, diags := p.apply(t, plan, config)
	if !diags.HasError() {
		planned, after := attributes(t, plan.Value), attributes(t, applied.Value)
		for name, value := range planned {
			if value.IsFullyKnown() && !value.Equal(after[name]) {
				t.Errorf("%s was planned as %s, and is %s after the apply", name, value, after[name])
			}
		}
	}
	return applied, diags
}

func (p *Provider) apply(t *testing.T, plan Plan, config tftypes.Value) (Resource, Diagnostics) {
	t.Helper()
	resp, err := p.Server.ApplyResourceChange(p.ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName:        plan.Type,
		PriorState:      encode(t, plan.prior.Value),
		PlannedState:    encode(t, plan.Value),
		Config:          encode(t, config),
		PlannedPrivate:  plan.Private,
		PlannedIdentity: plan.Identity,
	})
	if err != nil {
		t.Fatal(err)
	}
	applied := Resource{Type: plan.Type, Value: decode(t, plan.Value.Type(), resp.NewState), Identity: resp.NewIdentity, Private: resp.Private}
	if applied.Exists() && !applied.Value.IsFullyKnown() && !Diagnostics(resp.Diagnostics).HasError() {
		t.Errorf("unknown values after the apply: %s", applied.Value)
	}
	return applied, resp.Diagnostics
}

// Read refreshes a resource.
func (p *Provider) Read(t *testing.T, r Resource) (Resource, Diagnostics) {
	t.Helper()
	resp, err := p.Server.ReadResource(p.ctx, &tfprotov6.ReadResourceRequest{
		TypeName:        r.Type,
		CurrentState:    encode(t, r.Value),
		CurrentIdentity: r.Identity,
		Private:         r.Private,
	})
	if err != nil {
		t.Fatal(err)
	}
	if Diagnostics(resp.Diagnostics).HasError() {
		return r, resp.Diagnostics
	}
	return Resource{Type: r.Type, Value: decode(t, r.Value.Type(), resp.NewState), Identity: resp.NewIdentity, Private: resp.Private}, resp.Diagnostics
}

// Destroy deletes a resource. After an error it is still there.
func (p *Provider) Destroy(t *testing.T, r Resource) (Resource, Diagnostics) {
	t.Helper()
	none := p.None(r.Type)
	plan, diags := p.plan(t, r, none.Value, none.Value)
	if diags.HasError() {
		return r, diags
	}
	gone, more := p.apply(t, plan, none.Value)
	return gone, append(diags, more...)
}

// Import imports by an id, or by an identity when the id is "", and reads what it found
// as core does.
func (p *Provider) Import(t *testing.T, typeName, id string, identity Values) (Resource, Diagnostics) {
	t.Helper()
	req := &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id}
	if id == "" {
		req.Identity = &tfprotov6.ResourceIdentityData{IdentityData: encode(t, identity.object(t, p.identityType(t, typeName)))}
	}
	resp, err := p.Server.ImportResourceState(p.ctx, req)
	if err != nil {
		t.Fatal(err)
	}
	if Diagnostics(resp.Diagnostics).HasError() {
		return p.None(typeName), resp.Diagnostics
	}
	imported := resp.ImportedResources[0]
	found, diags := p.Read(t, Resource{
		Type:     typeName,
		Value:    decode(t, p.Schema.ResourceSchemas[typeName].ValueType(), imported.State),
		Identity: imported.Identity,
		Private:  imported.Private,
	})
	return found, append(resp.Diagnostics, diags...)
}

// IdentityOf returns the identity of a resource as a test writes it.
func (p *Provider) IdentityOf(t *testing.T, r Resource) Values {
	t.Helper()
	return values(t, decode(t, p.identityType(t, r.Type), r.Identity.IdentityData))
}

func (p *Provider) identityType(t *testing.T, typeName string) tftypes.Type {
	t.Helper()
	resp, err := p.Server.GetResourceIdentitySchemas(p.ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return resp.IdentitySchemas[typeName].ValueType()
}
