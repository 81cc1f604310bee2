package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// ParseFault returns the fault that text describes: a JSON object of the fields of Fault, in
// which delay and dateShift are strings such as "1.5s". If it has the field preset, the other
// fields replace those of the preset of that name. AddFault checks the fault.
func ParseFault(text []byte) (Fault, error) {
	var named struct {
		Preset string `json:"preset"`
	}
	if err := json.Unmarshal(text, &named); err != nil {
		return Fault{}, unreadable(err)
	}
	var in struct {
		Preset string `json:"preset"`
		Fault
		Delay     *string `json:"delay"`
		DateShift *string `json:"dateShift"`
	}
	if named.Preset != "" {
		preset, err := findPreset(named.Preset)
		if err != nil {
			return Fault{}, err
		}
		in.Fault = preset.Fault
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil {
		return Fault{}, unreadable(err)
	}
	if err := decodeDuration("delay", in.Delay, &in.Fault.Delay); err != nil {
		return Fault{}, err
	}
	if err := decodeDuration("dateShift", in.DateShift, &in.Fault.DateShift); err != nil {
		return Fault{}, err
	}
	return in.Fault, nil
}

// decodeDuration does not change value if text is nil.
func decodeDuration(name string, text *string, value *time.Duration) error {
	if text == nil {
		return nil
	}
	decoded, err := time.ParseDuration(*text)
	if err != nil {
		return fmt.Errorf("%s %q is not a duration such as 1.5s", name, *text)
	}
	*value = decoded
	return nil
}

func unreadable(err error) error {
	return fmt.Errorf("the fault cannot be read: %w", err)
}

// describe returns f in a form whose JSON is that of ParseFault, with hits.
func (f SetFault) describe() any {
	described := struct {
		SetFault
		Delay     string `json:"delay,omitempty"`
		DateShift string `json:"dateShift,omitempty"`
	}{SetFault: f}
	if f.Delay != 0 {
		described.Delay = f.Delay.String()
	}
	if f.DateShift != 0 {
		described.DateShift = f.DateShift.String()
	}
	return described
}
