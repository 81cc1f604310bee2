package emulator

import (
	"fmt"
	"strings"
	"time"
)

// projectNamesNoun has state only.
var projectNamesNoun = noun{
	stateKey: projectNamesKey,
	newState: func() any { return &ProjectNames{} },
}

const projectNamesKey = "names"

// ProjectNames are the names of a project and its organization, which exports have in their
// paths. Each that is "" has a default.
type ProjectNames struct {
	OrgID       string `json:"orgId,omitempty"`
	OrgName     string `json:"orgName,omitempty"`
	ProjectName string `json:"projectName,omitempty"`
}

// SetProjectNames sets the names of a project. If the project does not exist, it is added.
func (a *Atlas) SetProjectNames(projectID string, names ProjectNames) {
	a.change(func() { *a.ensureProject(projectID).storedNames() = names })
}

func (p *project) storedNames() *ProjectNames { return stateOf[ProjectNames](p, projectNamesKey) }

// names returns the names of the project, all of which are set.
func (p *project) names() ProjectNames {
	names := *p.storedNames()
	for name, byDefault := range map[*string]string{
		&names.OrgID:       "64c0ffee00000000000000e0",
		&names.OrgName:     "Emulated Organization",
		&names.ProjectName: "Emulated Project",
	} {
		if *name == "" {
			*name = byDefault
		}
	}
	return names
}

// exportPrefix returns the path below which an export's files are: recorded with ids. That the
// schedule's setting decides about jobs on demand too is unverified.
func (p *project) exportPrefix(c *cluster, snapshotCreatedAt, jobCreatedAt time.Time) string {
	names := p.names()
	org, group := names.OrgID, p.id
	if c.Schedule.UseOrgAndGroupNamesInExportPrefix {
		org, group = strings.ReplaceAll(names.OrgName, " ", "_"), strings.ReplaceAll(names.ProjectName, " ", "_")
	}
	return fmt.Sprintf("exported_snapshots/%s/%s/%s/%s/%d", org, group, c.Name, snapshotCreatedAt.UTC().Format("2006-01-02T1504"), jobCreatedAt.Unix())
}
