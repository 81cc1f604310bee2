package exportbucket_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"regexp"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	mongodbatlasType     = "mongodbatlas_cloud_backup_snapshot_export_bucket"
	mongodbatlasProvider = "registry.terraform.io/mongodb/mongodbatlas"
)

// madeElsewhere puts the bucket of a configuration into Atlas, and returns its id.
func madeElsewhere(atlas *acctest.Atlas, config acctest.Values, private bool) string {
	text := func(name string) string {
		value, _ := config[name].(string)
		return value
	}
	bucket := emulator.ExportBucket{
		CloudProvider:            text("cloud_provider"),
		BucketName:               text("bucket_name"),
		IAMRoleID:                text("iam_role_id"),
		RoleID:                   text("role_id"),
		ServiceURL:               text("service_url"),
		RequirePrivateNetworking: private,
	}
	switch bucket.CloudProvider {
	case "AWS":
		bucket.Region = "us-east-1"
	case "AZURE":
		bucket.TenantID = tenantID
	}
	return atlas.PutExportBucket(acctest.ProjectID, bucket).ID
}

const tenantID = "00000000-aaaa-4bbb-8ccc-0123456789ab"

// inMongodbatlas are the attributes of a bucket as version 2.12 of the mongodbatlas
// provider was seen to store them, "" for null included.
func inMongodbatlas(config acctest.Values, id string) acctest.Values {
	attributes := acctest.Values{
		"bucket_name": "", "cloud_provider": "", "iam_role_id": "", "project_id": "", "role_id": "", "service_url": "", "tenant_id": "",
		"export_bucket_id": id,
		"id":               pairs("id", id, "project_id", acctest.ProjectID),
	}.With(config)
	if config["cloud_provider"] == "AZURE" {
		attributes["tenant_id"] = tenantID
	}
	return attributes
}

// pairs is an id as the mongodbatlas provider writes it.
func pairs(key1, value1, key2, value2 string) string {
	encode := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	return encode(key1) + ":" + encode(value1) + "-" + encode(key2) + ":" + encode(value2)
}

func fromMongodbatlas(t *testing.T, attributes acctest.Values) acctest.Source {
	t.Helper()
	text, err := json.Marshal(attributes)
	if err != nil {
		t.Fatal(err)
	}
	return acctest.Source{Provider: mongodbatlasProvider, Type: mongodbatlasType, JSON: string(text)}
}

func requireNoWrite(t *testing.T, atlas *acctest.Atlas) {
	t.Helper()
	for _, method := range []string{http.MethodPost, http.MethodPatch, http.MethodDelete} {
		if count := atlas.Count(method); count > 0 {
			t.Errorf("%d %s requests", count, method)
		}
	}
}

func TestMoveLeavesAnEmptyPlan(t *testing.T) {
	slash := azureBucket.With(acctest.Values{"service_url": "https://acmebackups.blob.core.windows.net/"})
	inURL := azureBucket.With(acctest.Values{"service_url": "https://acmebackups.blob.core.windows.net/snapshots"})
	for name, config := range map[string]acctest.Values{
		"AWS": awsBucket, "Google Cloud": gcpBucket, "Azure": azureBucket, "Azure with a slash": slash, "Azure with the container in the URL": inURL,
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
				id := madeElsewhere(atlas, config, false)
				source := inMongodbatlas(config, id)
				moved, diags := p.Move(t, resourceType, fromMongodbatlas(t, source))
				diags.RequireNone(t)
				requireAttributes(t, moved, config.With(acctest.Values{"id": id, "region": nil, "require_private_networking": false,
					"disable_auto_export_on_destroy": nil, "timeouts": nil}))
				if tenant := moved.Get(t, "tenant_id"); (tenant == tenantID) != (config["cloud_provider"] == "AZURE") || tenant == "" {
					t.Errorf("tenant_id is %v", tenant)
				}
				if got := p.IdentityOf(t, moved); got["project_id"] != acctest.ProjectID || got["id"] != id {
					t.Errorf("its identity is %v", got)
				}
				requireEmptyPlan(t, p, moved, config)
				requireNoWrite(t, atlas)
			})
		})
	}
}

func TestMoveBringsPrivateNetworkingAndRegionWithTheRefresh(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		id := madeElsewhere(atlas, awsBucket, true)
		moved, diags := p.Move(t, resourceType, fromMongodbatlas(t, inMongodbatlas(awsBucket, id)))
		diags.RequireNone(t)
		refreshed, diags := p.Read(t, moved)
		diags.RequireNone(t)
		requireAttributes(t, refreshed, acctest.Values{"require_private_networking": true, "region": "us-east-1"})
		requireEmptyPlan(t, p, moved, awsBucket) // someone who does not mention it keeps it
		requireEmptyPlan(t, p, refreshed, awsBucket.With(acctest.Values{"require_private_networking": true}))
		requireNoWrite(t, atlas)
	})
}

