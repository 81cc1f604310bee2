package argument_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
)

func FuzzCutImportID(f *testing.F) {
	for _, seed := range []string{
		"32b6e34b3d91647abb20e7b8/65b2f1d09b3d0e4c5a6f7081", "32b6e34b3d91647abb20e7b8-65b2f1d09b3d0e4c5a6f7081", "/", "-", "a-b/c", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		projectID, rest := argument.CutImportID(text)
		if text != projectID+"/"+rest && text != projectID+"-"+rest && text != projectID+rest {
			t.Errorf("%q was taken for %q and %q", text, projectID, rest)
		}
	})
}

func TestCheckIdentityNamesEachPartThatIsWrong(t *testing.T) {
	part := func(name, value string) argument.IdentityPart {
		return argument.IdentityPart{Name: name, Value: types.StringValue(value), Rule: argument.IsID("the id of the " + name)}
	}
	const id = "32b6e34b3d91647abb20e7b8"
	if err := argument.CheckIdentity(part("project", id), part("thing", id)); err != nil {
		t.Errorf("a valid identity: %s", err)
	}
	for _, c := range []struct {
		project, thing string
		want           []string
		not            string
	}{
		{"", id, []string{`project is missing: write the id of the project`}, "thing is"},
		{id, "..", []string{`thing is "..": write the id of the thing`}, "project is"},
		{"a", "b", []string{`project is "a": `, `; thing is "b": `}, "\n"},
		{"https://user:secret@host", id, []string{"for project this is a URL"}, "secret"},
		{id, strings.Repeat("x", 1000), []string{`thing is "xxx`}, strings.Repeat("x", 101)},
	} {
		err := argument.CheckIdentity(part("project", c.project), part("thing", c.thing))
		if err == nil || strings.Contains(err.Error(), c.not) {
			t.Errorf("%q, %q: %v", c.project, c.thing, err)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("no %q in %q", want, err)
			}
		}
	}
	if err := argument.CheckIdentity(argument.IdentityPart{Name: "thing", Value: types.StringNull(), Rule: argument.IsProjectID}); err == nil {
		t.Error("null is accepted")
	}
}
