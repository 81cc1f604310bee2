package exportbucket_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestDataSourceReadsByIDWithOneRequest(t *testing.T) {
	for cloud, config := range everyCloud {
		t.Run(cloud, func(t *testing.T) {
			inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				bucket := create(t, p, config)
				before := len(atlas.Requests())
				found, diags := p.ReadDataSource(t, resourceType, acctest.Values{"project_id": acctest.ProjectID, "id": bucket.Get(t, "id")})
				diags.RequireNone(t)
				requireSame(t, found, bucket)
				if requests := len(atlas.Requests()) - before; requests != 1 {
					t.Errorf("%d requests, want 1", requests)
				}
			})
		})
	}
}

func TestDataSourceReadsByName(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		buckets := map[string]acctest.Resource{}
		for cloud, config := range everyCloud {
			buckets[cloud] = create(t, p, config)
		}
		archive := create(t, p, awsBucket.With(acctest.Values{"bucket_name": "archive"}))

		found, diags := p.ReadDataSource(t, resourceType, acctest.Values{"project_id": acctest.ProjectID, "bucket_name": "archive"})
		diags.RequireNone(t)
		requireSame(t, found, archive)
		for cloud, bucket := range buckets {
			found, diags := p.ReadDataSource(t, resourceType, acctest.Values{"project_id": acctest.ProjectID, "bucket_name": "snapshots", "cloud_provider": cloud})
			diags.RequireNone(t)
			requireSame(t, found, bucket)
		}
	})
}

func TestDataSourceReadsANameThatIsNoLongerGiven(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		old := atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{CloudProvider: "AWS", BucketName: "Old_Snapshots", IAMRoleID: acctest.IAMRoleID})
		found, diags := p.ReadDataSource(t, resourceType, acctest.Values{"project_id": acctest.ProjectID, "bucket_name": "Old_Snapshots"})
		diags.RequireNone(t)
		if found["id"] != old.ID {
			t.Errorf("found %v, want %s", found["id"], old.ID)
		}
	})
}

func TestDataSourceSaysWhatItLookedFor(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		create(t, p, awsBucket)
		for _, c := range []struct {
			wanted    acctest.Values
			argument  string
			fragments []string
		}{
			{acctest.Values{"id": missingID}, "id", []string{"Export bucket not found", "project " + acctest.ProjectID, missingID, "HTTP 404 EXPORT_BUCKET_NOT_FOUND, GET"}},
			{acctest.Values{"bucket_name": "other"}, "bucket_name", []string{"Export bucket not found", "project " + acctest.ProjectID, `"other"`, "atlasbackup_export_buckets"}},
			{acctest.Values{"bucket_name": "snapshots", "cloud_provider": "GCP"}, "bucket_name", []string{"Export bucket not found", `"snapshots"`, `"GCP"`}},
			{acctest.Values{"id": missingID, "project_id": missingID}, "project_id", []string{"not read", "No group with ID " + missingID, "HTTP 404 GROUP_NOT_FOUND"}},
			{acctest.Values{"bucket_name": "snapshots", "project_id": missingID}, "project_id", []string{"not read", "No group with ID " + missingID, "HTTP 404 GROUP_NOT_FOUND"}},
		} {
			_, diags := p.ReadDataSource(t, resourceType, acctest.Values{"project_id": acctest.ProjectID}.With(c.wanted))
			diags.RequireError(t, c.argument, c.fragments...)
		}
	})
}

func TestDataSourceDoesNotTakeAForeign404ForAnAnswer(t *testing.T) {
	answering(t, http.MethodGet, http.StatusNotFound, "<html>Not found</html>", func(t *testing.T, p *acctest.Provider, on *bool) {
		*on = true
		for _, wanted := range []acctest.Values{{"id": missingID}, {"bucket_name": "snapshots"}} {
			_, diags := p.ReadDataSource(t, resourceType, acctest.Values{"project_id": acctest.ProjectID}.With(wanted))
			diags.RequireError(t, "", "not read", "Not found", "HTTP 404, GET")
		}
	})
}

func TestDataSourceReadsFromTheListWhatAForeign404Denies(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		bucket := create(t, p, awsBucket)
		setFault(t, atlas, "404-html", http.MethodGet, bucketPath, 1)
		found, diags := p.ReadDataSource(t, resourceType, acctest.Values{"project_id": acctest.ProjectID, "id": bucket.Get(t, "id")})
		diags.RequireNone(t)
		requireSame(t, found, bucket)
	})
}