// Each case is a change of the source's attributes that leaves the bucket to be found.
func TestMoveTakesWhatTheSourceHas(t *testing.T) {
	const id = "65b2f1d09b3d0e4c5a6f7081"
	ids := acctest.Values{"project_id": acctest.ProjectID, "id": id}
	for name, c := range map[string]struct {
		source acctest.Values
		want   acctest.Values
	}{
		"null for what the cloud does not have": {
			inMongodbatlas(awsBucket, id).With(acctest.Values{"role_id": nil, "service_url": nil, "tenant_id": nil}),
			awsBucket.With(acctest.Values{"role_id": nil, "service_url": nil, "tenant_id": nil}),
		},
		"attributes of another version": {
			inMongodbatlas(awsBucket, id).With(acctest.Values{"links": []any{map[string]any{"rel": "self"}}, "prefix_count": 3, "timeouts": acctest.Values{"delete": "1h"}}),
			awsBucket.With(acctest.Values{"timeouts": nil}),
		},
		"a tenant that is not there":        {inMongodbatlas(azureBucket, id).Without("tenant_id"), acctest.Values{"tenant_id": nil}},
		"an older version":                  {inMongodbatlas(awsBucket, id).Without("role_id", "service_url", "tenant_id"), awsBucket},
		"the ids alone":                     {acctest.Values{"project_id": acctest.ProjectID, "export_bucket_id": id}, acctest.Values{"bucket_name": nil, "cloud_provider": nil}},
		"an id that was never stored":       {inMongodbatlas(awsBucket, id).With(acctest.Values{"export_bucket_id": nil}), awsBucket},
		"an empty id":                       {inMongodbatlas(awsBucket, id).With(acctest.Values{"export_bucket_id": ""}), awsBucket},
		"both ids from the pairs":           {acctest.Values{"id": pairs("id", id, "project_id", acctest.ProjectID)}, nil},
		"both ids from the pairs, reversed": {acctest.Values{"id": pairs("project_id", acctest.ProjectID, "id", id)}, nil},
		"attributes rather than pairs":      {inMongodbatlas(awsBucket, id).With(acctest.Values{"id": pairs("id", "x", "project_id", "x")}), nil},
	} {
		t.Run(name, func(t *testing.T) {
			moved, diags := acctest.Unconfigured(t).Move(t, resourceType, fromMongodbatlas(t, c.source))
			diags.RequireNone(t)
			requireAttributes(t, moved, ids.With(c.want))
		})
	}
}

func TestMoveRefusesAStateWithoutTheIDs(t *testing.T) {
	const id = "65b2f1d09b3d0e4c5a6f7081"
	whole := inMongodbatlas(awsBucket, id)
	for name, source := range map[string]acctest.Source{
		"no project":              fromMongodbatlas(t, whole.Without("project_id", "id")),
		"no bucket":               fromMongodbatlas(t, whole.Without("export_bucket_id", "id")),
		"nothing":                 {Provider: mongodbatlasProvider, Type: mongodbatlasType, JSON: "{}"},
		"null":                    {Provider: mongodbatlasProvider, Type: mongodbatlasType, JSON: "null"},
		"no JSON":                 {Provider: mongodbatlasProvider, Type: mongodbatlasType},
		"a name that is a number": fromMongodbatlas(t, whole.With(acctest.Values{"bucket_name": 7})),
		"a bucket that is no id":  fromMongodbatlas(t, whole.With(acctest.Values{"export_bucket_id": "snapshots"})),
		"a project that is no id": fromMongodbatlas(t, whole.With(acctest.Values{"project_id": "backups"})),
		"pairs that are none":     fromMongodbatlas(t, whole.With(acctest.Values{"export_bucket_id": "", "id": "aWQ=:*-:-x"})),
		"pairs with a tail":       fromMongodbatlas(t, whole.With(acctest.Values{"export_bucket_id": "", "id": pairs("project_id", acctest.ProjectID, "id", id) + "*"})),
		"own state without an id": {Provider: "registry.terraform.io/acme/atlasbackup", Type: resourceType, JSON: `{"project_id":"` + acctest.ProjectID + `"}`},
		"own state of other form": {Provider: "registry.terraform.io/acme/atlasbackup", Type: resourceType, JSON: `{"timeouts":"5m"}`},
		"own state that is null":  {Provider: "registry.terraform.io/acme/atlasbackup", Type: resourceType, JSON: `null`},
	} {
		t.Run(name, func(t *testing.T) {
			_, diags := acctest.Unconfigured(t).Move(t, resourceType, source)
			diags.RequireError(t, "", "Export bucket not moved", source.Type, source.Provider, "destroy = false", "<project_id>/<id>")
		})
	}
}

