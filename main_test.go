package main_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const configuration = `
terraform {
  required_providers {
    atlasbackup = {
      source = "atlasbackup/atlasbackup"
    }
  }
}

resource "atlasbackup_export_bucket" "test" {
  project_id                 = "` + acctest.ProjectID + `"
  cloud_provider             = "AWS"
  bucket_name                = "snapshots"
  iam_role_id                = "` + acctest.IAMRoleID + `"
  require_private_networking = var.private
}

variable "private" {
  type    = bool
  default = false
}
`

func environment(atlas *acctest.Atlas, credential acctest.Values) []string {
	names := map[string]string{
		"client_id": "MONGODB_ATLAS_CLIENT_ID", "client_secret": "MONGODB_ATLAS_CLIENT_SECRET",
		"public_key": "MONGODB_ATLAS_PUBLIC_API_KEY", "private_key": "MONGODB_ATLAS_PRIVATE_API_KEY",
	}
	env := []string{"MONGODB_ATLAS_BASE_URL=" + atlas.URL}
	for argument, value := range credential {
		env = append(env, names[argument]+"="+value.(string))
	}
	return env
}

func TestCLITokensAreGivenBackWhenTheProcessEnds(t *testing.T) {
	cli := acctest.RequireCLI(t)
	atlas := acctest.StartAtlas(t, emulator.Options{})
	w := acctest.NewWorkspace(t, cli, map[string]string{"main.tf": configuration}, environment(atlas, acctest.ServiceAccount)...)

	w.Run(t, "validate")
	w.Run(t, "plan")
	if issued := atlas.TokensIssued(); issued != 0 {
		t.Errorf("validate, and a plan of nothing but a new bucket, took %d tokens", issued)
	}
	for _, c := range []struct {
		command string
		tokens  int // one for each process of the provider that sends a request
		args    []string
	}{
		{"apply", 1, []string{"-auto-approve"}},
		{"plan", 1, nil},
		{"destroy", 2, []string{"-auto-approve"}}, // Terraform starts one process for the refresh and one for the deletion
	} {
		before := atlas.TokensIssued()
		w.Run(t, append([]string{c.command}, c.args...)...)
		if live := atlas.LiveTokens(); live != 0 {
			t.Errorf("after %s %d tokens are alive", c.command, live)
		}
		if issued := atlas.TokensIssued() - before; issued != c.tokens {
			t.Errorf("%s took %d tokens, want %d", c.command, issued, c.tokens)
		}
	}
}

// The log is Terraform's and the provider's own; the secrets are those that went over
// the wire.
func TestCLITraceLogHasNoSecret(t *testing.T) {
	cli := acctest.RequireCLI(t)
	for name, credential := range map[string]acctest.Values{"service account": acctest.ServiceAccount, "API key": acctest.APIKey} {
		t.Run(name, func(t *testing.T) {
			var wire recorder
			atlas := acctest.StartAtlasBehind(t, emulator.Options{}, wire.record)
			w := acctest.NewWorkspace(t, cli, map[string]string{"main.tf": configuration}, append(environment(atlas, credential), "TF_LOG=TRACE")...)

			var log strings.Builder
			for _, args := range [][]string{{"validate"}, {"plan"}, {"apply", "-auto-approve"}, {"apply", "-auto-approve", "-var=private=true"}, {"destroy", "-auto-approve"}} {
				log.WriteString(w.Run(t, args...))
			}
			text := log.String()
			if !strings.Contains(text, "Atlas answered") {
				t.Error("the log has no request: the test has looked at nothing")
			}
			secrets := wire.secrets()
			if len(secrets) < 3 {
				t.Fatalf("only %d secrets went over the wire", len(secrets))
			}
			for _, value := range []string{"client_secret", "private_key"} {
				if secret, ok := credential[value].(string); ok {
					secrets = append(secrets, secret)
				}
			}
			for _, secret := range secrets {
				if strings.Contains(text, secret) {
					t.Errorf("the log has the secret %q", secret)
				}
			}
		})
	}
}

// recorder keeps what must not be in a log: what each Authorization header has after its
// scheme, the response of a digest, and each token.
type recorder struct {
	mu   sync.Mutex
	seen []string
}

var (
	digestResponse = regexp.MustCompile(`response="([^"]+)"`)
	issuedToken    = regexp.MustCompile(`"access_token" ?: ?"([^"]+)"`)
)

func (r *recorder) record(atlas http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		_, credential, _ := strings.Cut(req.Header.Get("Authorization"), " ")
		answer := httptest.NewRecorder()
		atlas.ServeHTTP(answer, req)

		r.mu.Lock()
		if credential != "" {
			r.seen = append(r.seen, credential)
		}
		for _, match := range append(digestResponse.FindAllStringSubmatch(credential, -1), issuedToken.FindAllStringSubmatch(answer.Body.String(), -1)...) {
			r.seen = append(r.seen, match[1])
		}
		r.mu.Unlock()

		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})
}

func (r *recorder) secrets() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string{}, r.seen...)
}
