package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// ParseFault returns the fault that text describes: a JSON object of the fields
// of Fault, in which delay is a string such as "1.5s", over those of the preset
// that the field preset names, if there is one. AddFault tells whether it is
// sound.
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
		Delay *string `json:"delay"`
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
	if in.Delay != nil {
		delay, err := time.ParseDuration(*in.Delay)
		if err != nil {
			return Fault{}, fmt.Errorf("delay %q is not a duration such as 1.5s", *in.Delay)
		}
		in.Fault.Delay = delay
	}
	return in.Fault, nil
}

func unreadable(err error) error {
	return fmt.Errorf("the fault cannot be read: %w", err)
}

// describe returns f in a form that encodes to what ParseFault reads, and hits.
func (f SetFault) describe() any {
	described := struct {
		SetFault
		Delay string `json:"delay,omitempty"`
	}{SetFault: f}
	if f.Delay != 0 {
		described.Delay = f.Delay.String()
	}
	return described
}