func TestMoveKnowsTheSourceByItsProviderAndType(t *testing.T) {
	const id = "65b2f1d09b3d0e4c5a6f7081"
	foreign := fromMongodbatlas(t, inMongodbatlas(awsBucket, id))
	own := acctest.Source{Type: resourceType, JSON: `{"project_id":"` + acctest.ProjectID + `","id":"` + id + `"}`}
	for _, c := range []struct {
		source   acctest.Source
		provider string
		ours     bool
	}{
		{foreign, "registry.terraform.io/mongodb/mongodbatlas", true},
		{foreign, "registry.opentofu.org/mongodb/mongodbatlas", true},
		{foreign, "mirror.example.com:8443/mongodb/mongodbatlas", true},
		{foreign, "mongodb/mongodbatlas", true},
		{foreign, "mongodbatlas", true},
		{foreign, "notmongodb/mongodbatlas", false},
		{foreign, "registry.terraform.io/notmongodb/mongodbatlas", false},
		{foreign, "registry.terraform.io/mongodbatlas", false},
		{foreign, "x/registry.terraform.io/mongodb/mongodbatlas", false},
		{foreign, "registry.terraform.io/mongodb/mongodbatlas/x", false},
		{foreign, "/mongodb/mongodbatlas", false},
		{foreign, "mongodb/mongodbatlas/", false},
		{foreign, "mongodb/notmongodbatlas", false},
		{foreign, "notmongodbatlas", false},
		{foreign, "mongodb/atlasbackup", false},
		{foreign, "", false},
		{own, "registry.terraform.io/acme/atlasbackup", true},
		{own, "registry.example.com/atlasbackup/atlasbackup", true},
		{own, "acme/atlasbackup", true},
		{own, "atlasbackup", true},
		{own, "registry.terraform.io/acme/notatlasbackup", false},
		{own, "x/registry.terraform.io/acme/atlasbackup", false},
		{own, "/atlasbackup", false},
		{own, "mongodb/mongodbatlas", false},
		{acctest.Source{Type: "mongodbatlas_cluster", JSON: foreign.JSON}, "mongodb/mongodbatlas", false},
		{acctest.Source{Type: "atlasbackup_export_job", JSON: own.JSON}, "atlasbackup/atlasbackup", false},
	} {
		t.Run(c.source.Type+" of "+c.provider, func(t *testing.T) {
			c.source.Provider = c.provider
			moved, diags := acctest.Unconfigured(t).Move(t, resourceType, c.source)
			if !c.ours {
				// The framework's own: every mover has left it alone.
				diags.RequireError(t, "", "Unable to Move Resource State")
				return
			}
			diags.RequireNone(t)
			requireAttributes(t, moved, acctest.Values{"project_id": acctest.ProjectID, "id": id})
		})
	}
}

func TestMoveFromAnotherAddressOfThisProviderKeepsEverything(t *testing.T) {
	inBubble(t, emulator.Options{}, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider) {
		id := madeElsewhere(atlas, awsBucket, true)
		moved, diags := p.Move(t, resourceType, acctest.Source{
			Provider: "registry.example.com/acme/atlasbackup",
			Type:     resourceType,
			JSON: `{"project_id":"` + acctest.ProjectID + `","cloud_provider":"AWS","bucket_name":"snapshots","iam_role_id":"` + acctest.IAMRoleID + `",
				"role_id":null,"service_url":null,"require_private_networking":true,"disable_auto_export_on_destroy":true,"id":"` + id + `",
				"region":"us-east-1","tenant_id":null,"timeouts":{"create":null,"read":null,"update":null,"delete":"1h"},"of_a_later_version":1}`,
		})
		diags.RequireNone(t)
		requireAttributes(t, moved, acctest.Values{"region": "us-east-1", "require_private_networking": true})
		if got := p.IdentityOf(t, moved); got["project_id"] != acctest.ProjectID || got["id"] != id {
			t.Errorf("its identity is %v", got)
		}
		requireEmptyPlan(t, p, moved, awsBucket.With(acctest.Values{
			"require_private_networking": true, "disable_auto_export_on_destroy": true, "timeouts": acctest.Values{"delete": "1h"},
		}))
		requireNoWrite(t, atlas)
	})
}

func FuzzMoveFromMongodbatlas(f *testing.F) {
	const id = "65b2f1d09b3d0e4c5a6f7081"
	for _, seed := range []string{
		`{"project_id":"32b6e34b3d91647abb20e7b8","export_bucket_id":"65b2f1d09b3d0e4c5a6f7081","bucket_name":"","tenant_id":null,"service_url":"https://a"}`,
		`{"id":"` + pairs("id", id, "project_id", acctest.ProjectID) + `"}`,
		`{"id":"aWQ=:-:-cHJvamVjdF9pZA==:*"}`, `{"id":"-:-"}`, `{"project_id":7}`, `{"timeouts":{}}`, `[]`, `null`, `"`, ``,
	} {
		f.Add([]byte(seed))
	}
	hex24 := regexp.MustCompile(`^[a-f0-9]{24}$`)
	f.Fuzz(func(t *testing.T, source []byte) {
		p := acctest.Unconfigured(t)
		moved, diags := p.Move(t, resourceType, acctest.Source{Provider: mongodbatlasProvider, Type: mongodbatlasType, JSON: string(source)})
		if diags.HasError() {
			diags.RequireError(t, "", "Export bucket not moved")
			return
		}
		identity := p.IdentityOf(t, moved)
		for _, name := range []string{"project_id", "id"} {
			if value, _ := moved.Get(t, name).(string); !hex24.MatchString(value) || identity[name] != value {
				t.Errorf("%s is %q, and %v in the identity", name, value, identity[name])
			}
		}
	})
}
