package exportbucket_test

import (
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
)

const longName = "abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-0123456789" // 64 characters

// Each case is a change of a good configuration, the argument at which one error is
// expected, and what its text must have.
func TestValidateRefusesAtTheArgument(t *testing.T) {
	arn := "arn:aws:iam::123456789012:role/atlas"
	cases := []struct {
		name      string
		config    acctest.Values
		change    acctest.Values
		argument  string
		fragments []string
	}{
		{"no project", awsBucket, acctest.Values{"project_id": ""}, "project_id", []string{"24 lower-case hexadecimal"}},
		{"project in upper case", awsBucket, acctest.Values{"project_id": strings.ToUpper(acctest.ProjectID)}, "project_id", []string{`"32b6e34b3d91647abb20e7b8"`}},
		{"project name", awsBucket, acctest.Values{"project_id": "backups"}, "project_id", []string{"id of the Atlas project"}},
		{"cloud in lower case", awsBucket, acctest.Values{"cloud_provider": "aws"}, "cloud_provider", []string{`"AWS"`}},
		{"unknown cloud", awsBucket, acctest.Values{"cloud_provider": "OCI"}, "cloud_provider", []string{`"AWS", "AZURE" or "GCP"`}},

		{"AWS without bucket", awsBucket, acctest.Values{"bucket_name": nil}, "bucket_name", []string{`"AWS" needs bucket_name`}},
		{"AWS without role", awsBucket, acctest.Values{"iam_role_id": nil}, "iam_role_id", []string{`"AWS" needs iam_role_id`}},
		{"AWS with role_id", awsBucket, acctest.Values{"role_id": acctest.RoleID}, "role_id", []string{`role_id is for Azure and Google Cloud only, and cloud_provider is "AWS". Remove role_id.`}},
		{"AWS with service_url", awsBucket, acctest.Values{"service_url": "https://acmebackups.blob.core.windows.net"}, "service_url", []string{`service_url is for Azure only, and cloud_provider is "AWS"`}},
		{"Azure without role", azureBucket, acctest.Values{"role_id": nil}, "role_id", []string{`"AZURE" needs role_id`}},
		{"Azure without service_url", azureBucket, acctest.Values{"service_url": nil}, "service_url", []string{`"AZURE" needs service_url`}},
		{"Azure with iam_role_id", azureBucket, acctest.Values{"iam_role_id": acctest.IAMRoleID}, "iam_role_id", []string{`iam_role_id is for AWS only, and cloud_provider is "AZURE"`}},
		{"Azure with private networking", azureBucket, acctest.Values{"require_private_networking": true}, "require_private_networking", []string{`require_private_networking is for AWS only`}},
		{"Google Cloud without bucket", gcpBucket, acctest.Values{"bucket_name": nil}, "bucket_name", []string{`"GCP" needs`}},
		{"Google Cloud without role", gcpBucket, acctest.Values{"role_id": nil}, "role_id", []string{`"GCP" needs`}},
		{"Google Cloud with iam_role_id", gcpBucket, acctest.Values{"iam_role_id": acctest.IAMRoleID}, "iam_role_id", []string{`iam_role_id is for AWS only`}},
		{"Google Cloud with service_url", gcpBucket, acctest.Values{"service_url": "https://acmebackups.blob.core.windows.net"}, "service_url", []string{`service_url is for Azure only`}},
		{"Google Cloud with private networking", gcpBucket, acctest.Values{"require_private_networking": true}, "require_private_networking", []string{`require_private_networking is for AWS only`}},

		{"role is an ARN", awsBucket, acctest.Values{"iam_role_id": arn}, "iam_role_id", []string{"this is an ARN", "mongodbatlas_cloud_provider_access_authorization"}},
		{"role is short", awsBucket, acctest.Values{"iam_role_id": "668c5f0e"}, "iam_role_id", []string{"24 lower-case hexadecimal digits"}},
		{"role is a URL", gcpBucket, acctest.Values{"role_id": "https://cloud.mongodb.com/x"}, "role_id", []string{"is a URL"}},
		{"role in upper case", gcpBucket, acctest.Values{"role_id": strings.ToUpper(acctest.RoleID)}, "role_id", []string{"lower case"}},

		{"bucket is an ARN", awsBucket, acctest.Values{"bucket_name": "arn:aws:s3:::snapshots"}, "bucket_name", []string{"this is an ARN", `"snapshots"`}},
		{"bucket is a URL", gcpBucket, acctest.Values{"bucket_name": "gs://snapshots"}, "bucket_name", []string{"is a URL"}},
		{"short name", awsBucket, acctest.Values{"bucket_name": "ab"}, "bucket_name", []string{"3 to 63 characters", "has 2"}},
		{"empty name", awsBucket, acctest.Values{"bucket_name": ""}, "bucket_name", []string{"3 to 63 characters", "has 0"}},
		{"long name", awsBucket, acctest.Values{"bucket_name": longName}, "bucket_name", []string{"has 64"}},
		{"S3 name in upper case", awsBucket, acctest.Values{"bucket_name": "Snapshots"}, "bucket_name", []string{"lower-case letters"}},
		{"S3 name with underscore", awsBucket, acctest.Values{"bucket_name": "snap_shots"}, "bucket_name", []string{"an S3 bucket name has"}},
		{"S3 name ends with a hyphen", awsBucket, acctest.Values{"bucket_name": "snapshots-"}, "bucket_name", []string{"starts and ends"}},
		{"S3 name with two dots", awsBucket, acctest.Values{"bucket_name": "snap..shots"}, "bucket_name", []string{"two dots"}},
		{"S3 name like an address", awsBucket, acctest.Values{"bucket_name": "192.168.5.4"}, "bucket_name", []string{"IP address"}},
		{"S3 name shaped like an address", awsBucket, acctest.Values{"bucket_name": "999.168.05.4"}, "bucket_name", []string{"IP address"}},
		{"S3 prefix", awsBucket, acctest.Values{"bucket_name": "xn--snapshots"}, "bucket_name", []string{`"xn--"`}},
		{"S3 prefix sthree", awsBucket, acctest.Values{"bucket_name": "sthree-snapshots"}, "bucket_name", []string{`"sthree-"`}},
		{"S3 prefix demo", awsBucket, acctest.Values{"bucket_name": "amzn-s3-demo-bucket"}, "bucket_name", []string{`"amzn-s3-demo-"`}},
		{"S3 suffix alias", awsBucket, acctest.Values{"bucket_name": "snapshots-s3alias"}, "bucket_name", []string{`"-s3alias"`}},
		{"S3 suffix object lambda", awsBucket, acctest.Values{"bucket_name": "snapshots--ol-s3"}, "bucket_name", []string{`"--ol-s3"`}},
		{"S3 suffix access point", awsBucket, acctest.Values{"bucket_name": "snapshots.mrap"}, "bucket_name", []string{`".mrap"`}},
		{"S3 directory bucket", awsBucket, acctest.Values{"bucket_name": "snapshots--use1-az4--x-s3"}, "bucket_name", []string{`"--x-s3"`}},
		{"container with two hyphens", azureBucket, acctest.Values{"bucket_name": "snap--shots"}, "bucket_name", []string{"single hyphens"}},
		{"container with a dot", azureBucket, acctest.Values{"bucket_name": "snap.shots"}, "bucket_name", []string{"Azure container name"}},
		{"container starts with a hyphen", azureBucket, acctest.Values{"bucket_name": "-snapshots"}, "bucket_name", []string{"Azure container name"}},
		{"GCS prefix", gcpBucket, acctest.Values{"bucket_name": "goog-snapshots"}, "bucket_name", []string{`start with "goog"`}},
		{"GCS name with google", gcpBucket, acctest.Values{"bucket_name": "my-google-backups"}, "bucket_name", []string{`"google"`}},
		{"GCS name like an address", gcpBucket, acctest.Values{"bucket_name": "192.168.5.4"}, "bucket_name", []string{"IP address"}},
		{"GCS name in upper case", gcpBucket, acctest.Values{"bucket_name": "Snapshots"}, "bucket_name", []string{"lower-case"}},

		{"URL over http", azureBucket, acctest.Values{"service_url": "http://acmebackups.blob.core.windows.net"}, "service_url", []string{"https"}},
		{"URL without scheme", azureBucket, acctest.Values{"service_url": "acmebackups.blob.core.windows.net"}, "service_url", []string{"not a URL", "https://<account>.blob.core.windows.net"}},
		{"URL of another domain", azureBucket, acctest.Values{"service_url": "https://acmebackups.dfs.core.windows.net"}, "service_url", []string{"<account>.blob.core.windows.net"}},
		{"URL with a port", azureBucket, acctest.Values{"service_url": "https://acmebackups.blob.core.windows.net:443"}, "service_url", []string{"port"}},
		{"URL of a look-alike", azureBucket, acctest.Values{"service_url": "https://acmebackups.blob.core.windows.net.example.com"}, "service_url", []string{"host must be"}},
		{"URL with a user", azureBucket, acctest.Values{"service_url": "https://me:secret@acmebackups.blob.core.windows.net"}, "service_url", []string{"user or password"}},
		{"URL with a query", azureBucket, acctest.Values{"service_url": "https://acmebackups.blob.core.windows.net/snapshots?sv=1"}, "service_url", []string{"query"}},
		{"URL with an empty query", azureBucket, acctest.Values{"service_url": "https://acmebackups.blob.core.windows.net?"}, "service_url", []string{"query"}},
		{"URL with a fragment", azureBucket, acctest.Values{"service_url": "https://acmebackups.blob.core.windows.net#x"}, "service_url", []string{"fragment"}},
		{"URL with an empty fragment", azureBucket, acctest.Values{"service_url": "https://acmebackups.blob.core.windows.net#"}, "service_url", []string{"fragment"}},
		{"URL with two elements", azureBucket, acctest.Values{"service_url": "https://acmebackups.blob.core.windows.net/snapshots/prefix"}, "service_url", []string{"one element"}},
		{"URL with two slashes", azureBucket, acctest.Values{"service_url": "https://acmebackups.blob.core.windows.net//"}, "service_url", []string{"one element"}},
		{"URL with an account of two letters", azureBucket, acctest.Values{"service_url": "https://ab.blob.core.windows.net"}, "service_url", []string{"3 to 24"}},
		{"URL with an account with hyphen", azureBucket, acctest.Values{"service_url": "https://acme-backups.blob.core.windows.net"}, "service_url", []string{"storage account name"}},
		{"URL with a host in upper case", azureBucket, acctest.Values{"service_url": "https://AcmeBackups.blob.core.windows.net"}, "service_url", []string{"lower-case"}},
		{"URL with a wrong container", azureBucket, acctest.Values{"bucket_name": nil, "service_url": "https://acmebackups.blob.core.windows.net/Snap"}, "service_url", []string{"Azure container name"}},
		{"URL with a short container", azureBucket, acctest.Values{"bucket_name": nil, "service_url": "https://acmebackups.blob.core.windows.net/ab"}, "service_url", []string{"3 to 63"}},
		{"URL that is too long", azureBucket, acctest.Values{"service_url": "https://acmebackups.blob.core.windows.net/" + strings.Repeat("a", 2048)}, "service_url", []string{"2048"}},
		{"two containers", azureBucket, acctest.Values{"service_url": "https://acmebackups.blob.core.windows.net/archive"}, "service_url", []string{`"archive"`, `"snapshots"`}},
		{"no container", azureBucket, acctest.Values{"bucket_name": nil}, "bucket_name", []string{"Write the container as bucket_name", "service_url"}},

		{"timeout that is none", awsBucket, acctest.Values{"timeouts": acctest.Values{"create": "soon"}}, "timeouts.create", []string{"soon"}},
	}
	p := acctest.Unconfigured(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p.Validate(t, resourceType, c.config.With(c.change)).RequireError(t, c.argument, c.fragments...)
		})
	}
}

