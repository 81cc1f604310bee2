package faulttest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
)

const clustersTable = `
call          limit limit55 hour  down  lost  object other long hold  held  slow  401   refused forbidden wall  wall-after nogroup foreign404 url404 elsewhere repeats count truncated clock use
data.list     no    no      no    no    no    no     ok    ok   no    no    no    no    no      no        no    no         drop    no         no     ok        ok      ok    no        ok    no
data.schedule ok/no ok/no   ok/no ok/no ok/no ok/no  ok    ok   ok/no ok/no ok/no ok/no ok/no   ok/no     ok/no ok/no      drop    ok/no      ok/no  ok        ok      ok    ok        ok    ok/no
`

// clusters is a noun without a resource and without the provider: the clusters of a
// project and the schedule of one, read by a client that makes one attempt at the list and
// two at the schedule, and waits a second for an answer.
func clusters() *Noun {
	return &Noun{
		Limit: time.Minute,
		Table: clustersTable,
		Calls: []Call{
			{Name: "data.list", Operation: readClusters, Method: http.MethodGet, Path: clustersPath},
			{Name: "data.schedule", Operation: readClusters, Method: http.MethodGet, Path: clustersPath + "/exports/backup/schedule"},
		},
		Families: []Family{
			{"other", "an answer about another object; Atlas has acted", []string{"other-cloud"}},
			{"use", "an error code of another noun", []string{"in-use", "export-bucket-not-found"}},
		},
		Apart: []Apart{
			{"no call is about a role, a flex cluster, a snapshot or a private endpoint", slices.Concat([]string{
				"cannot-assume-role", "role-not-authorized", "invalid-aws-credentials", "cannot-authenticate-service-principal", "azure-service-principal-invalid",
			}, FlexClusterFaults, SnapshotFaults, PrivateEndpointFaults)},
			{"no answer is an export bucket", []string{"bare-bucket", "old-networking"}},
			{"the client reads one page", []string{"list-endless"}},
		},
		Begin:       func(f *Fixture) { f.Atlas.SetAutoExport(acctest.ProjectID, "exports", acctest.RoleID) },
		Request:     func(*Fixture) {},
		Held:        func(f *Fixture) []string { return []string{f.Atlas.AutoExport(acctest.ProjectID, "exports")} },
		RequireHeld: func(*Fixture) {},
	}
}

const clustersPath = "/api/atlas/v2/groups/" + acctest.ProjectID + "/clusters"

var readClusters = Operation{
	Begin: func(*Fixture) {},
	Run: func(f *Fixture) (acctest.Resource, acctest.Diagnostics) {
		list, diags := get(f, clustersPath, "results", 1)
		if diags != nil {
			return f.State, diags
		}
		if results, _ := list["results"].([]any); len(results) != 1 {
			return f.State, diagnostic(tfprotov6.DiagnosticSeverityError, "%d clusters", len(results))
		}
		schedule, diags := get(f, clustersPath+"/exports/backup/schedule", "clusterName", 2)
		if export, _ := schedule["export"].(map[string]any); diags == nil && export["exportBucketId"] != acctest.RoleID {
			f.T.Errorf("the schedule is %v", schedule)
		}
		return f.State, diags
	},
	RequireDone: (*Fixture).RequireHeld,
	ReadOnly:    true,
}

// get returns an answer of Atlas that has an attribute.
func get(f *Fixture, path, attribute string, attempts int) (answer map[string]any, diags acctest.Diagnostics) {
	for range attempts {
		body, err := getOnce(f, path)
		switch {
		case err == nil && json.Unmarshal(body, &answer) == nil && answer[attribute] != nil:
			return answer, nil
		case strings.Contains(string(body), "GROUP_NOT_FOUND"):
			return nil, diagnostic(tfprotov6.DiagnosticSeverityWarning, "Project %s not found", acctest.ProjectID)
		}
		diags = diagnostic(tfprotov6.DiagnosticSeverityError, "GET %s: %v: %s", path, err, body)
	}
	return nil, diags
}

func getOnce(f *Fixture, path string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(f.T.Context(), time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.Atlas.URL+path, nil)
	if err != nil {
		f.T.Fatal(err)
	}
	req.Close = true // or net/http itself retries after a broken connection
	req.Header.Set("Accept", "application/vnd.atlas.2024-08-05+json")
	req.Header.Set("Authorization", "Bearer "+acctest.AccessToken["access_token"].(string))
	resp, err := f.Atlas.Client().Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return nil, errors.New(resp.Status)
	}
	body, err := io.ReadAll(resp.Body)
	return bytes.TrimPrefix(body, []byte("\ufeff")), err
}

func diagnostic(severity tfprotov6.DiagnosticSeverity, format string, arguments ...any) acctest.Diagnostics {
	return acctest.Diagnostics{{Severity: severity, Summary: fmt.Sprintf(format, arguments...)}}
}
