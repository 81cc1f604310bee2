package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The types below are the document's, named and ordered as in Terraform's "JSON Output Format". A
// tftypes.Type in them marshals itself in the document's form.

type document struct {
	FormatVersion   string                    `json:"format_version"`
	ProviderSchemas map[string]providerSchema `json:"provider_schemas"`
}

type providerSchema struct {
	Provider    schema                    `json:"provider"`
	Resources   map[string]schema         `json:"resource_schemas,omitempty"`
	DataSources map[string]schema         `json:"data_source_schemas,omitempty"`
	Ephemerals  map[string]schema         `json:"ephemeral_resource_schemas,omitempty"`
	Lists       map[string]schema         `json:"list_resource_schemas,omitempty"`
	Actions     map[string]actionSchema   `json:"action_schemas,omitempty"`
	Functions   map[string]function       `json:"functions,omitempty"`
	Identities  map[string]identitySchema `json:"resource_identity_schemas,omitempty"`
}

type schema struct {
	Version int64 `json:"version"`
	Block   block `json:"block"`
}

type actionSchema struct {
	Block block `json:"block"`
}

type block struct {
	Attributes      map[string]attribute   `json:"attributes,omitempty"`
	BlockTypes      map[string]nestedBlock `json:"block_types,omitempty"`
	Description     string                 `json:"description,omitempty"`
	DescriptionKind string                 `json:"description_kind"`
	Deprecated      bool                   `json:"deprecated,omitempty"`
}

type nestedBlock struct {
	NestingMode string `json:"nesting_mode"`
	Block       block  `json:"block"`
	MinItems    int64  `json:"min_items,omitempty"`
	MaxItems    int64  `json:"max_items,omitempty"`
}

type attribute struct {
	Type            tftypes.Type `json:"type,omitempty"`
	NestedType      *nestedType  `json:"nested_type,omitempty"`
	Description     string       `json:"description,omitempty"`
	DescriptionKind string       `json:"description_kind"`
	Deprecated      bool         `json:"deprecated,omitempty"`
	Required        bool         `json:"required,omitempty"`
	Optional        bool         `json:"optional,omitempty"`
	Computed        bool         `json:"computed,omitempty"`
	Sensitive       bool         `json:"sensitive,omitempty"`
	WriteOnly       bool         `json:"write_only,omitempty"`
}

type nestedType struct {
	Attributes  map[string]attribute `json:"attributes"`
	NestingMode string               `json:"nesting_mode"`
}

type function struct {
	Description        string       `json:"description,omitempty"`
	Summary            string       `json:"summary,omitempty"`
	DeprecationMessage string       `json:"deprecation_message,omitempty"`
	ReturnType         tftypes.Type `json:"return_type"`
	Parameters         []parameter  `json:"parameters,omitempty"`
	VariadicParameter  *parameter   `json:"variadic_parameter,omitempty"`
}

type parameter struct {
	Name        string       `json:"name"`
	Description string       `json:"description,omitempty"`
	IsNullable  bool         `json:"is_nullable,omitempty"`
	Type        tftypes.Type `json:"type"`
}

type identitySchema struct {
	Version    int64                        `json:"version"`
	Attributes map[string]identityAttribute `json:"attributes"`
}

type identityAttribute struct {
	Type              tftypes.Type `json:"type"`
	Description       string       `json:"description,omitempty"`
	RequiredForImport bool         `json:"required_for_import,omitempty"`
	OptionalForImport bool         `json:"optional_for_import,omitempty"`
}

// describe asks the server for everything it has. A diagnostic is an error: the server checks its
// schemas' implementation when asked for them.
func describe(ctx context.Context, server tfprotov6.ProviderServer, address string) (document, error) {
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return document{}, err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return document{}, err
	}
	if err := asError(append(schemas.Diagnostics, identities.Diagnostics...)); err != nil {
		return document{}, err
	}

	return document{
		FormatVersion: "1.0",
		ProviderSchemas: map[string]providerSchema{address: {
			Provider:    describeSchema(schemas.Provider),
			Resources:   describeEach(schemas.ResourceSchemas, describeSchema),
			DataSources: describeEach(schemas.DataSourceSchemas, describeSchema),
			Ephemerals:  describeEach(schemas.EphemeralResourceSchemas, describeSchema),
			Lists:       describeEach(schemas.ListResourceSchemas, describeSchema),
			Actions:     describeEach(schemas.ActionSchemas, describeAction),
			Functions:   describeEach(schemas.Functions, describeFunction),
			Identities:  describeEach(identities.IdentitySchemas, describeIdentity),
		}},
	}, nil
}

