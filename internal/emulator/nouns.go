package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

// nouns are the kinds of objects of the API that the emulator has. Their order is that
// of their presets in Presets.
var nouns = []noun{
	exportBucketNoun,
	clusterNoun,
	backupScheduleNoun,
	projectNamesNoun,
	snapshotNoun,
	exportJobNoun,
	privateEndpointNoun,
	accessRoleNoun,
}

// noun is one kind of objects of the API: all that the rest of the emulator knows of it. Every
// noun has a file of its own, and a line in nouns.
type noun struct {
	routes []route

	// stateKey is the name of the noun's state in a project of the state file. newState
	// returns a pointer to an empty state. A noun without these has its state in that of
	// another noun.
	stateKey string
	newState func() any

	// control has handlers of the control endpoint, by patterns of http.ServeMux.
	control map[string]func(*Atlas, http.ResponseWriter, *http.Request)

	presets func() nounPresets // may be nil
	changes []answerChange     // values of Fault.Answer
	names   map[string]string  // attributes that name an object in an answer, and what OtherID puts in their place
}

// nounPresets are the presets of a noun, by their place among those of all nouns.
type nounPresets struct {
	refusals []Preset // Atlas refuses
	stale    []Preset // Atlas' answer with an earlier value
	wrong    []Preset // Atlas' answer with a wrong or missing value
}

// nounPresetsOf returns the presets of one place, of all nouns.
func nounPresetsOf(place func(nounPresets) []Preset) []Preset {
	var presets []Preset
	for _, n := range nouns {
		if n.presets != nil {
			presets = append(presets, place(n.presets())...)
		}
	}
	return presets
}

// stateOf returns a noun's state in a project, to be read and changed. It is empty at
// first. T is what newState of the noun with that stateKey makes. The caller holds the lock.
func stateOf[T any](p *project, stateKey string) *T {
	state, ok := p.states[stateKey].(*T)
	if !ok {
		state = new(T)
		p.states[stateKey] = state
	}
	return state
}

// MarshalJSON returns the states of the nouns by their keys.
func (p *project) MarshalJSON() ([]byte, error) {
	return json.Marshal(p.states)
}

// UnmarshalJSON refuses keys and fields that no noun has.
func (p *project) UnmarshalJSON(text []byte) error {
	var states map[string]json.RawMessage
	if err := json.Unmarshal(text, &states); err != nil {
		return err
	}
	p.states = map[string]any{}
	for key, content := range states {
		i := slices.IndexFunc(nouns, func(n noun) bool { return n.stateKey == key && n.newState != nil })
		if i < 0 {
			return fmt.Errorf("json: unknown field %q", key)
		}
		state := nouns[i].newState()
		decoder := json.NewDecoder(bytes.NewReader(content))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(state); err != nil {
			return err
		}
		p.states[key] = state
	}
	return nil
}
