package autoexport_test

import (
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
)

func TestValidateRefusesAtTheArgument(t *testing.T) {
	p := acctest.Unconfigured(t)
	for name, c := range map[string]struct {
		change    acctest.Values
		argument  string
		fragments []string
	}{
		"no project":               {acctest.Values{"project_id": ""}, "project_id", []string{"the id of the Atlas project", "24 lower-case hexadecimal"}},
		"project name":             {acctest.Values{"project_id": "backups"}, "project_id", []string{"the id of the Atlas project"}},
		"project in upper case":    {acctest.Values{"project_id": strings.ToUpper(acctest.ProjectID)}, "project_id", []string{`write it in lower case: "32b6e34b3d91647abb20e7b8"`}},
		"no cluster":               {acctest.Values{"cluster_name": ""}, "cluster_name", []string{"write the name of the cluster"}},
		"a cluster's path":         {acctest.Values{"cluster_name": "../orders"}, "cluster_name", []string{"letters, digits and hyphens"}},
		"a cluster with a dot":     {acctest.Values{"cluster_name": "orders.eu"}, "cluster_name", []string{"letters, digits and hyphens"}},
		"a hyphen first":           {acctest.Values{"cluster_name": "-orders"}, "cluster_name", []string{"beginning with a letter or digit"}},
		"a cluster's long name":    {acctest.Values{"cluster_name": strings.Repeat("a", 257)}, "cluster_name", []string{"write the name of the cluster"}},
		"a connection string":      {acctest.Values{"cluster_name": "mongodb+srv://me:secret@orders.mongodb.net"}, "cluster_name", []string{"Write the name of the cluster"}},
		"bucket name":              {acctest.Values{"export_bucket_id": "snapshots"}, "export_bucket_id", []string{"the id of the export bucket in Atlas"}},
		"bucket ARN":               {acctest.Values{"export_bucket_id": "arn:aws:s3:::snapshots"}, "export_bucket_id", []string{"this is an ARN", "the id of the export bucket"}},
		"bucket URL":               {acctest.Values{"export_bucket_id": "https://acme.blob.core.windows.net"}, "export_bucket_id", []string{"is a URL"}},
		"bucket's import id":       {acctest.Values{"export_bucket_id": acctest.ProjectID + "/" + bucketID}, "export_bucket_id", []string{"24 lower-case hexadecimal digits"}},
		"hourly":                   {acctest.Values{"frequency_type": "hourly"}, "frequency_type", []string{`write "daily", "weekly", "monthly" or "yearly"`}},
		"frequency in upper case":  {acctest.Values{"frequency_type": "MONTHLY"}, "frequency_type", []string{`write it as "monthly"`}},
		"no frequency":             {acctest.Values{"frequency_type": ""}, "frequency_type", []string{`write "daily", "weekly", "monthly" or "yearly"`}},
		"a create of no duration":  {acctest.Values{"timeouts": acctest.Values{"create": "soon"}}, "timeouts.create", []string{`"soon" is not a positive duration`}},
		"a read of no time":        {acctest.Values{"timeouts": acctest.Values{"read": "0s"}}, "timeouts.read", []string{`"90s" or "5m"`}},
		"an update of no duration": {acctest.Values{"timeouts": acctest.Values{"update": ""}}, "timeouts.update", nil},
		"a negative delete":        {acctest.Values{"timeouts": acctest.Values{"delete": "-1m"}}, "timeouts.delete", nil},
	} {
		t.Run(name, func(t *testing.T) {
			diags := p.Validate(t, resourceType, monthly.With(c.change))
			diags.RequireError(t, c.argument, append([]string{"Invalid " + c.argument}, c.fragments...)...)
			if strings.Contains(diags.String(), "secret") {
				t.Errorf("it repeats a secret: %s", diags)
			}
		})
	}
}

func TestValidateReportsEveryMistakeAtOnce(t *testing.T) {
	diags := acctest.Unconfigured(t).Validate(t, resourceType, acctest.Values{
		"project_id": "backups", "cluster_name": "orders.eu", "export_bucket_id": "snapshots", "frequency_type": "hourly", "timeouts": acctest.Values{"read": "0"},
	})
	if len(diags) != 5 {
		t.Errorf("%d errors, want 5:\n%s", len(diags), diags)
	}
}

func TestValidatePasses(t *testing.T) {
	p := acctest.Unconfigured(t)
	for name, change := range map[string]acctest.Values{
		"daily": {"frequency_type": "daily"}, "weekly": {"frequency_type": "weekly"}, "monthly": {}, "yearly": {"frequency_type": "yearly"},
		"names": withNames, "ids": withoutNames, "a short name": {"cluster_name": "0"}, "a long name": {"cluster_name": strings.Repeat("a", 256)},
		"hyphens": {"cluster_name": "Orders--EU-"}, "timeouts": {"timeouts": acctest.Values{"create": "1ns", "read": "5s", "update": "24h", "delete": nil}},
		"unknown": {
			"project_id": acctest.Unknown, "cluster_name": acctest.Unknown, "export_bucket_id": acctest.Unknown, "frequency_type": acctest.Unknown,
			"use_org_and_group_names_in_export_prefix": acctest.Unknown, "timeouts": acctest.Unknown,
		},
		"an unknown timeout": {"timeouts": acctest.Values{"read": acctest.Unknown}},
	} {
		if diags := p.Validate(t, resourceType, monthly.With(change)); len(diags) > 0 {
			t.Errorf("%s: %s", name, diags)
		}
	}
}

func TestListValidates(t *testing.T) {
	p := acctest.Unconfigured(t)
	project := acctest.Values{"project_id": acctest.ProjectID}
	for _, c := range []struct {
		change   acctest.Values
		argument string
		fragment string
	}{
		{acctest.Values{"project_id": "backups"}, "project_id", "the id of the Atlas project"},
		{acctest.Values{"export_bucket_id": "arn:aws:s3:::snapshots"}, "export_bucket_id", "the id of the export bucket"},
		{acctest.Values{"timeouts": acctest.Values{"list": "soon"}}, "timeouts.list", "soon"},
	} {
		p.ValidateList(t, resourceType, project.With(c.change)).RequireError(t, c.argument, "Invalid "+c.argument, c.fragment)
	}
	for _, config := range []acctest.Values{
		project, project.With(acctest.Values{"export_bucket_id": bucketID, "timeouts": acctest.Values{"list": "5s"}}),
		{"project_id": acctest.Unknown, "export_bucket_id": acctest.Unknown, "timeouts": acctest.Unknown},
	} {
		p.ValidateList(t, resourceType, config).RequireNone(t)
	}
}
