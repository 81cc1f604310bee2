package provider_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
)

func TestEverythingIsDescribedAndNoSecretIsShown(t *testing.T) {
	p := acctest.Unconfigured(t)
	identities, err := p.Server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problemsOf(p.Schema, identities) {
		t.Error(problem)
	}
}

// One flaw of each sort, in each place.
func TestEveryKindIsLookedAt(t *testing.T) {
	flawed := &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{
		Description: "Without a full stop",
		Attributes: []*tfprotov6.SchemaAttribute{
			{Name: "mute"},
			{Name: "client_secret", Description: "Shown."},
			{Name: "hidden_password", Description: "Not shown.", Sensitive: true},
			{Name: "nested", Description: "Good.", NestedType: &tfprotov6.SchemaObject{Attributes: []*tfprotov6.SchemaAttribute{{Name: "mute"}}}},
		},
		BlockTypes: []*tfprotov6.SchemaNestedBlock{{TypeName: "block", Block: &tfprotov6.SchemaBlock{
			Description: "Good.", Attributes: []*tfprotov6.SchemaAttribute{{Name: "api_token", Description: "Shown."}},
		}}},
	}}
	named := map[string]*tfprotov6.Schema{"x": flawed}
	got := problemsOf(&tfprotov6.GetProviderSchemaResponse{
		Provider: flawed, ProviderMeta: flawed, ResourceSchemas: named, DataSourceSchemas: named, EphemeralResourceSchemas: named,
		ListResourceSchemas: named, ActionSchemas: map[string]*tfprotov6.ActionSchema{"x": {Schema: flawed}}, StateStoreSchemas: named,
		Functions: map[string]*tfprotov6.Function{"x": {
			Summary: "Good.", Parameters: []*tfprotov6.FunctionParameter{{Name: "mute"}}, VariadicParameter: &tfprotov6.FunctionParameter{Name: "rest"},
		}},
	}, &tfprotov6.GetResourceIdentitySchemasResponse{IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{"x": {
		IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{{Name: "private_key", Description: "Shown."}},
	}}})

	var want []string
	for _, kind := range []string{"provider", "provider_meta", "resource x", "data source x", "ephemeral resource x", "list resource x", "action x", "state store x"} {
		want = append(want,
			kind+": the description has no full stop",
			kind+".mute: no description",
			kind+".client_secret: not sensitive",
			kind+".nested.mute: no description",
			kind+".block.api_token: not sensitive",
		)
	}
	want = append(want, "function x: no description", "function x.mute: no description", "function x.rest: no description",
		"identity of x.private_key: not sensitive")
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func problemsOf(schemas *tfprotov6.GetProviderSchemaResponse, identities *tfprotov6.GetResourceIdentitySchemasResponse) []string {
	var in inspection
	in.block("provider", schemas.Provider.Block)
	if schemas.ProviderMeta != nil {
		in.block("provider_meta", schemas.ProviderMeta.Block)
	}
	for kind, named := range map[string]map[string]*tfprotov6.Schema{
		"resource":           schemas.ResourceSchemas,
		"data source":        schemas.DataSourceSchemas,
		"ephemeral resource": schemas.EphemeralResourceSchemas,
		"list resource":      schemas.ListResourceSchemas,
		"state store":        schemas.StateStoreSchemas,
	} {
		for name, schema := range named {
			in.block(kind+" "+name, schema.Block)
		}
	}
	for name, action := range schemas.ActionSchemas {
		in.block("action "+name, action.Schema.Block)
	}
	for name, function := range schemas.Functions {
		in.function("function "+name, function)
	}
	for name, identity := range identities.IdentitySchemas {
		for _, a := range identity.IdentityAttributes {
			in.attribute("identity of "+name+"."+a.Name, a.Name, a.Description, false)
		}
	}
	return in.problems
}

// inspection collects what is wrong, and where.
type inspection struct{ problems []string }

var secret = regexp.MustCompile(`secret|token|private_key|password`)

func (i *inspection) block(where string, block *tfprotov6.SchemaBlock) {
	i.description(where, block.Description)
	i.attributes(where, block.Attributes)
	for _, nested := range block.BlockTypes {
		i.block(where+"."+nested.TypeName, nested.Block)
	}
}

func (i *inspection) attributes(where string, attributes []*tfprotov6.SchemaAttribute) {
	for _, a := range attributes {
		i.attribute(where+"."+a.Name, a.Name, a.Description, a.Sensitive)
		if a.NestedType != nil {
			i.attributes(where+"."+a.Name, a.NestedType.Attributes)
		}
	}
}

func (i *inspection) attribute(where, name, description string, sensitive bool) {
	i.description(where, description)
	if secret.MatchString(name) && !sensitive {
		i.problems = append(i.problems, where+": not sensitive")
	}
}

func (i *inspection) function(where string, function *tfprotov6.Function) {
	i.description(where, function.Summary)
	i.description(where, function.Description)
	parameters := function.Parameters
	if function.VariadicParameter != nil {
		parameters = append(slices.Clone(parameters), function.VariadicParameter)
	}
	for _, p := range parameters {
		i.description(where+"."+p.Name, p.Description)
	}
}

func (i *inspection) description(where, text string) {
	switch {
	case text == "":
		i.problems = append(i.problems, where+": no description")
	case !strings.HasSuffix(text, "."):
		i.problems = append(i.problems, where+": the description has no full stop")
	}
}
