package argument_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
)

func refuse(string) error { return errors.New("write something else") }

func TestCheckQuotesAValueThatHoldsNoSecret(t *testing.T) {
	for value, want := range map[string]string{
		"snapshots":                  `"snapshots": write something else.`,
		"":                           `"": write something else.`,
		"mongodb://user:secret@host": "Write something else.",
		"secret@host":                "Write something else.",
		"sv=1&sig=secret":            "Write something else.",
		"AccountKey=secret;x":        "Write something else.",
	} {
		var diags diag.Diagnostics
		argument.Check(&diags, "bucket_name", types.StringValue(value), refuse)
		if len(diags) != 1 || diags[0].Summary() != "Invalid bucket_name" || diags[0].Detail() != want {
			t.Errorf("%q: %v, want %q", value, diags, want)
			continue
		}
		if at, ok := diags[0].(diag.DiagnosticWithPath); !ok || !at.Path().Equal(path.Root("bucket_name")) {
			t.Errorf("%q: it is not at the argument: %v", value, diags[0])
		}
	}
}

func TestCheckLetsNullAndUnknownPass(t *testing.T) {
	for _, value := range []types.String{types.StringNull(), types.StringUnknown()} {
		var diags diag.Diagnostics
		if argument.Check(&diags, "bucket_name", value, refuse); len(diags) > 0 {
			t.Errorf("%s: %v", value, diags)
		}
	}
}

func TestIsIDSaysWhatToWrite(t *testing.T) {
	rule := argument.IsID("the id of the thing")
	if err := rule("32b6e34b3d91647abb20e7b8"); err != nil {
		t.Errorf("a valid id: %s", err)
	}
	for id, want := range map[string]string{
		"arn:aws:iam::123456789012:role/x": "this is an ARN; write the id of the thing",
		"https://cloud.mongodb.com":        "this is a URL; write the id of the thing",
		"32B6E34B3D91647ABB20E7B8":         `write it in lower case: "32b6e34b3d91647abb20e7b8"`,
		"thing":                            "write the id of the thing, 24 lower-case hexadecimal digits such as",
		"":                                 "write the id of the thing, 24 lower-case hexadecimal digits such as",
		"32b6e34b3d91647abb20e7b8\n":       "write the id of the thing, 24 lower-case hexadecimal digits such as",
	} {
		if err := rule(id); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %q", id, err, want)
		}
	}
}

func TestEnumerate(t *testing.T) {
	for want, items := range map[string][]string{"": nil, "a": {"a"}, "a and b": {"a", "b"}, "a, b and c": {"a", "b", "c"}} {
		if got := argument.Enumerate(items, "and"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
