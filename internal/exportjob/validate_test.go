package exportjob_test

import (
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
)

const someID = "65b2f1d09b3d0e4c5a6f7081"

func valid() acctest.Values {
	return acctest.Values{"project_id": acctest.ProjectID, "cluster_name": cluster, "export_bucket_id": someID}
}

// broken are arguments that break a rule, the attribute of the error, and what it says.
var broken = map[string]struct {
	arguments acctest.Values
	attribute string
	says      string
}{
	"project":          {acctest.Values{"project_id": "acme"}, "project_id", "24 lower-case hexadecimal digits"},
	"cluster":          {acctest.Values{"cluster_name": "-orders"}, "cluster_name", "letters, digits and hyphens"},
	"bucket":           {acctest.Values{"export_bucket_id": "arn:aws:s3:::snapshots"}, "export_bucket_id", "this is an ARN; write the id of the export bucket"},
	"snapshot":         {acctest.Values{"snapshot_id": "newest"}, "snapshot_id", "the id of the snapshot"},
	"empty key":        {acctest.Values{"custom_data": acctest.Values{"": "x"}}, `custom_data").ElementKeyString("`, "One of its keys is empty"},
	"null custom data": {acctest.Values{"custom_data": acctest.Values{"team": nil}}, `custom_data").ElementKeyString("team`, "The value of this key is null"},
}

func TestEveryArgumentIsValidated(t *testing.T) {
	p := acctest.Unconfigured(t)
	p.Validate(t, resourceType, valid()).RequireNone(t)
	for name, c := range broken {
		t.Run(name, func(t *testing.T) {
			p.Validate(t, resourceType, valid().With(c.arguments)).RequireError(t, c.attribute, c.says)
		})
	}
	p.Validate(t, resourceType, valid().With(acctest.Values{"timeouts": acctest.Values{"create": "soon"}})).RequireError(t, "timeouts.create", "positive duration")
	p.Validate(t, resourceType, acctest.Values{
		"project_id": acctest.Unknown, "cluster_name": acctest.Unknown, "export_bucket_id": acctest.Unknown, "snapshot_id": acctest.Unknown,
		"custom_data": acctest.Values{"team": acctest.Unknown}, "triggers": acctest.Unknown, "wait_for_completion": acctest.Unknown,
	}).RequireNone(t)
}

func TestArgumentsOfDataSourcesAreValidated(t *testing.T) {
	p := acctest.Unconfigured(t)
	list := acctest.Values{"project_id": acctest.ProjectID, "cluster_name": cluster}
	for name, c := range broken {
		if name == "empty key" || name == "null custom data" {
			continue
		}
		p.ValidateDataSource(t, pluralType, list.With(c.arguments)).RequireError(t, c.attribute, c.says)
	}
	p.ValidateDataSource(t, pluralType, list.With(acctest.Values{"state": "failed"})).RequireError(t, "state", `write it as "Failed"`)
	one := list.With(acctest.Values{"id": someID})
	p.ValidateDataSource(t, resourceType, one).RequireNone(t)
	p.ValidateDataSource(t, resourceType, one.With(acctest.Values{"id": "x"})).RequireError(t, "id", "the id of the export job")
	p.ValidateDataSource(t, resourceType, one.With(acctest.Values{"project_id": "x"})).RequireError(t, "project_id", "the id of the Atlas project")
	p.ValidateDataSource(t, resourceType, one.With(acctest.Values{"cluster_name": "x y"})).RequireError(t, "cluster_name", "letters, digits and hyphens")
}