func TestValidateReportsEveryMistakeAtOnce(t *testing.T) {
	diags := acctest.Unconfigured(t).Validate(t, resourceType, acctest.Values{
		"project_id":     "backups",
		"cloud_provider": "AWS",
		"bucket_name":    "Snapshots",
		"role_id":        acctest.RoleID,
	})
	if len(diags) != 3 {
		t.Errorf("%d errors, want 3 (project_id, bucket_name, role_id):\n%s", len(diags), diags)
	}
}

func TestRoleOfAnotherCloudIsOneError(t *testing.T) {
	for cloud, c := range map[string]struct {
		config       acctest.Values
		right, wrong string
	}{
		"AWS":          {awsBucket, "iam_role_id", "role_id"},
		"Azure":        {azureBucket, "role_id", "iam_role_id"},
		"Google Cloud": {gcpBucket, "role_id", "iam_role_id"},
	} {
		config := c.config.With(acctest.Values{c.right: nil, c.wrong: acctest.RoleID})
		diags := acctest.Unconfigured(t).Validate(t, resourceType, config)
		diags.RequireError(t, c.wrong, "Unexpected "+c.wrong, "write the role as "+c.right)
		if len(diags) != 1 {
			t.Errorf("%s: %d errors, want one:\n%s", cloud, len(diags), diags)
		}
		unknown := c.config.With(acctest.Values{c.right: nil, c.wrong: acctest.Unknown})
		acctest.Unconfigured(t).Validate(t, resourceType, unknown).RequireError(t, c.right, "Missing "+c.right)
	}
}

