package emulator

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// otherID is the id that OtherID puts in place of Atlas' own. No object has it.
const otherID = "64c0ffee00000000000000bb"

// idAttributes are the attributes that have an object's own id, in any answer.
var idAttributes = []string{"_id", "id"}

// answerChange is what a value of Fault.Answer does to an answer.
type answerChange struct {
	value   string
	inItems bool // it also changes the items of a list
	change  func(object map[string]any)
}

// answerChanges returns those of every object, and those of the nouns.
func answerChanges() []answerChange {
	changes := []answerChange{
		{value: OtherID, change: replaceIdentity},
		{value: IDOnly, change: keepIDOnly},
		{value: TooLong, change: func(object map[string]any) { object["padding"] = strings.Repeat("x", 5<<20) }},
	}
	for _, n := range nouns {
		changes = append(changes, n.changes...)
	}
	return changes
}

// change changes the answer as value says, one of those of Fault.Answer. Errors stay as
// they are, but ByteOrderMark changes them too.
func (k *keptAnswer) change(r *http.Request, value string) {
	if value == ByteOrderMark {
		if body := slices.Clone(k.body.Bytes()); len(body) > 0 {
			k.body.Reset()
			k.body.WriteString("\ufeff")
			k.body.Write(body)
		}
		return
	}
	var whole map[string]any
	if k.status >= 300 || json.Unmarshal(k.body.Bytes(), &whole) != nil {
		return
	}
	object, ok := whole["content"].(map[string]any)
	if !ok { // no envelope
		object = whole
	}
	for _, c := range answerChanges() {
		if c.value != value {
			continue
		}
		c.change(object)
		if c.inItems {
			changeItems(object, c.change)
		}
	}
	k.body.Reset()
	writeJSON(&k.body, r, whole)
}

// changeItems changes the items of a list. An object that is not a list stays as it is.
func changeItems(object map[string]any, change func(map[string]any)) {
	items, _ := object["results"].([]any)
	for _, item := range items {
		if item, ok := item.(map[string]any); ok {
			change(item)
		}
	}
}

func replaceIdentity(object map[string]any) {
	for _, name := range idAttributes {
		replace(object, name, otherID)
	}
	for _, n := range nouns {
		for name, other := range n.names {
			replace(object, name, other)
		}
	}
}

func keepIDOnly(object map[string]any) {
	for _, id := range idAttributes {
		if _, ok := object[id]; ok {
			maps.DeleteFunc(object, func(name string, _ any) bool { return name != id })
		}
	}
}

// replace leaves an object without the attribute as it is.
func replace(object map[string]any, name, value string) {
	if _, ok := object[name]; ok {
		object[name] = value
	}
}
