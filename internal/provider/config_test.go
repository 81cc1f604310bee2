package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

var (
	s       = types.StringValue
	pending = types.StringUnknown()
)

// outcome is what a configuration and an environment come to.
type outcome struct {
	baseURL     string
	credentials atlas.Credentials
	problem     string // of the connection: the summary of the error at the first operation
	errorAt     string // of the configuration: the argument, and fragments of the text
	fragments   []string
	warning     string
}

func TestConnect(t *testing.T) {
	account := atlas.ServiceAccount{ClientID: "id", ClientSecret: "secret"}
	key := atlas.APIKey{PublicKey: "public", PrivateKey: "private"}
	for name, c := range map[string]struct {
		config      config
		environment map[string]string
		want        outcome
	}{
		"service account from the configuration": {
			config: config{ClientID: s("id"), ClientSecret: s("secret")},
			want:   outcome{baseURL: atlas.DefaultBaseURL, credentials: account},
		},
		"service account from the environment": {
			environment: map[string]string{"MONGODB_ATLAS_CLIENT_ID": "id", "MONGODB_ATLAS_CLIENT_SECRET": "secret"},
			want:        outcome{baseURL: atlas.DefaultBaseURL, credentials: account},
		},
		"key from the configuration": {
			config: config{PublicKey: s("public"), PrivateKey: s("private")},
			want:   outcome{baseURL: atlas.DefaultBaseURL, credentials: key},
		},
		"key by its first names": {
			environment: map[string]string{"MONGODB_ATLAS_PUBLIC_API_KEY": "public", "MONGODB_ATLAS_PRIVATE_API_KEY": "private",
				"MONGODB_ATLAS_PUBLIC_KEY": "x", "MONGODB_ATLAS_PRIVATE_KEY": "x", "MCLI_PUBLIC_API_KEY": "x", "MCLI_PRIVATE_API_KEY": "x"},
			want: outcome{baseURL: atlas.DefaultBaseURL, credentials: key},
		},
		"key by its second names": {
			environment: map[string]string{"MONGODB_ATLAS_PUBLIC_KEY": "public", "MONGODB_ATLAS_PRIVATE_KEY": "private",
				"MCLI_PUBLIC_API_KEY": "x", "MCLI_PRIVATE_API_KEY": "x"},
			want: outcome{baseURL: atlas.DefaultBaseURL, credentials: key},
		},
		"key by its third names": {
			environment: map[string]string{"MCLI_PUBLIC_API_KEY": "public", "MCLI_PRIVATE_API_KEY": "private"},
			want:        outcome{baseURL: atlas.DefaultBaseURL, credentials: key},
		},
		"token from the configuration": {
			config: config{AccessToken: s("token")},
			want:   outcome{baseURL: atlas.DefaultBaseURL, credentials: atlas.AccessToken("token")},
		},
		"token from the environment": {
			environment: map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "token"},
			want:        outcome{baseURL: atlas.DefaultBaseURL, credentials: atlas.AccessToken("token")},
		},
		"address from the environment": {
			config:      config{AccessToken: s("token")},
			environment: map[string]string{"MONGODB_ATLAS_BASE_URL": "https://cloud.mongodbgov.com/", "MCLI_OPS_MANAGER_URL": "https://x.example.com"},
			want:        outcome{baseURL: "https://cloud.mongodbgov.com", credentials: atlas.AccessToken("token")},
		},
		"address by its second name": {
			environment: map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "token", "MCLI_OPS_MANAGER_URL": "https://cloud.mongodbgov.com"},
			want:        outcome{baseURL: "https://cloud.mongodbgov.com", credentials: atlas.AccessToken("token")},
		},
		"address from the configuration, credential from the environment": {
			config:      config{BaseURL: s("https://cloud.mongodbgov.com")},
			environment: map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "token", "MONGODB_ATLAS_BASE_URL": "https://x.example.com"},
			want:        outcome{baseURL: "https://cloud.mongodbgov.com", credentials: atlas.AccessToken("token")},
		},
		"a credential argument switches the credential environment off": {
			config:      config{PublicKey: s("public"), PrivateKey: s("private")},
			environment: map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "token", "MONGODB_ATLAS_CLIENT_ID": "id"},
			want:        outcome{baseURL: atlas.DefaultBaseURL, credentials: key},
		},
		"token before service account before key": {
			environment: map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "token", "MONGODB_ATLAS_CLIENT_ID": "id", "MONGODB_ATLAS_CLIENT_SECRET": "secret",
				"MONGODB_ATLAS_PUBLIC_KEY": "public", "MONGODB_ATLAS_PRIVATE_KEY": "private"},
			want: outcome{baseURL: atlas.DefaultBaseURL, credentials: atlas.AccessToken("token"), warning: "The access token is used. Unused: service account, API key."},
		},
		"service account before key": {
			config: config{ClientID: s("id"), ClientSecret: s("secret"), PublicKey: s("public"), PrivateKey: s("private")},
			want:   outcome{baseURL: atlas.DefaultBaseURL, credentials: account, warning: "The service account is used. Unused: API key."},
		},
		"half a service account": {
			config: config{ClientID: s("id")},
			want:   outcome{errorAt: "client_secret", fragments: []string{"configuration has client_id and not client_secret", "MONGODB_ATLAS_CLIENT_SECRET"}},
		},
		"the environment does not complete the configuration's half": {
			config:      config{ClientID: s("id")},
			environment: map[string]string{"MONGODB_ATLAS_CLIENT_SECRET": "secret"},
			want:        outcome{errorAt: "client_secret", fragments: []string{"does not combine the configuration and the environment"}},
		},
		"half a service account in the environment": {
			environment: map[string]string{"MONGODB_ATLAS_CLIENT_SECRET": "secret"},
			want:        outcome{errorAt: "client_id", fragments: []string{"environment has MONGODB_ATLAS_CLIENT_SECRET and not MONGODB_ATLAS_CLIENT_ID", "client_secret and client_id"}},
		},
		"half a key beside a token": {
			config: config{AccessToken: s("token"), PrivateKey: s("private")},
			want:   outcome{errorAt: "public_key", fragments: []string{"MONGODB_ATLAS_PUBLIC_API_KEY"}, warning: "Unused: API key."},
		},
		"half a pair, the other half unknown": {
			config: config{ClientID: s("id"), ClientSecret: pending},
			want:   outcome{problem: "Provider argument client_secret is not known yet"},
		},
		"unknown credential beside a whole one in the environment": {
			config:      config{AccessToken: pending},
			environment: map[string]string{"MONGODB_ATLAS_CLIENT_ID": "id", "MONGODB_ATLAS_CLIENT_SECRET": "secret"},
			want:        outcome{problem: "Provider argument access_token is not known yet"},
		},
		"unknown address": {
			config:      config{BaseURL: pending, AccessToken: s("token")},
			environment: map[string]string{"MONGODB_ATLAS_BASE_URL": "https://cloud.mongodb.com"},
			want:        outcome{problem: "Provider argument base_url is not known yet"},
		},
		"no credential": {
			want: outcome{problem: "No Atlas credential"},
		},
		"empty variables are absent": {
			environment: map[string]string{"MONGODB_ATLAS_CLIENT_ID": "", "MONGODB_ATLAS_ACCESS_TOKEN": "token", "MONGODB_ATLAS_BASE_URL": ""},
			want:        outcome{baseURL: atlas.DefaultBaseURL, credentials: atlas.AccessToken("token")},
		},
		"http:// to another machine": {
			config: config{BaseURL: s("http://cloud.mongodb.com"), AccessToken: s("token")},
			want:   outcome{errorAt: "base_url", fragments: []string{"in clear", "https://"}},
		},
		"the end of a file's line in a token": {
			config: config{AccessToken: s("token\n")},
			want:   outcome{errorAt: "access_token", fragments: []string{"trimspace", "MONGODB_ATLAS_ACCESS_TOKEN"}},
		},
		"a space in the environment's secret": {
			environment: map[string]string{"MONGODB_ATLAS_CLIENT_ID": "id", "MONGODB_ATLAS_CLIENT_SECRET": " secret"},
			want:        outcome{errorAt: "client_secret", fragments: []string{"MONGODB_ATLAS_CLIENT_SECRET"}},
		},
		"wrong address in the environment": {
			environment: map[string]string{"MONGODB_ATLAS_BASE_URL": "cloud.mongodb.com", "MONGODB_ATLAS_ACCESS_TOKEN": "token"},
			want:        outcome{errorAt: "base_url", fragments: []string{`MONGODB_ATLAS_BASE_URL (in the environment) is "cloud.mongodb.com": it is not`}},
		},
		"address with a password in the environment": {
			environment: map[string]string{"MCLI_OPS_MANAGER_URL": "https://me:secret@cloud.mongodb.com", "MONGODB_ATLAS_ACCESS_TOKEN": "token"},
			want:        outcome{errorAt: "base_url", fragments: []string{"MCLI_OPS_MANAGER_URL (in the environment): it must not have a user"}},
		},
		"address of the API": {
			config: config{BaseURL: s("https://cloud.mongodb.com/api/atlas/v2"), AccessToken: s("token")},
			want:   outcome{errorAt: "base_url", fragments: []string{`base_url is "https://cloud.mongodb.com/api/atlas/v2"`, "write it without /api/atlas/v2: https://cloud.mongodb.com."}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			options, problems, diags := c.config.resolve(func(name string) string { return c.environment[name] })
			requireDiagnostics(t, diags, c.want)
			switch {
			case c.want.problem != "":
				if problems.ErrorsCount() != 1 || problems[0].Summary() != c.want.problem {
					t.Errorf("the connection reports %v, want %q", problems, c.want.problem)
				}
			case c.want.errorAt != "":
			case problems.HasError():
				t.Errorf("the connection reports %v", problems)
			case options.BaseURL.String() != c.want.baseURL || options.Credentials != c.want.credentials:
				t.Errorf("resolved to %v at %s, want %v at %s", options.Credentials, options.BaseURL, c.want.credentials, c.want.baseURL)
			}
		})
	}
}

