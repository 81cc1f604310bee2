package exportbucket_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	accountARN = "arn:aws:iam::123456789012:root"
	externalID = "b4a1c0de-0000-4000-8000-1234567890ab"

	s3Policy = `{"Version":"2012-10-17","Statement":[` +
		`{"Effect":"Allow","Action":"s3:GetBucketLocation","Resource":"arn:aws:s3:::snapshots"},` +
		`{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::snapshots/*"}]}`
	trustPolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + accountARN + `"},` +
		`"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"` + externalID + `"}}}]}`
)

func TestFunctionReturns(t *testing.T) {
	p := acctest.Unconfigured(t)
	for _, c := range []struct {
		function  string
		arguments []string
		want      any
	}{
		{"s3_access_policy", []string{"snapshots"}, s3Policy},
		{"s3_access_policy", []string{"snapshots", "aws"}, s3Policy},
		{"s3_access_policy", []string{"snapshots", "aws-us-gov"}, strings.ReplaceAll(s3Policy, "arn:aws:", "arn:aws-us-gov:")},
		{"s3_access_policy", []string{"snapshots", "aws-cn"}, strings.ReplaceAll(s3Policy, "arn:aws:", "arn:aws-cn:")},
		{"assume_role_policy", []string{accountARN, externalID}, trustPolicy},
		{"assume_role_policy", []string{"arn:aws-us-gov:iam::123456789012:user/atlas/exporter@mongodb", "a+b=c,.@:/-_"},
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws-us-gov:iam::123456789012:user/atlas/exporter@mongodb"},` +
				`"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"a+b=c,.@:/-_"}}}]}`},
		{"azure_service_url", []string{"acmebackups", "snapshots"}, "https://acmebackups.blob.core.windows.net/snapshots"},
		{"azure_service_url", []string{"abc", "a-1"}, "https://abc.blob.core.windows.net/a-1"},
		{"parse_azure_service_url", []string{"https://acmebackups.blob.core.windows.net/snapshots"}, acctest.Values{"storage_account": "acmebackups", "container": "snapshots"}},
		{"parse_azure_service_url", []string{"https://acmebackups.blob.core.windows.net/snapshots/"}, acctest.Values{"storage_account": "acmebackups", "container": "snapshots"}},
		{"parse_azure_service_url", []string{"https://acmebackups.blob.core.windows.net"}, acctest.Values{"storage_account": "acmebackups", "container": nil}},
		{"parse_azure_service_url", []string{"https://acmebackups.blob.core.windows.net/"}, acctest.Values{"storage_account": "acmebackups", "container": nil}},
	} {
		t.Run(c.function+" of "+strings.Join(c.arguments, " and "), func(t *testing.T) {
			got, failure := p.Call(t, c.function, c.arguments...)
			if failure != nil {
				t.Fatalf("argument %v: %s", failure.FunctionArgument, failure.Text)
			}
			if want, ok := c.want.(acctest.Values); ok {
				if object, _ := got.(acctest.Values); !maps.Equal(object, want) {
					t.Errorf("got %v, want %v", got, want)
				}
			} else if got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// Each case is the argument that is refused, counted from 0, and what the text must have.
func TestFunctionRefusesAtTheArgument(t *testing.T) {
	p := acctest.Unconfigured(t)
	for _, c := range []struct {
		function  string
		arguments []string
		argument  int64
		fragment  string
	}{
		{"s3_access_policy", []string{""}, 0, "3 to 63 characters"},
		{"s3_access_policy", []string{"Snapshots"}, 0, "lower-case letters"},
		{"s3_access_policy", []string{"xn--snapshots"}, 0, `"xn--"`},
		{"s3_access_policy", []string{"arn:aws:s3:::snapshots"}, 0, `name alone: "snapshots"`},
		{"s3_access_policy", []string{"s3://snapshots"}, 0, "this is a URL"},
		{"s3_access_policy", []string{"snapshots/*"}, 0, "an S3 bucket name has"},
		{"s3_access_policy", []string{"snapshots", ""}, 1, "aws, aws-us-gov or aws-cn"},
		{"s3_access_policy", []string{"snapshots", "us-east-1"}, 1, "aws, aws-us-gov or aws-cn"},
		{"s3_access_policy", []string{"snapshots", "aws", "aws-cn"}, 2, "one partition"},
		{"s3_access_policy", []string{"snapshots", "aws", "aws-cn", "aws"}, 2, "one partition"},
		{"assume_role_policy", []string{"", externalID}, 0, "arn:aws:iam::"},
		{"assume_role_policy", []string{"123456789012", externalID}, 0, "arn:aws:iam::"},
		{"assume_role_policy", []string{"*", externalID}, 0, "arn:aws:iam::"},
		{"assume_role_policy", []string{"arn:aws:iam::123456789012:user/*", externalID}, 0, "arn:aws:iam::"},
		{"assume_role_policy", []string{"arn:aws:s3:::snapshots", externalID}, 0, "arn:aws:iam::"},
		{"assume_role_policy", []string{externalID, accountARN}, 0, "arn:aws:iam::"},
		{"assume_role_policy", []string{accountARN, accountARN}, 1, "this is an ARN"},
		{"assume_role_policy", []string{accountARN, "x"}, 1, "2 to 1224"},
		{"assume_role_policy", []string{accountARN, "**"}, 1, "2 to 1224"},
		{"assume_role_policy", []string{accountARN, "an id"}, 1, "2 to 1224"},
		{"assume_role_policy", []string{accountARN, strings.Repeat("x", 1225)}, 1, "2 to 1224"},
		{"azure_service_url", []string{"ab", "snapshots"}, 0, "3 to 24"},
		{"azure_service_url", []string{"https://acmebackups.blob.core.windows.net", "snapshots"}, 0, "alone"},
		{"azure_service_url", []string{"acmebackups.blob.core.windows.net/x?", "snapshots"}, 0, "alone"},
		{"azure_service_url", []string{"acmebackups", ""}, 1, "3 to 63"},
		{"azure_service_url", []string{"acmebackups", "snap.shots"}, 1, "Azure container name"},
		{"azure_service_url", []string{"acmebackups", "snap--shots"}, 1, "single hyphens"},
		{"azure_service_url", []string{"acmebackups", "snapshots/2026"}, 1, "Azure container name"},
		{"azure_service_url", []string{"acmebackups", "https://x"}, 1, "this is a URL"},
		{"parse_azure_service_url", []string{""}, 0, "not a URL"},
		{"parse_azure_service_url", []string{"acmebackups"}, 0, "https://<account>.blob.core.windows.net"},
		{"parse_azure_service_url", []string{"http://acmebackups.blob.core.windows.net"}, 0, "https"},
		{"parse_azure_service_url", []string{"https://acmebackups.dfs.core.windows.net"}, 0, "<account>.blob.core.windows.net"},
		{"parse_azure_service_url", []string{"https://acmebackups.blob.core.windows.net/a/b"}, 0, "one element"},
	} {
		t.Run(c.function+" of "+strings.Join(c.arguments, " and "), func(t *testing.T) {
			got, failure := p.Call(t, c.function, c.arguments...)
			if failure == nil {
				t.Fatalf("it returned %v", got)
			}
			if failure.FunctionArgument == nil || *failure.FunctionArgument != c.argument || !strings.Contains(failure.Text, c.fragment) {
				t.Errorf("argument %v: %s", failure.FunctionArgument, failure.Text)
			}
			if strings.HasSuffix(failure.Text, ".") {
				t.Errorf("the CLI puts a second full stop after %q", failure.Text)
			}
		})
	}
}

// A signature, a key or a password is shown where the user wrote it, and nowhere else.
func TestFunctionDoesNotRepeatASecret(t *testing.T) {
	p := acctest.Unconfigured(t)
	for _, secret := range []string{
		"https://acmebackups.blob.core.windows.net/snapshots?sv=2024&sig=hunter2",
		"https://me:hunter2@acmebackups.blob.core.windows.net",
		"acmebackups.blob.core.windows.net/snapshots?sig=hunter2",
		"sv=2024&sig=hunter2",
		"DefaultEndpointsProtocol=https;AccountName=acmebackups;AccountKey=hunter2==",
	} {
		for function, arguments := range map[string][]string{
			"parse_azure_service_url": {secret},
			"azure_service_url":       {secret, secret},
			"s3_access_policy":        {secret},
			"assume_role_policy":      {secret, secret},
		} {
			if _, failure := p.Call(t, function, arguments...); failure == nil || strings.Contains(failure.Text, "hunter2") {
				t.Errorf("%s of %q: %v", function, secret, failure)
			}
		}
		if _, failure := p.Call(t, "azure_service_url", "acmebackups", secret); failure == nil || strings.Contains(failure.Text, "hunter2") {
			t.Errorf("azure_service_url of the container %q: %v", secret, failure)
		}
	}
}

// What one of the two takes apart the other puts together again.
func FuzzAzureServiceURL(f *testing.F) {
	for _, seed := range []string{
		"https://acmebackups.blob.core.windows.net", "https://acmebackups.blob.core.windows.net/snapshots/", "https://abc.blob.core.windows.net/a-1",
		"https://acmebackups.blob.core.windows.net/%61bc", "https://acmebackups.blob.core.windows.net//", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, url string) {
		p := acctest.Unconfigured(t)
		result, failure := p.Call(t, "parse_azure_service_url", url)
		if failure != nil {
			return
		}
		parts := result.(acctest.Values)
		if parts["container"] == nil {
			return
		}
		built, failure := p.Call(t, "azure_service_url", parts["storage_account"].(string), parts["container"].(string))
		if failure != nil || built != strings.TrimSuffix(strings.ToLower(url), "/") {
			t.Errorf("%q was taken for %v, which makes %v: %v", url, parts, built, failure)
		}
	})
}

func TestCLIFunctions(t *testing.T) {
	cli := acctest.RequireCLI(t, acctest.Functions)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	cli.Test(t, atlas, resource.TestStep{
		Config: `
			output "s3_access_policy" {
			  value = provider::atlasbackup::s3_access_policy("snapshots")
			}
			output "in_a_partition" {
			  value = jsondecode(provider::atlasbackup::s3_access_policy("snapshots", "aws-us-gov")).Statement[1].Resource
			}
			output "assume_role_policy" {
			  value = provider::atlasbackup::assume_role_policy("` + accountARN + `", "` + externalID + `")
			}
			output "azure_service_url" {
			  value = provider::atlasbackup::azure_service_url("acmebackups", "snapshots")
			}
			output "parse_azure_service_url" {
			  value = provider::atlasbackup::parse_azure_service_url("https://acmebackups.blob.core.windows.net/")
			}`,
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("s3_access_policy", knownvalue.StringExact(s3Policy)),
			statecheck.ExpectKnownOutputValue("in_a_partition", knownvalue.StringExact("arn:aws-us-gov:s3:::snapshots/*")),
			statecheck.ExpectKnownOutputValue("assume_role_policy", knownvalue.StringExact(trustPolicy)),
			statecheck.ExpectKnownOutputValue("azure_service_url", knownvalue.StringExact("https://acmebackups.blob.core.windows.net/snapshots")),
			statecheck.ExpectKnownOutputValue("parse_azure_service_url", knownvalue.ObjectExact(map[string]knownvalue.Check{
				"storage_account": knownvalue.StringExact("acmebackups"), "container": knownvalue.Null(),
			})),
		},
	})
}
