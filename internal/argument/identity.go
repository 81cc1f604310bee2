package argument

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// IdentityPart is one attribute of an identity.
type IdentityPart struct {
	Name  string
	Value types.String
	Rule  Rule
}

// CheckIdentity returns nil if every part of an identity follows its rule. The parts are
// elements of the path of every request about the thing: without one, the path is another one,
// and ".." leads out of it. The error is what to write for each part that breaks its rule.
func CheckIdentity(parts ...IdentityPart) error {
	var broken []string
	for _, part := range parts {
		value := part.Value.ValueString()
		err := part.Rule(value)
		switch {
		case err == nil:
		case value == "":
			broken = append(broken, fmt.Sprintf("%s is missing: %s", part.Name, err))
		case MayHoldSecret(value):
			broken = append(broken, fmt.Sprintf("for %s %s", part.Name, err))
		default:
			broken = append(broken, fmt.Sprintf("%s is %.100q: %s", part.Name, value, err))
		}
	}
	if broken == nil {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(broken, "; "))
}

// CutImportID splits an import id into the project's id and the rest: at the first slash, or
// else at the first hyphen as in the import ids of the provider mongodb/mongodbatlas. The id of
// a project has neither.
func CutImportID(importID string) (projectID, rest string) {
	projectID, rest, found := strings.Cut(importID, "/")
	if !found {
		projectID, rest, _ = strings.Cut(importID, "-")
	}
	return projectID, rest
}
