package main

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// server is a provider with one of each kind, and nothing else.
type server struct {
	tfprotov6.ProviderServer
	diagnostics []*tfprotov6.Diagnostic
}

func (s server) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	one := func(b *tfprotov6.SchemaBlock) *tfprotov6.Schema { return &tfprotov6.Schema{Block: b} }
	of := func(a ...*tfprotov6.SchemaAttribute) *tfprotov6.SchemaBlock {
		return &tfprotov6.SchemaBlock{Attributes: a}
	}
	name := &tfprotov6.SchemaAttribute{Name: "name", Type: tftypes.String, Required: true}

	return &tfprotov6.GetProviderSchemaResponse{
		Diagnostics: s.diagnostics,
		Provider: one(of(&tfprotov6.SchemaAttribute{
			Name: "secret", Type: tftypes.String, Optional: true, Sensitive: true, WriteOnly: true,
			Description: "A *secret*.", DescriptionKind: tfprotov6.StringKindMarkdown,
		})),
		ResourceSchemas: map[string]*tfprotov6.Schema{"x_thing": {Version: 2, Block: &tfprotov6.SchemaBlock{
			Description: "A thing.", DescriptionKind: tfprotov6.StringKindMarkdown, Deprecated: true,
			Attributes: []*tfprotov6.SchemaAttribute{
				{Name: "tags", Type: tftypes.Map{ElementType: tftypes.String}, Optional: true, Computed: true, Deprecated: true},
				{Name: "parts", Optional: true, NestedType: &tfprotov6.SchemaObject{
					Nesting:    tfprotov6.SchemaObjectNestingModeList,
					Attributes: []*tfprotov6.SchemaAttribute{name},
				}},
			},
			BlockTypes: []*tfprotov6.SchemaNestedBlock{{
				TypeName: "timeouts", Nesting: tfprotov6.SchemaNestedBlockNestingModeSingle, Block: of(name), MaxItems: 1,
			}},
		}}},
		DataSourceSchemas:        map[string]*tfprotov6.Schema{"x_thing": one(of(name))},
		EphemeralResourceSchemas: map[string]*tfprotov6.Schema{"x_token": one(of(name))},
		ListResourceSchemas:      map[string]*tfprotov6.Schema{"x_thing": one(of(name))},
		ActionSchemas:            map[string]*tfprotov6.ActionSchema{"x_do": {Schema: one(of(name))}},
		Functions: map[string]*tfprotov6.Function{"join": {
			Summary: "Joins.", Description: "Joins *all*.", DeprecationMessage: "Use another.",
			Return:            &tfprotov6.FunctionReturn{Type: tftypes.Object{AttributeTypes: map[string]tftypes.Type{"all": tftypes.String}}},
			Parameters:        []*tfprotov6.FunctionParameter{{Name: "first", Type: tftypes.Number, AllowNullValue: true, Description: "The first."}},
			VariadicParameter: &tfprotov6.FunctionParameter{Name: "rest", Type: tftypes.Bool},
		}},
	}, nil
}

func (s server) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{
		IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{"x_thing": {
			Version: 1,
			IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{
				{Name: "id", Type: tftypes.String, RequiredForImport: true, Description: "Its id."},
				{Name: "site", Type: tftypes.String, OptionalForImport: true},
			},
		}},
	}, nil
}

// nameOnly is the block that has nothing but a required name.
const nameOnly = `{"attributes": {"name": {"type": "string", "description_kind": "plain", "required": true}}, "description_kind": "plain"}`

func TestDescribesEveryKind(t *testing.T) {
	doc, err := describe(t.Context(), server{}, "example.com/a/x")
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}

	want := strings.ReplaceAll(`{
		"format_version": "1.0",
		"provider_schemas": {"example.com/a/x": {
			"provider": {"version": 0, "block": {
				"attributes": {"secret": {
					"type": "string", "description": "A *secret*.", "description_kind": "markdown",
					"optional": true, "sensitive": true, "write_only": true
				}},
				"description_kind": "plain"
			}},
			"resource_schemas": {"x_thing": {"version": 2, "block": {
				"attributes": {
					"parts": {
						"nested_type": {
							"attributes": {"name": {"type": "string", "description_kind": "plain", "required": true}},
							"nesting_mode": "list"
						},
						"description_kind": "plain", "optional": true
					},
					"tags": {"type": ["map", "string"], "description_kind": "plain", "deprecated": true, "optional": true, "computed": true}
				},
				"block_types": {"timeouts": {"nesting_mode": "single", "block": NAME_ONLY, "max_items": 1}},
				"description": "A thing.", "description_kind": "markdown", "deprecated": true
			}}},
			"data_source_schemas": {"x_thing": {"version": 0, "block": NAME_ONLY}},
			"ephemeral_resource_schemas": {"x_token": {"version": 0, "block": NAME_ONLY}},
			"list_resource_schemas": {"x_thing": {"version": 0, "block": NAME_ONLY}},
			"action_schemas": {"x_do": {"block": NAME_ONLY}},
			"functions": {"join": {
				"description": "Joins *all*.", "summary": "Joins.", "deprecation_message": "Use another.",
				"return_type": ["object", {"all": "string"}],
				"parameters": [{"name": "first", "description": "The first.", "is_nullable": true, "type": "number"}],
				"variadic_parameter": {"name": "rest", "type": "bool"}
			}},
			"resource_identity_schemas": {"x_thing": {"version": 1, "attributes": {
				"id": {"type": "string", "description": "Its id.", "required_for_import": true},
				"site": {"type": "string", "optional_for_import": true}
			}}}
		}}
	}`, "NAME_ONLY", nameOnly)
	if !reflect.DeepEqual(decode(t, got), decode(t, []byte(want))) {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestDiagnosticOfTheSchemaIsAnError(t *testing.T) {
	bad := server{diagnostics: []*tfprotov6.Diagnostic{{
		Severity: tfprotov6.DiagnosticSeverityError, Summary: "Invalid schema", Detail: "x_thing has no name.",
	}}}
	_, err := describe(t.Context(), bad, "example.com/a/x")
	if err == nil || !strings.Contains(err.Error(), "Invalid schema: x_thing has no name.") {
		t.Errorf("error = %v", err)
	}
}

func decode(t *testing.T, doc []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(doc, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
