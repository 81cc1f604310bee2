package exportbucket_test

import (
	"maps"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	orgID = "64c0ffee00000000000000e0"

	// aPrefix is that of parsedPrefix.
	aPrefix = "exported_snapshots/" + orgID + "/" + acctest.ProjectID + "/orders/2026-08-10T0327/1786333666"
)

var parsedPrefix = acctest.Values{
	"org_id": orgID, "project_id": acctest.ProjectID, "cluster_name": "orders", "snapshot_created_at": "2026-08-10T03:27:00Z",
	"job_created_at": "2026-08-10T03:47:46Z",
}

func TestExportPrefix(t *testing.T) {
	p := acctest.Unconfigured(t)
	const project = "exported_snapshots/" + orgID + "/" + acctest.ProjectID + "/"
	for name, c := range map[string]struct {
		arguments []string
		want      string
	}{
		"one export":            {[]string{orgID, acctest.ProjectID, "orders", "2026-08-10T03:27:46Z", "2026-08-10T03:47:46Z"}, aPrefix},
		"in another time zone":  {[]string{orgID, acctest.ProjectID, "orders", "2026-08-10T05:27:00+02:00", "2026-08-09T20:47:46.999-07:00"}, aPrefix},
		"names":                 {[]string{"Acme Inc.", "My Project (2)", "o-1", "2026-08-10T03:27:46Z", "1970-01-01T00:00:01Z"}, "exported_snapshots/Acme_Inc./My_Project_(2)/o-1/2026-08-10T0327/1"},
		"a snapshot's exports":  {[]string{orgID, acctest.ProjectID, "orders", "2026-08-10T03:27:46Z", "*"}, project + "orders/2026-08-10T0327/"},
		"a cluster's exports":   {[]string{orgID, acctest.ProjectID, "orders", "*", "*"}, project + "orders/"},
		"all of the project":    {[]string{orgID, acctest.ProjectID, "*", "*", "*"}, project},
		"the last of all times": {[]string{"o", "p", "c", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"}, "exported_snapshots/o/p/c/9999-12-31T2359/253402300799"},
	} {
		got, failure := p.Call(t, "export_prefix", c.arguments...)
		if failure != nil || got != c.want {
			t.Errorf("%s: %v, %v, want %s", name, got, failure, c.want)
		}
	}
}

func TestExportPrefixRefusesAtTheArgument(t *testing.T) {
	p := acctest.Unconfigured(t)
	for name, c := range map[string]struct {
		change   int
		to       string
		argument int64
		fragment string
	}{
		"no organization":    {0, "", 0, "write the id"},
		"two elements":       {0, "a/b", 0, "without a slash"},
		"a way up":           {1, "..", 1, "write the id"},
		"no cluster":         {2, "", 2, "letters, digits and hyphens"},
		"all organizations":  {0, "*", 0, "write the id"},
		"a line break":       {1, "a\nb", 1, "control character"},
		"no cluster's name":  {2, "orders/2", 2, "letters, digits and hyphens"},
		"a date":             {3, "2026-08-10", 3, "RFC 3339"},
		"a time of a prefix": {3, "2026-08-10T0327", 3, "RFC 3339"},
		"seconds":            {4, "1786333666", 4, "RFC 3339"},
		"before 1970":        {4, "1969-12-31T23:59:59Z", 4, "between the years 1970 and 9999"},
		"year 0 in UTC":      {3, "0000-01-01T00:00:00+01:00", 3, "between the years"},
		"year 10000 in UTC":  {3, "9999-12-31T23:59:59-01:00", 3, "between the years"},
		"a gap at cluster":   {2, "*", 3, `the argument before it is "*"`},
		"a gap at snapshot":  {3, "*", 4, `the argument before it is "*"`},
	} {
		arguments := []string{orgID, acctest.ProjectID, "orders", "2026-08-10T03:27:46Z", "2026-08-10T03:47:46Z"}
		arguments[c.change] = c.to
		_, failure := p.Call(t, "export_prefix", arguments...)
		if failure == nil || failure.FunctionArgument == nil || *failure.FunctionArgument != c.argument || !strings.Contains(failure.Text, c.fragment) {
			t.Errorf("%s: %+v", name, failure)
		}
	}
}

func TestParseExportPrefix(t *testing.T) {
	p := acctest.Unconfigured(t)
	old := strings.Replace(aPrefix, "T0327/", "T0327+0000/", 1)
	for prefix, want := range map[string]acctest.Values{
		aPrefix:             parsedPrefix,
		"/" + aPrefix:       parsedPrefix,
		"/" + aPrefix + "/": parsedPrefix,
		old:                 parsedPrefix,
		"/" + old:           parsedPrefix,
		strings.Replace(aPrefix, "T0327/", "T0527+0200/", 1): parsedPrefix,
		strings.Replace(aPrefix, orgID, "Acme_Inc.", 1):      parsedPrefix.With(acctest.Values{"org_id": "Acme_Inc."}),
	} {
		got, failure := p.Call(t, "parse_export_prefix", prefix)
		if object, _ := got.(acctest.Values); failure != nil || !maps.Equal(object, want) {
			t.Errorf("%s: %v, %v, want %v", prefix, got, failure, want)
		}
	}
}

func TestParseExportPrefixRefusesWhatIsNone(t *testing.T) {
	p := acctest.Unconfigured(t)
	replace := func(old, with string) string { return strings.Replace(aPrefix, old, with, 1) }
	for _, prefix := range []string{
		"", "/", "exported_snapshots", "//" + aPrefix, aPrefix + "//", aPrefix + "/orders/orders.0.json.gz", "s3://bucket/" + aPrefix,
		replace("exported_snapshots", "snapshots"), replace(orgID, ""), replace(orgID, ".."), replace(orgID, "my org"), replace("orders", "or_ders"),
		replace("T0327", "T03:27:00Z"), replace("T0327", "T2527"), replace("T0327", "T327"), replace("2026-", "0000-"), replace("2026-08-10T0327", "0001-01-01T0000+0100"),
		replace("1786333666", "0"), replace("1786333666", "01"), replace("1786333666", "-1"), replace("1786333666", "+1"), replace("1786333666", "253402300800"),
		replace("1786333666", "2026-08-10T0427"),
	} {
		if got, failure := p.Call(t, "parse_export_prefix", prefix); failure == nil || *failure.FunctionArgument != 0 || !strings.Contains(failure.Text, "write the prefix of one export") {
			t.Errorf("%q: %v, %v", prefix, got, failure)
		}
	}
}

// callPrefix calls export_prefix with what parse_export_prefix has returned.
func callPrefix(t *testing.T, p *acctest.Provider, parsed any) string {
	t.Helper()
	object := parsed.(acctest.Values)
	var arguments []string
	for _, name := range []string{"org_id", "project_id", "cluster_name", "snapshot_created_at", "job_created_at"} {
		arguments = append(arguments, object[name].(string))
	}
	built, failure := p.Call(t, "export_prefix", arguments...)
	if failure != nil {
		t.Fatalf("%v: %v", parsed, failure)
	}
	return built.(string)
}

// What one of the two takes apart the other puts together again, in the spelling of today.
func FuzzExportPrefix(f *testing.F) {
	for _, seed := range []string{
		aPrefix, "/" + aPrefix, strings.Replace(aPrefix, "T0327", "T0327+0000", 1), strings.Replace(aPrefix, "T0327", "T0327-2359", 1),
		"exported_snapshots/a/b/c/1970-01-01T0001/1", "exported_snapshots/é/\u202e/c/9999-12-31T2359/253402300799", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, prefix string) {
		p := acctest.Unconfigured(t)
		parsed, failure := p.Call(t, "parse_export_prefix", prefix)
		if failure != nil {
			return
		}
		built := callPrefix(t, p, parsed)
		again, failure := p.Call(t, "parse_export_prefix", built)
		if failure != nil || !maps.Equal(again.(acctest.Values), parsed.(acctest.Values)) {
			t.Errorf("%q is %v, and %q is %v, %v", prefix, parsed, built, again, failure)
		}
		if trimmed := strings.Trim(prefix, "/"); !strings.ContainsAny(trimmed[strings.LastIndex(trimmed, "T"):], "+-") && built != trimmed {
			t.Errorf("%q is built as %q", prefix, built)
		}
	})
}

// The other direction, with the fields of an export.
func FuzzParseExportPrefix(f *testing.F) {
	f.Add(orgID, acctest.ProjectID, "orders", "2026-08-10T03:27:46Z", "2026-08-10T03:47:46Z")
	f.Add("Acme Inc.", "My Project", "o-1", "2026-08-10T05:27:00.5+02:00", "1970-01-01T00:00:01Z")
	f.Fuzz(func(t *testing.T, org, project, cluster, snapshot, job string) {
		p := acctest.Unconfigured(t)
		built, failure := p.Call(t, "export_prefix", org, project, cluster, snapshot, job)
		if failure != nil {
			return
		}
		parsed, failure := p.Call(t, "parse_export_prefix", built.(string))
		if failure != nil {
			t.Fatalf("%q: %v", built, failure)
		}
		if again := callPrefix(t, p, parsed); again != built {
			t.Errorf("%q is %v, which is %q", built, parsed, again)
		}
	})
}

// The emulator writes prefixes as the recorded service does, and knows nothing of this code.
func TestPrefixesOfAtlasAreParsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := acctest.NewAtlas(t, emulator.Options{})
		bucket := atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{CloudProvider: "GCP", BucketName: "snapshots", RoleID: acctest.RoleID})
		atlas.AddCluster(acctest.ProjectID, "orders")
		snapshot := atlas.AddSnapshot(acctest.ProjectID, "orders", emulator.Snapshot{})
		job := atlas.AddExportJob(acctest.ProjectID, "orders", emulator.ExportJob{ExportBucketID: bucket.ID, SnapshotID: snapshot.ID})
		p := acctest.Unconfigured(t)
		parsed, failure := p.Call(t, "parse_export_prefix", job.Prefix)
		if failure != nil {
			t.Fatalf("%q: %v", job.Prefix, failure)
		}
		if got := parsed.(acctest.Values)["project_id"]; got != acctest.ProjectID || callPrefix(t, p, parsed) != job.Prefix {
			t.Errorf("%q is %v", job.Prefix, parsed)
		}
	})
}

func TestCLIExportPrefixes(t *testing.T) {
	cli := acctest.RequireCLI(t, acctest.Functions)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	cli.Test(t, atlas, resource.TestStep{
		Config: `
			output "cluster" {
			  value = provider::atlasbackup::export_prefix("Acme Inc.", "32b6e34b3d91647abb20e7b8", "orders", "*", "*")
			}
			output "same" {
			  value = provider::atlasbackup::export_prefix([for name in ["org_id", "project_id", "cluster_name", "snapshot_created_at", "job_created_at"] :
			    provider::atlasbackup::parse_export_prefix("/` + aPrefix + `")[name]]...)
			}`,
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("cluster", knownvalue.StringExact("exported_snapshots/Acme_Inc./32b6e34b3d91647abb20e7b8/orders/")),
			statecheck.ExpectKnownOutputValue("same", knownvalue.StringExact(aPrefix)),
		},
	})
}
