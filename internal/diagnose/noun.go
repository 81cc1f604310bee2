package diagnose

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// MaxCommands is how many import commands, or ids, a message has.
const MaxCommands = 10

// Noun is a kind of thing that the provider manages, for messages that every noun needs.
type Noun struct {
	Name   string // such as "export bucket"
	Plural string

	ImportID string // the form of its import ids, such as "<project_id>/<id>"
	Example  string // an import id
	Find     string // where to find it: "with terraform query, …, or in Atlas"

	Hints Hints
}

// Error reports a failed call, as the function Error does with the noun's hints.
func (n Noun) Error(summary string, err error, fields Fields) diag.Diagnostics {
	return Error(summary, err, fields, n.Hints)
}

// NotCreated reports a creation that failed, or that may have failed. importID returns the
// import id of the noun with an id.
func (n Noun) NotCreated(err error, fields Fields, importID func(id string) string) diag.Diagnostics {
	var undecided *atlas.UndecidedError
	if !errors.As(err, &undecided) {
		return n.Error(argument.Capitalize(n.Name)+" not created", err, fields)
	}
	lost := "Atlas' answer to the create request was lost"
	find := fmt.Sprintf("Before the next apply, look for it %s. If it exists, import it:\n\n  terraform import <address> %s\n\nOtherwise apply again.", n.Find, importID("<id>"))
	var hint string
	switch {
	case len(undecided.Candidates) > 0:
		hint = fmt.Sprintf("%s. It may have created one of these %s, or none of them. Import the one that nothing else uses:\n\n%s\n\n"+
			"If each of them is used by something else, apply again.", lost, n.Plural, ImportCommands(undecided.Candidates, importID))
	case undecided.Last != nil:
		hint = fmt.Sprintf("%s, and the next attempt failed: %s. The project did not show the %s, but Atlas may still create it. %s",
			lost, undecided.Last, n.Name, find)
	case errors.Is(undecided.Look, context.DeadlineExceeded), atlas.IsNoTime(undecided.Look):
		hint = fmt.Sprintf("%s, and there was not enough time left (timeouts.create) to check the project. Atlas may have created the %s. %s",
			lost, n.Name, find)
	case errors.Is(undecided.Look, context.Canceled):
		hint = fmt.Sprintf("%s, and the run was interrupted before the provider could check the project. Atlas may have created the %s. %s",
			lost, n.Name, find)
	default:
		hint = fmt.Sprintf("%s, and the check of the project failed too (%s). Atlas may have created the %s. %s", lost, undecided.Look, n.Name, find)
	}
	return ErrorWithHint(argument.Capitalize(n.Name)+" may have been created", err, hint)
}

// NotReadBack reports that something was created and could not be read afterwards. It is a
// warning: an error would taint it, and the next apply would replace it. Its summary has the
// id, because Terraform shows only the first of several warnings with the same summary.
func (n Noun) NotReadBack(id string, err error) diag.Diagnostics {
	var warnings diag.Diagnostics
	for _, d := range n.Error(fmt.Sprintf("%s %s created, but not read back", argument.Capitalize(n.Name), id), err, nil) {
		warnings.AddWarning(d.Summary(), d.Detail()+fmt.Sprintf("\n\nThe %s is in the state. The next plan or apply reads the rest.", n.Name))
	}
	return warnings
}

// ProjectNotFound warns, once for each project, that Atlas has no such project: the wrong
// Atlas gives the same answer, and then nothing was deleted. It is nil for any other error.
// done is what happens to the nouns of the project; importID is that of the first one.
func (n Noun) ProjectNotFound(err error, client *atlas.Client, projectID, importID, done string) diag.Diagnostics {
	if !atlas.HasCode(err, atlas.CodeProjectNotFound) || !client.FirstTime(n.Name+" without project "+projectID) {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(fmt.Sprintf("Project %s not found", projectID), fmt.Sprintf(
		"Atlas at %s has no project %s (%s), so the %s of this project are %s. The first of them is %s.\n\n"+
			"If the project was deleted, there is nothing to do. If it was not, do not apply this plan: check base_url (MONGODB_ATLAS_BASE_URL), "+
			"and that the credential belongs to the organization of the project. To put one back into the state, import it:\n\n"+
			"  terraform import <address> %s",
		client.Address(), projectID, atlas.CodeProjectNotFound, n.Plural, done, strings.TrimPrefix(importID, projectID+"/"), importID))}
}

// NotImported reports that what is to be imported does not exist. where is what to check.
func (n Noun) NotImported(err error, importID, where string) diag.Diagnostics {
	if atlas.HasCode(err, atlas.CodeFlexCluster) {
		where = FlexCluster.Text
	}
	return ErrorWithHint(argument.Capitalize(n.Name)+" not imported", err, fmt.Sprintf("There is nothing to import with the id %s. %s", importID, where))
}

// InvalidState reports a state that does not say which one of the nouns it is, for the reason
// broken; nil reports nothing. No request may be made with such a state.
func (n Noun) InvalidState(summary string, broken error) diag.Diagnostics {
	if broken == nil {
		return nil
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic(summary+": invalid state", fmt.Sprintf("The state does not say which %s it is: %s. "+
		"Nothing was sent to Atlas.\n\nRemove the resource from the state. If the %s still exists, import it:\n\n"+
		"  terraform state rm <address>\n  terraform import <address> %s", n.Name, broken, n.Name, n.ImportID))}
}

// InvalidImportID reports an import id, or an identity, that does not say which one of the nouns
// to import, for the reason broken; nil reports nothing.
func (n Noun) InvalidImportID(importID string, broken error) diag.Diagnostics {
	if broken == nil {
		return nil
	}
	what := "The import id"
	if importID != "" && !argument.MayHoldSecret(importID) {
		what = fmt.Sprintf("%.200q", importID)
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic("Invalid import id", fmt.Sprintf("%s does not say which %s to import. Write %s, for example %s.\n\nWhat is wrong: %s.",
		what, n.Name, n.ImportID, n.Example, broken))}
}

// ImportCommands are one line for each id, with the time that the id carries.
func ImportCommands(ids []string, importID func(id string) string) string {
	var lines []string
	for _, id := range ids {
		lines = append(lines, fmt.Sprintf("  terraform import <address> %s  # created %s", importID(id), atlas.CreatedAt(id).UTC().Format(time.RFC3339)))
	}
	return strings.Join(argument.FirstOf(lines, MaxCommands, "  "), "\n")
}

// MayBeMissing warns that a list of a project is not whole.
func MayBeMissing(plural, projectID string, shown int) diag.Diagnostic {
	return diag.NewWarningDiagnostic(fmt.Sprintf("%s of project %s may be missing", argument.Capitalize(plural), projectID), fmt.Sprintf(
		"Atlas shows %d %s, and counts more. Something between this machine and Atlas may remove some of them. Run the same command "+
			"again; if the warning stays, do not delete anything because it is missing here.", shown, plural))
}