// credentialArguments are those of a whole credential each.
var credentialArguments = [][]string{{"access_token"}, {"client_id", "client_secret"}, {"public_key", "private_key"}}

// with is the configuration of these arguments and no others.
func with(values map[string]string) config {
	argument := func(name string) types.String {
		if value, ok := values[name]; ok {
			return s(value)
		}
		return types.StringNull()
	}
	return config{ClientID: argument("client_id"), ClientSecret: argument("client_secret"), AccessToken: argument("access_token"),
		PublicKey: argument("public_key"), PrivateKey: argument("private_key")}
}

func TestACredentialWithAControlCharacterIsRefusedAndNotShown(t *testing.T) {
	for _, arguments := range credentialArguments {
		for _, flawed := range arguments {
			for _, value := range []string{"hunter2\x00", "\x1b[0mhunter2", "hunter\x7f2", "\bhunter2", "hunter2\u0080", "\x01"} {
				values := map[string]string{}
				for _, name := range arguments {
					values[name] = "good"
				}
				values[flawed] = value
				want := outcome{errorAt: flawed, fragments: append([]string{flawed + " (", "control character", "Authorization"}, variables[flawed]...)}

				_, _, diags := with(values).resolve(func(string) string { return "" })
				requireDiagnostics(t, diags, want)
				requireNotShown(t, diags, value)
				diags = with(values).validate()
				requireDiagnostics(t, diags, want)
				requireNotShown(t, diags, value)

				for _, variable := range variables[flawed] {
					environment := map[string]string{variable: value}
					for _, name := range arguments {
						if name != flawed {
							environment[variables[name][0]] = "good"
						}
					}
					_, _, diags = config{}.resolve(func(name string) string { return environment[name] })
					requireDiagnostics(t, diags, want)
					requireNotShown(t, diags, value)
				}
			}
		}
	}
}