func asError(diags []*tfprotov6.Diagnostic) error {
	var errs []error
	for _, d := range diags {
		errs = append(errs, fmt.Errorf("%s: %s: %s", d.Severity, d.Summary, d.Detail))
	}
	return errors.Join(errs...)
}

func describeEach[From, To any](from map[string]From, describe func(From) To) map[string]To {
	to := make(map[string]To, len(from))
	for name, f := range from {
		to[name] = describe(f)
	}
	return to
}

func describeSchema(s *tfprotov6.Schema) schema {
	return schema{Version: s.Version, Block: describeBlock(s.Block)}
}

func describeAction(a *tfprotov6.ActionSchema) actionSchema {
	return actionSchema{Block: describeBlock(a.Schema.Block)}
}

func describeBlock(b *tfprotov6.SchemaBlock) block {
	nested := make(map[string]nestedBlock, len(b.BlockTypes))
	for _, n := range b.BlockTypes {
		nested[n.TypeName] = nestedBlock{
			NestingMode: strings.ToLower(n.Nesting.String()),
			Block:       describeBlock(n.Block),
			MinItems:    n.MinItems,
			MaxItems:    n.MaxItems,
		}
	}
	return block{
		Attributes:      describeAttributes(b.Attributes),
		BlockTypes:      nested,
		Description:     b.Description,
		DescriptionKind: strings.ToLower(b.DescriptionKind.String()),
		Deprecated:      b.Deprecated,
	}
}

func describeAttributes(attributes []*tfprotov6.SchemaAttribute) map[string]attribute {
	described := make(map[string]attribute, len(attributes))
	for _, a := range attributes {
		d := attribute{
			Type:            a.Type,
			Description:     a.Description,
			DescriptionKind: strings.ToLower(a.DescriptionKind.String()),
			Deprecated:      a.Deprecated,
			Required:        a.Required,
			Optional:        a.Optional,
			Computed:        a.Computed,
			Sensitive:       a.Sensitive,
			WriteOnly:       a.WriteOnly,
		}
		if a.NestedType != nil {
			d.NestedType = &nestedType{
				Attributes:  describeAttributes(a.NestedType.Attributes),
				NestingMode: strings.ToLower(a.NestedType.Nesting.String()),
			}
		}
		described[a.Name] = d
	}
	return described
}

func describeFunction(f *tfprotov6.Function) function {
	d := function{
		Description:        f.Description,
		Summary:            f.Summary,
		DeprecationMessage: f.DeprecationMessage,
		ReturnType:         f.Return.Type,
	}
	for _, p := range f.Parameters {
		d.Parameters = append(d.Parameters, describeParameter(p))
	}
	if f.VariadicParameter != nil {
		p := describeParameter(f.VariadicParameter)
		d.VariadicParameter = &p
	}
	return d
}

func describeParameter(p *tfprotov6.FunctionParameter) parameter {
	return parameter{Name: p.Name, Description: p.Description, IsNullable: p.AllowNullValue, Type: p.Type}
}

func describeIdentity(s *tfprotov6.ResourceIdentitySchema) identitySchema {
	attributes := make(map[string]identityAttribute, len(s.IdentityAttributes))
	for _, a := range s.IdentityAttributes {
		attributes[a.Name] = identityAttribute{
			Type:              a.Type,
			Description:       a.Description,
			RequiredForImport: a.RequiredForImport,
			OptionalForImport: a.OptionalForImport,
		}
	}
	return identitySchema{Version: s.Version, Attributes: attributes}
}
