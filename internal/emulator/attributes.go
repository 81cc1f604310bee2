package emulator

import (
	"encoding/json"
	"maps"
	"slices"
)

// attributes is a JSON object of a request body. Its attributes are decoded one by one, so that
// each error can name its attribute.
type attributes map[string]json.RawMessage

func decodeAttributes(body []byte) (attributes, *failure) {
	var in attributes
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, invalidJSON()
	}
	return in, nil
}

// has tells whether the attribute is there and not null.
func (a attributes) has(name string) bool {
	value, ok := a[name]
	return ok && string(value) != "null"
}

// allow refuses every attribute that is not among names.
func (a attributes) allow(names ...string) *failure {
	for _, name := range slices.Sorted(maps.Keys(a)) {
		if !slices.Contains(names, name) {
			return invalidAttribute(name)
		}
	}
	return nil
}

func (a attributes) require(names ...string) *failure {
	for _, name := range names {
		if !a.has(name) {
			return missingAttribute(name)
		}
	}
	return nil
}

// decode decodes the named attribute into value. If the attribute is absent, value does not
// change.
func (a attributes) decode(name string, value any) *failure {
	if !a.has(name) {
		return nil
	}
	if err := json.Unmarshal(a[name], value); err != nil {
		return invalidJSONAttribute(name)
	}
	return nil
}

// decodeID is decode for an id of 24 lower-case hexadecimal digits.
func (a attributes) decodeID(name string, value *string) *failure {
	if f := a.decode(name, value); f != nil {
		return f
	}
	if a.has(name) && !hex24.MatchString(*value) {
		return invalidJSONAttribute(name)
	}
	return nil
}

// decodeEnum is decode for one of the given words.
func (a attributes) decodeEnum(name string, value *string, words ...string) *failure {
	if f := a.decode(name, value); f != nil {
		return f
	}
	if a.has(name) && !slices.Contains(words, *value) {
		return invalidEnumValue(name, *value)
	}
	return nil
}