func TestValidatePasses(t *testing.T) {
	cases := map[string]struct{ config, change acctest.Values }{
		"AWS":                            {awsBucket, nil},
		"Azure":                          {azureBucket, nil},
		"Google Cloud":                   {gcpBucket, nil},
		"private networking":             {awsBucket, acctest.Values{"require_private_networking": true}},
		"no private networking on Azure": {azureBucket, acctest.Values{"require_private_networking": false}},
		"no private networking on GCP":   {gcpBucket, acctest.Values{"require_private_networking": false}},
		"dotted S3 name":                 {awsBucket, acctest.Values{"bucket_name": "snap.shots"}},
		"GCS name with underscore":       {gcpBucket, acctest.Values{"bucket_name": "snap_shots.acme"}},
		"service_url with a slash":       {azureBucket, acctest.Values{"service_url": "https://acmebackups.blob.core.windows.net/"}},
		"service_url with the container": {azureBucket, acctest.Values{"service_url": "https://acmebackups.blob.core.windows.net/snapshots"}},
		"container from the URL alone":   {azureBucket, acctest.Values{"bucket_name": nil, "service_url": "https://acmebackups.blob.core.windows.net/snapshots/"}},
		"shortest service_url":           {azureBucket, acctest.Values{"service_url": "https://abc.blob.core.windows.net"}},
		"longest name":                   {awsBucket, acctest.Values{"bucket_name": longName[:62] + "x"}},
		"everything unknown":             {awsBucket, acctest.Values{"project_id": acctest.Unknown, "cloud_provider": acctest.Unknown, "bucket_name": acctest.Unknown, "iam_role_id": acctest.Unknown, "role_id": acctest.Unknown, "service_url": acctest.Unknown, "require_private_networking": acctest.Unknown}},
		"unknown cloud, both roles":      {awsBucket, acctest.Values{"cloud_provider": acctest.Unknown, "role_id": acctest.RoleID}},
		"unknown iam_role_id":            {awsBucket, acctest.Values{"iam_role_id": acctest.Unknown}},
		"unknown role_id on AWS":         {awsBucket, acctest.Values{"role_id": acctest.Unknown}},
		"unknown service_url":            {azureBucket, acctest.Values{"bucket_name": nil, "service_url": acctest.Unknown}},
		"unknown bucket_name":            {azureBucket, acctest.Values{"bucket_name": acctest.Unknown}},
		"unknown private networking":     {gcpBucket, acctest.Values{"require_private_networking": acctest.Unknown}},
		"timeouts":                       {gcpBucket, acctest.Values{"timeouts": acctest.Values{"create": "90s", "read": "1m", "update": "1m", "delete": "1h"}}},
		"disable_auto_export_on_destroy": {gcpBucket, acctest.Values{"disable_auto_export_on_destroy": true}},
	}
	p := acctest.Unconfigured(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			p.Validate(t, resourceType, c.config.With(c.change)).RequireNone(t)
		})
	}
}

func TestValidateWarnsOfADottedNameWithPrivateNetworking(t *testing.T) {
	config := awsBucket.With(acctest.Values{"bucket_name": "snap.shots", "require_private_networking": true})
	acctest.Unconfigured(t).Validate(t, resourceType, config).RequireWarning(t, "bucket_name", "PrivateLink")
}

// A password in a URL is shown where the user wrote it, and nowhere else.
func TestValidateDoesNotRepeatAPassword(t *testing.T) {
	const account = "https://me:hunter2@acmebackups.blob.core.windows.net?sig=hunter3"
	for _, change := range []acctest.Values{
		{"service_url": account},
		{"bucket_name": account, "service_url": "https://acmebackups.blob.core.windows.net/snapshots"},
	} {
		diags := acctest.Unconfigured(t).Validate(t, resourceType, azureBucket.With(change))
		if text := diags.String(); !diags.HasError() || strings.Contains(text, "hunter") {
			t.Errorf("the message repeats it:\n%s", text)
		}
	}
}