func TestDataSourceListsTheIDsOfSeveral(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider) {
		var lines string // time of a bubble begins at 2000-01-01
		for i, config := range []acctest.Values{awsBucket, awsBucket, gcpBucket} {
			time.Sleep(time.Hour)
			id, _ := create(t, p, config).Get(t, "id").(string)
			lines += "\n  " + id + " on " + config["cloud_provider"].(string) + ", created 2000-01-01 0" + string(rune('1'+i)) + ":00:00 UTC"
		}
		wanted := acctest.Values{"project_id": acctest.ProjectID, "bucket_name": "snapshots"}
		_, diags := p.ReadDataSource(t, resourceType, wanted)
		diags.RequireError(t, "bucket_name", "Several export buckets found", "3 export buckets", `"snapshots"`, lines, "Write cloud_provider too, or the id")

		_, diags = p.ReadDataSource(t, resourceType, wanted.With(acctest.Values{"cloud_provider": "AWS"}))
		diags.RequireError(t, "bucket_name", "2 export buckets", `"AWS"`, "Write the id of one of them")
		if strings.Contains(diags.String(), "GCP") {
			t.Errorf("it lists a bucket on another cloud:\n%s", diags)
		}
	})
}

func TestDataSourceListsTheFirstOfVeryMany(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		ids := put(atlas, 1200)
		_, diags := p.ReadDataSource(t, resourceType, acctest.Values{"project_id": acctest.ProjectID, "bucket_name": "snapshots"})
		diags.RequireError(t, "bucket_name", "1200 export buckets", ids[0], ids[19], "\n  and 1180 more\n")
		if strings.Contains(diags.String(), ids[20]) {
			t.Error("it lists more than 20")
		}
	})
}

func TestDataSourceRefusesAtTheArgument(t *testing.T) {
	byID := acctest.Values{"project_id": acctest.ProjectID, "id": missingID}
	byName := acctest.Values{"project_id": acctest.ProjectID, "bucket_name": "snapshots"}
	p := acctest.Unconfigured(t)
	for name, c := range map[string]struct {
		config, change acctest.Values
		argument       string
		fragments      []string
	}{
		"neither":               {byID, acctest.Values{"id": nil}, "id", []string{"Missing id", "bucket_name"}},
		"neither, with a cloud": {byName, acctest.Values{"bucket_name": nil, "cloud_provider": "AWS"}, "id", []string{"Missing id"}},
		"both":                  {byID, acctest.Values{"bucket_name": "snapshots"}, "bucket_name", []string{"Unexpected bucket_name", "Write either id or bucket_name"}},
		"id and cloud":          {byID, acctest.Values{"cloud_provider": "AWS"}, "cloud_provider", []string{"Unexpected cloud_provider", "Remove cloud_provider"}},
		"wrong id":              {byID, acctest.Values{"id": "snapshots"}, "id", []string{"the id of the export bucket", "24 lower-case hexadecimal"}},
		"empty id":              {byID, acctest.Values{"id": ""}, "id", []string{"24 lower-case hexadecimal"}},
		"wrong project":         {byID, acctest.Values{"project_id": "backups"}, "project_id", []string{"24 lower-case hexadecimal"}},
		"wrong cloud":           {byName, acctest.Values{"cloud_provider": "aws"}, "cloud_provider", []string{`"AWS"`}},
		"empty name":            {byName, acctest.Values{"bucket_name": ""}, "bucket_name", []string{"has 0"}},
		"timeout":               {byName, acctest.Values{"timeouts": acctest.Values{"read": "soon"}}, "timeouts.read", []string{"soon"}},
	} {
		t.Run(name, func(t *testing.T) {
			p.ValidateDataSource(t, resourceType, c.config.With(c.change)).RequireError(t, c.argument, c.fragments...)
		})
	}
}

func TestDataSourceValidatePassesWhatIsUnknown(t *testing.T) {
	p := acctest.Unconfigured(t)
	for name, config := range map[string]acctest.Values{
		"id":              {"id": acctest.Unknown},
		"name":            {"bucket_name": acctest.Unknown},
		"both":            {"id": acctest.Unknown, "bucket_name": acctest.Unknown},
		"id beside name":  {"id": acctest.Unknown, "bucket_name": "snapshots", "cloud_provider": "AWS"},
		"name beside id":  {"id": missingID, "bucket_name": acctest.Unknown},
		"cloud beside id": {"id": missingID, "cloud_provider": acctest.Unknown},
		"project":         {"id": missingID, "project_id": acctest.Unknown},
		"timeouts":        {"id": missingID, "timeouts": acctest.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			p.ValidateDataSource(t, resourceType, acctest.Values{"project_id": acctest.ProjectID}.With(config)).RequireNone(t)
		})
	}
}

// A password that was pasted in place of a name is shown where the user wrote it, and
// nowhere else.
func TestDataSourceDoesNotRepeatAPassword(t *testing.T) {
	diags := acctest.Unconfigured(t).ValidateDataSource(t, resourceType, acctest.Values{"project_id": acctest.ProjectID, "bucket_name": "me:hunter2@acme"})
	diags.RequireError(t, "bucket_name", "letters, digits, dots, hyphens and underscores")
	if strings.Contains(diags.String(), "hunter2") {
		t.Errorf("the message repeats it:\n%s", diags)
	}
}