func requireNotShown(t *testing.T, diags diag.Diagnostics, value string) {
	t.Helper()
	for _, d := range diags {
		if text := d.Summary() + d.Detail(); strings.Contains(text, value) || strings.Contains(text, "hunter") {
			t.Errorf("the message has the value: %q", text)
		}
	}
}

func TestACredentialMayHaveAnyOtherCharacter(t *testing.T) {
	for _, arguments := range credentialArguments {
		values := map[string]string{}
		for _, name := range arguments {
			values[name] = `pässwörd-密码~!"#$%&'()*+,/:;<=>?@[\]^{|}`
		}
		options, problems, diags := with(values).resolve(func(string) string { return "" })
		if len(diags) > 0 || problems.HasError() || options.Credentials == nil {
			t.Errorf("%v: %v, %v", arguments, diags, problems)
		}
	}
}

func requireDiagnostics(t *testing.T, diags diag.Diagnostics, want outcome) {
	t.Helper()
	if got := diags.Warnings(); (want.warning != "") != (len(got) == 1) || len(got) > 1 {
		t.Errorf("warnings: %v", got)
	} else if want.warning != "" && !strings.Contains(got[0].Detail(), want.warning) {
		t.Errorf("no %q in %q", want.warning, got[0].Detail())
	}
	errs := diags.Errors()
	if want.errorAt == "" {
		if len(errs) > 0 {
			t.Errorf("errors: %v", errs)
		}
		return
	}
	if len(errs) != 1 {
		t.Fatalf("want an error at %s, got %v", want.errorAt, errs)
	}
	if at, ok := errs[0].(diag.DiagnosticWithPath); !ok || !at.Path().Equal(path.Root(want.errorAt)) {
		t.Errorf("the error is at another argument: %v", errs[0])
	}
	for _, fragment := range want.fragments {
		if !strings.Contains(errs[0].Detail(), fragment) {
			t.Errorf("no %q in %q", fragment, errs[0].Detail())
		}
	}
}

