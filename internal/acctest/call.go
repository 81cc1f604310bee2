package acctest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Functions are those of providers.
var Functions = Feature{name: "provider functions", terraform: 8, openTofu: 7}

// Call calls a function of the provider with strings, and returns a string, or the
// Values of an object. After an error the result is nil.
func (p *Provider) Call(t *testing.T, name string, arguments ...string) (any, *tfprotov6.FunctionError) {
	t.Helper()
	values := make([]any, len(arguments))
	for i, argument := range arguments {
		values[i] = argument
	}
	return p.CallWith(t, name, values...)
}

// CallWith is Call with arguments that are a string, nil for null, or a list of
// strings: []string, or []any with nil for null.
func (p *Provider) CallWith(t *testing.T, name string, arguments ...any) (any, *tfprotov6.FunctionError) {
	t.Helper()
	function := p.Schema.Functions[name]
	if function == nil {
		t.Fatalf("there is no function %q", name)
	}
	req := &tfprotov6.CallFunctionRequest{Name: name}
	for _, argument := range arguments {
		req.Arguments = append(req.Arguments, encode(t, argumentValue(argument)))
	}
	resp, err := p.Server.CallFunction(p.ctx, req)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Error != nil {
		return nil, resp.Error
	}
	result := decode(t, function.Return.Type, resp.Result)
	if !result.Type().Is(tftypes.Object{}) {
		return plain(t, result), nil
	}
	values := Values{}
	for name, value := range attributes(t, result) {
		values[name] = plain(t, value)
	}
	return values, nil
}

func argumentValue(argument any) tftypes.Value {
	elements := []tftypes.Value{}
	switch list := argument.(type) {
	case []string:
		for _, element := range list {
			elements = append(elements, tftypes.NewValue(tftypes.String, element))
		}
	case []any:
		for _, element := range list {
			elements = append(elements, tftypes.NewValue(tftypes.String, element))
		}
	default:
		return tftypes.NewValue(tftypes.String, argument)
	}
	return tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, elements)
}
