// Package argument has the rules and the sentences on arguments that more than one noun needs.
package argument

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Rule returns nil for a value that follows the rule, or else an error that says the rule and
// what to write.
type Rule func(value string) error

// Check reports at an argument of the configuration that its value breaks a rule. A value that
// is null or not known yet passes.
func Check(diags *diag.Diagnostics, name string, value types.String, rule Rule) {
	if !IsKnown(value) {
		return
	}
	if err := rule(value.ValueString()); err != nil {
		diags.AddAttributeError(path.Root(name), "Invalid "+name, explain(value.ValueString(), err))
	}
}

// IsKnown tells whether there is a value and it is known.
func IsKnown(value types.String) bool {
	return !value.IsNull() && !value.IsUnknown()
}

// explain writes a rule as a sentence, after the value that breaks it.
func explain(value string, broken error) string {
	rule := broken.Error() + "."
	if MayHoldSecret(value) {
		return Capitalize(rule)
	}
	return fmt.Sprintf("%q: %s", value, rule)
}

// MayHoldSecret tells of a URL, a connection string, or what has parts of one: there may be a
// password or a token in it, so no message repeats it.
func MayHoldSecret(value string) bool {
	return strings.Contains(value, "://") || strings.ContainsAny(value, "@?&=;")
}

// Matches tells whether a value of Atlas' passes a filter. A filter that is null lets every value
// pass.
func Matches(filter types.String, value string) bool {
	return filter.IsNull() || filter.ValueString() == value
}

// StringOrNull is a value of Atlas' in the state: what is empty there is null here.
func StringOrNull(value string) types.String {
	if value == "" {
		return types.StringNull()
	}
	return types.StringValue(value)
}

// TimeOrNull is a time of Atlas' in the state, in RFC 3339; the zero time is null.
func TimeOrNull(t time.Time) types.String {
	if t.IsZero() {
		return types.StringNull()
	}
	return types.StringValue(t.UTC().Format(time.RFC3339))
}