func TestValidateNeedsNoCredential(t *testing.T) {
	for name, c := range map[string]config{
		"nothing":            {},
		"everything unknown": {BaseURL: pending, ClientID: pending, ClientSecret: pending, AccessToken: pending, PublicKey: pending, PrivateKey: pending},
		"half unknown":       {ClientID: pending, ClientSecret: s("secret")},
	} {
		if diags := c.validate(); diags.HasError() {
			t.Errorf("%s: %v", name, diags)
		}
	}
}

func TestValidateRefusesWhatTheEnvironmentCannotMend(t *testing.T) {
	for at, c := range map[string]config{
		"client_secret": {ClientID: s("id")},
		"public_key":    {PrivateKey: s("private")},
		"base_url":      {BaseURL: s("http://cloud.mongodb.com")},
		"access_token":  {AccessToken: s("")},
		"private_key":   {PublicKey: s("public"), PrivateKey: s("private\r\n")},
	} {
		requireDiagnostics(t, c.validate(), outcome{errorAt: at})
	}
}

func TestErrorsNameTheCredentialByWhereItComesFrom(t *testing.T) {
	s := types.StringValue
	for _, c := range []struct {
		config      config
		environment map[string]string
		want        string
	}{
		{config{AccessToken: s("token")}, nil, "the access token in access_token"},
		{config{ClientID: s("id"), ClientSecret: s("secret")}, nil, "the service account in client_id and client_secret"},
		{
			config{}, map[string]string{"MONGODB_ATLAS_PUBLIC_KEY": "public", "MCLI_PRIVATE_API_KEY": "private"},
			"the API key in MONGODB_ATLAS_PUBLIC_KEY and MCLI_PRIVATE_API_KEY",
		},
	} {
		options, problems, diags := c.config.resolve(func(name string) string { return c.environment[name] })
		if options.CredentialName != c.want || len(problems)+len(diags) > 0 {
			t.Errorf("%q (%v, %v), want %q", options.CredentialName, problems, diags, c.want)
		}
	}
}
