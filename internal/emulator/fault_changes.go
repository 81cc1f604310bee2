package emulator

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// What OtherID puts in place of Atlas' own. They stand for nothing.
const (
	otherID      = "64c0ffee00000000000000bb"
	otherCluster = "another-cluster"
)

// change changes the answer in what what says, one of the values of Fault.Answer.
func (k *keptAnswer) change(r *http.Request, what string) {
	if what == ByteOrderMark {
		if body := slices.Clone(k.body.Bytes()); len(body) > 0 {
			k.body.Reset()
			k.body.WriteString("\ufeff")
			k.body.Write(body)
		}
		return
	}
	var object map[string]any
	if k.status >= 300 || json.Unmarshal(k.body.Bytes(), &object) != nil {
		return
	}
	if content, ok := object["content"].(map[string]any); ok { // an envelope
		changeObject(content, what)
	} else {
		changeObject(object, what)
	}
	k.body.Reset()
	writeJSON(&k.body, r, object)
}

// changeObject changes attributes that the page of a list has none of, but for
// OldNetworking and TooLong.
func changeObject(object map[string]any, what string) {
	switch what {
	case OtherID:
		replace(object, "_id", otherID)
		replace(object, "clusterName", otherCluster)
	case IDOnly:
		if _, ok := object["_id"]; ok {
			maps.DeleteFunc(object, func(name string, _ any) bool { return name != "_id" })
		}
	case OldNetworking:
		items, _ := object["results"].([]any)
		for _, item := range append(items, object) {
			invert(item, "requirePrivateNetworking")
		}
	case TooLong:
		object["padding"] = strings.Repeat("x", 5<<20)
	case OtherCloud:
		if object["cloudProvider"] == aws {
			object["cloudProvider"] = gcp
		} else {
			replace(object, "cloudProvider", aws)
		}
	case Bare:
		for _, name := range []string{"bucketName", "iamRoleId", "roleId"} {
			delete(object, name)
		}
	}
}

// replace leaves an object without the attribute as it is.
func replace(object map[string]any, name, value string) {
	if _, ok := object[name]; ok {
		object[name] = value
	}
}

// invert leaves what is no object with that attribute as it is.
func invert(item any, name string) {
	if object, ok := item.(map[string]any); ok {
		if value, ok := object[name].(bool); ok {
			object[name] = !value
		}
	}
}
