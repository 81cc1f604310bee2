package emulator

import (
	"encoding/json"
	"maps"
	"slices"
)

// attributes is a JSON object of a request body, not yet decoded attribute by
// attribute, so that each error can name its attribute.
type attributes map[string]json.RawMessage

func decodeAttributes(body []byte) (attributes, *failure) {
	var in attributes
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, invalidJSON()
	}
	return in, nil
}

// has takes null for absent.
func (in attributes) has(name string) bool {
	value, ok := in[name]
	return ok && string(value) != "null"
}

// allow refuses every attribute that is not among names.
func (in attributes) allow(names ...string) *failure {
	for _, name := range slices.Sorted(maps.Keys(in)) {
		if !slices.Contains(names, name) {
			return invalidAttribute(name)
		}
	}
	return nil
}

func (in attributes) require(names ...string) *failure {
	for _, name := range names {
		if !in.has(name) {
			return missingAttribute(name)
		}
	}
	return nil
}

// decode decodes the named attribute into value, and leaves value as it is when
// the attribute is absent.
func (in attributes) decode(name string, value any) *failure {
	if !in.has(name) {
		return nil
	}
	if err := json.Unmarshal(in[name], value); err != nil {
		return invalidJSONAttribute(name)
	}
	return nil
}

// decodeID is decode for an id of 24 lower-case hexadecimal digits.
func (in attributes) decodeID(name string, value *string) *failure {
	if f := in.decode(name, value); f != nil {
		return f
	}
	if in.has(name) && !hex24.MatchString(*value) {
		return invalidJSONAttribute(name)
	}
	return nil
}

// decodeEnum is decode for one of the given words.
func (in attributes) decodeEnum(name string, value *string, words ...string) *failure {
	if f := in.decode(name, value); f != nil {
		return f
	}
	if in.has(name) && !slices.Contains(words, *value) {
		return invalidEnumValue(name, *value)
	}
	return nil
}
