package provider_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const resourceType = "atlasbackup_export_bucket"

var bucket = acctest.Values{
	"project_id":     acctest.ProjectID,
	"cloud_provider": "GCP",
	"bucket_name":    "snapshots",
	"role_id":        acctest.RoleID,
}

// inBubble runs a test with an Atlas and without any credential in the environment.
func inBubble(t *testing.T, test func(t *testing.T, atlas *acctest.Atlas)) {
	t.Helper()
	acctest.ClearEnvironment(t)
	synctest.Test(t, func(t *testing.T) { test(t, acctest.NewAtlas(t, emulator.Options{})) })
}

func TestEveryCredentialCreatesABucket(t *testing.T) {
	for name, credential := range map[string]acctest.Values{"service account": acctest.ServiceAccount, "API key": acctest.APIKey, "access token": acctest.AccessToken} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, atlas *acctest.Atlas) {
				p := acctest.NewProvider(t, atlas, credential)
				_, diags := p.Apply(t, p.None(resourceType), bucket)
				diags.RequireNone(t)
			})
		})
	}
}

func TestConfigureAsksAtlasNothing(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas) {
		acctest.NewProvider(t, atlas, acctest.ServiceAccount)
		if requests := atlas.Requests(); len(requests) > 0 {
			t.Errorf("requests: %+v", requests)
		}
	})
}

func TestUserAgentNamesBothVersions(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas) {
		p := acctest.NewProvider(t, atlas, acctest.ServiceAccount)
		_, diags := p.Apply(t, p.None(resourceType), bucket)
		diags.RequireNone(t)
		want := "terraform-provider-atlasbackup/" + acctest.Version + " Terraform/" + acctest.TerraformVersion
		for _, r := range atlas.Requests() {
			if r.UserAgent != want {
				t.Errorf("%s %s: User-Agent %q, want %q", r.Method, r.Path, r.UserAgent, want)
			}
		}
	})
}

func TestAPlanThatAsksNothingNeedsNoCredential(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas) {
		for name, config := range map[string]acctest.Values{
			"none":    {},
			"unknown": {"base_url": acctest.Unknown, "client_id": acctest.Unknown, "client_secret": acctest.Unknown},
		} {
			p, diags := acctest.ConfigureProvider(t, atlas, config)
			diags.RequireNone(t)
			_, diags = p.Plan(t, p.None(resourceType), bucket)
			if len(diags) > 0 {
				t.Errorf("%s: %s", name, diags)
			}
		}
	})
}

func TestTheFirstOperationReportsThatThereIsNoCredential(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas) {
		p, diags := acctest.ConfigureProvider(t, atlas, acctest.Values{"base_url": atlas.URL})
		diags.RequireNone(t)
		_, diags = p.Apply(t, p.None(resourceType), bucket)
		diags.RequireError(t, "", "No Atlas credential", "MONGODB_ATLAS_CLIENT_ID", "client_id")
	})
}

func TestReadWithAnUnknownArgumentNamesIt(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas) {
		p := acctest.NewProvider(t, atlas, acctest.ServiceAccount)
		made, diags := p.Apply(t, p.None(resourceType), bucket)
		diags.RequireNone(t)
		pending, diags := acctest.ConfigureProvider(t, atlas, acctest.ServiceAccount.With(acctest.Values{"base_url": acctest.Unknown}))
		diags.RequireNone(t)
		kept, diags := pending.Read(t, made)
		diags.RequireError(t, "", "Provider argument base_url is not known yet")
		if !kept.Exists() {
			t.Error("the bucket left the state")
		}
	})
}

func TestACredentialThatMayOnlyReadIsToldItsRole(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas) {
		p := acctest.NewProvider(t, atlas, acctest.ReadOnly)
		_, diags := p.Apply(t, p.None(resourceType), bucket)
		diags.RequireError(t, "", "Export bucket not created", "Current user is not authorized", "Project Backup Manager", "HTTP 401 USER_UNAUTHORIZED, POST")
	})
}

func TestACredentialWithAControlCharacterIsRefusedAtConfigure(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas) {
		for argument, credential := range map[string]acctest.Values{
			"client_id": acctest.ServiceAccount, "client_secret": acctest.ServiceAccount,
			"public_key": acctest.APIKey, "private_key": acctest.APIKey, "access_token": acctest.AccessToken,
		} {
			_, diags := acctest.ConfigureProvider(t, atlas, credential.With(acctest.Values{"base_url": atlas.URL, argument: "hunter2\x1b"}))
			diags.RequireError(t, argument, "Invalid "+argument, "control character")
			if strings.Contains(diags.String(), "hunter2") {
				t.Errorf("the message has the value: %s", diags)
			}
		}
	})
	t.Setenv("MONGODB_ATLAS_ACCESS_TOKEN", "hunter2\x1b")
	synctest.Test(t, func(t *testing.T) {
		atlas := acctest.NewAtlas(t, emulator.Options{})
		_, diags := acctest.ConfigureProvider(t, atlas, acctest.Values{"base_url": atlas.URL})
		diags.RequireError(t, "access_token", "MONGODB_ATLAS_ACCESS_TOKEN", "control character")
		if strings.Contains(diags.String(), "hunter2") {
			t.Errorf("the message has the value: %s", diags)
		}
	})
}

func TestAWrongSecretIsToldAtTheTokenCall(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas) {
		p := acctest.NewProvider(t, atlas, acctest.ServiceAccount.With(acctest.Values{"client_secret": "mdb_sa_sk_wrong"}))
		_, diags := p.Apply(t, p.None(resourceType), bucket)
		diags.RequireError(t, "", "HTTP 401 invalid_client, POST /api/oauth/token", "MONGODB_ATLAS_CLIENT_SECRET")
		if strings.Contains(diags.String(), "mdb_sa_sk_wrong") {
			t.Errorf("the message has the secret: %s", diags)
		}
		if posts := atlas.Count(http.MethodPost); posts != 0 {
			t.Errorf("%d POSTs without a token", posts)
		}
	})
}
