package acctest

import (
	"fmt"
	"maps"
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Values are a configuration: strings, bools, int64s, Values for objects and maps, nil for null
// and Unknown. What is left out is null.
type Values map[string]any

type unknown struct{}

// Unknown is a value that is known only after something else has been applied.
var Unknown = unknown{}

// With returns a copy with other values set.
func (v Values) With(more Values) Values {
	merged := maps.Clone(v)
	maps.Copy(merged, more)
	return merged
}

// Without returns a copy that leaves values out.
func (v Values) Without(names ...string) Values {
	rest := maps.Clone(v)
	for _, name := range names {
		delete(rest, name)
	}
	return rest
}

func (v Values) text(name string) string {
	text, _ := v[name].(string)
	return text
}

// object gives the values the form of an object type.
func (v Values) object(t *testing.T, objectType tftypes.Type) tftypes.Value {
	t.Helper()
	types := attributeTypes(t, objectType)
	for name := range v {
		if _, ok := types[name]; !ok {
			t.Fatalf("there is no attribute %q", name)
		}
	}
	attributes := map[string]tftypes.Value{}
	for name, attributeType := range types {
		switch value := v[name].(type) {
		case unknown:
			attributes[name] = tftypes.NewValue(attributeType, tftypes.UnknownValue)
		case Values:
			attributes[name] = value.encode(t, attributeType)
		default:
			attributes[name] = tftypes.NewValue(attributeType, value)
		}
	}
	return tftypes.NewValue(objectType, attributes)
}

// encode gives the values the form of an object or a map.
func (v Values) encode(t *testing.T, valueType tftypes.Type) tftypes.Value {
	t.Helper()
	mapType, ok := valueType.(tftypes.Map)
	if !ok {
		return v.object(t, valueType)
	}
	elements := map[string]tftypes.Value{}
	for key, value := range v {
		if value == Unknown {
			value = tftypes.UnknownValue
		}
		elements[key] = tftypes.NewValue(mapType.ElementType, value)
	}
	return tftypes.NewValue(mapType, elements)
}

func attributeTypes(t *testing.T, objectType tftypes.Type) map[string]tftypes.Type {
	t.Helper()
	object, ok := objectType.(tftypes.Object)
	if !ok {
		t.Fatalf("%s is not an object type", objectType)
	}
	return object.AttributeTypes
}

// attributes takes an object apart. The map is the caller's own: As returns the object's.
func attributes(t *testing.T, value tftypes.Value) map[string]tftypes.Value {
	t.Helper()
	var parts map[string]tftypes.Value
	if err := value.As(&parts); err != nil {
		t.Fatal(err)
	}
	return maps.Clone(parts)
}

// values takes an object apart, as a test writes it.
func values(t *testing.T, object tftypes.Value) Values {
	t.Helper()
	plainly := Values{}
	for name, value := range attributes(t, object) {
		plainly[name] = plain(t, value)
	}
	return plainly
}

// plain is a value as a test writes it: a string, a bool, an int64, Values for an object or a map,
// []any for a list, nil or Unknown.
func plain(t *testing.T, value tftypes.Value) any {
	t.Helper()
	switch {
	case !value.IsKnown():
		return Unknown
	case value.IsNull():
		return nil
	case value.Type().Is(tftypes.Bool):
		var b bool
		if err := value.As(&b); err != nil {
			t.Fatal(err)
		}
		return b
	case value.Type().Is(tftypes.String):
		var s string
		if err := value.As(&s); err != nil {
			t.Fatal(err)
		}
		return s
	case value.Type().Is(tftypes.Number):
		var number big.Float
		if err := value.As(&number); err != nil {
			t.Fatal(err)
		}
		integer, _ := number.Int64()
		return integer
	case value.Type().Is(tftypes.Object{}), value.Type().Is(tftypes.Map{}):
		return values(t, value)
	case value.Type().Is(tftypes.List{}):
		var items []tftypes.Value
		if err := value.As(&items); err != nil {
			t.Fatal(err)
		}
		plainly := []any{}
		for _, item := range items {
			plainly = append(plainly, plain(t, item))
		}
		return plainly
	}
	return fmt.Sprint(value)
}

func encode(t *testing.T, value tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	encoded, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		t.Fatal(err)
	}
	return &encoded
}

func decode(t *testing.T, valueType tftypes.Type, encoded *tfprotov6.DynamicValue) tftypes.Value {
	t.Helper()
	value, err := encoded.Unmarshal(valueType)
	if err != nil {
		t.Fatal(err)
	}
	return value
}
