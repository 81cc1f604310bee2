package acctest

import (
	"iter"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// ListOptions are what stands in a list block beside the configuration.
type ListOptions struct {
	Limit           int64 // 0 for none
	IncludeResource bool
}

// ListResult is one of a list's results, or diagnostics alone.
type ListResult struct {
	DisplayName string
	Identity    Values // nil when there is none
	Resource    Values // nil unless the resource is included
	Diagnostics Diagnostics
}

// ValidateList validates a configuration of a list resource.
func (p *Provider) ValidateList(t *testing.T, typeName string, config Values) Diagnostics {
	t.Helper()
	resp, err := p.lists(t).ValidateListResourceConfig(p.ctx, &tfprotov6.ValidateListResourceConfigRequest{
		TypeName: typeName,
		Config:   encode(t, config.object(t, p.Schema.ListResourceSchemas[typeName].ValueType())),
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}

// List validates a configuration of a list resource and yields each result when the
// provider pushes it. An invalid configuration is one result.
func (p *Provider) List(t *testing.T, typeName string, config Values, opts ListOptions) iter.Seq[ListResult] {
	t.Helper()
	return func(yield func(ListResult) bool) {
		t.Helper()
		if diags := p.ValidateList(t, typeName, config); diags.HasError() {
			yield(ListResult{Diagnostics: diags})
			return
		}
		stream, err := p.lists(t).ListResource(p.ctx, &tfprotov6.ListResourceRequest{
			TypeName:        typeName,
			Config:          encode(t, config.object(t, p.Schema.ListResourceSchemas[typeName].ValueType())),
			IncludeResource: opts.IncludeResource,
			Limit:           opts.Limit,
		})
		if err != nil {
			t.Fatal(err)
		}
		for pushed := range stream.Results {
			if !yield(p.listResult(t, typeName, pushed)) {
				return
			}
		}
	}
}

func (p *Provider) listResult(t *testing.T, typeName string, pushed tfprotov6.ListResourceResult) ListResult {
	t.Helper()
	result := ListResult{DisplayName: pushed.DisplayName, Diagnostics: pushed.Diagnostics}
	if pushed.Identity != nil {
		result.Identity = values(t, decode(t, p.identityType(t, typeName), pushed.Identity.IdentityData))
	}
	if pushed.Resource != nil {
		resource := decode(t, p.Schema.ResourceSchemas[typeName].ValueType(), pushed.Resource)
		if !resource.IsFullyKnown() {
			t.Errorf("unknown values in a result: %s", resource)
		}
		result.Resource = values(t, resource)
	}
	return result
}

func (p *Provider) lists(t *testing.T) tfprotov6.ListResourceServer {
	t.Helper()
	server, ok := p.Server.(tfprotov6.ListResourceServer)
	if !ok {
		t.Fatal("the provider has no list resources")
	}
	return server
}
