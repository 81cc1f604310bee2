package faulttest

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// RequireCallsOfEveryRequest fails the test if an operation makes a request that is none of
// the noun's calls, and so meets no fault. The calls of an operation are those whose names
// begin with the same word.
func RequireCallsOfEveryRequest(t *testing.T, n *Noun) {
	for _, call := range n.Calls {
		t.Run(call.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := call.begin(t, n, n.Config)
				if call.Before != nil {
					call.Before(f)
				}
				before := len(f.Atlas.Requests())
				_, diags := call.Run(f)
				diags.RequireNone(t)
				for _, request := range n.unknown(call, f.Atlas.Requests()[before:]) {
					t.Errorf("%s is no call of %s", request, call.operationName())
				}
			})
		})
	}
}

// unknown are the requests that are no calls of a call's operation.
func (n *Noun) unknown(call Call, requests []emulator.Request) (unknown []string) {
	for _, r := range requests {
		if !slices.ContainsFunc(n.Calls, func(c Call) bool { return c.operationName() == call.operationName() && c.is(r) }) {
			unknown = append(unknown, r.Method+" "+r.Path)
		}
	}
	return unknown
}

func (c Call) operationName() string {
	name, _, _ := strings.Cut(c.Name, ".")
	return name
}

func (c Call) is(r emulator.Request) bool {
	matched, _ := path.Match(cmp.Or(c.Represents, c.Path), r.Path) // the emulator checks patterns
	return matched && r.Method == c.Method
}
