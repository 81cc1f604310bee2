package atlas_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// logOf returns the log of a call at a level.
func logOf(t *testing.T, level atlas.Log, answer http.HandlerFunc, call func(ctx context.Context, c *atlas.Client)) string {
	t.Helper()
	var log bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		base, err := atlas.ParseBaseURL("http://localhost")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(tflogtest.RootLogger(t.Context(), &log), 10*time.Second)
		defer cancel()
		call(ctx, atlas.NewPool(inProcess{answer}).Client(atlas.Options{BaseURL: base, Credentials: atlas.AccessToken("the-token"), Log: level}))
	})
	return log.String()
}

func get(ctx context.Context, c *atlas.Client) {
	_, _ = c.GetExportBucket(ctx, projectID, bucketID, "")
}

func TestLogSaysAtInfoWhyACallWaits(t *testing.T) {
	calls := 0
	log := logOf(t, atlas.LogRequests, func(w http.ResponseWriter, _ *http.Request) {
		if calls++; calls == 1 {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = w.Write([]byte(`{"errorCode":"RATE_LIMITED","detail":"Too many."}`))
			return
		}
		_, _ = w.Write([]byte(wholeBucket))
	}, get)
	var waits []string
	for line := range strings.Lines(log) {
		if strings.Contains(line, `"@level":"info"`) {
			waits = append(waits, line)
		}
	}
	if len(waits) != 1 {
		t.Fatalf("%d lines at INFO, want 1:\n%s", len(waits), log)
	}
	for _, part := range []string{`"method":"GET"`, `/exportBuckets/` + bucketID, `"status":429`, `"code":"RATE_LIMITED"`, `"attempt":1`, `"wait":"7.`, `"reason":"Too many."`} {
		if !strings.Contains(waits[0], part) {
			t.Errorf("no %s in %s", part, waits[0])
		}
	}
}

func TestNothingIsLoggedUnlessAsked(t *testing.T) {
	broken := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }
	if log := logOf(t, atlas.LogNothing, broken, get); log != "" {
		t.Errorf("the log has:\n%s", log)
	}
}

func TestBodiesAreLoggedOnlyWhereAskedForAndWithoutSecrets(t *testing.T) {
	answer := func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"_id":"` + bucketID + `","bucketName":"from-the-answer","clientSecret":"s3cret","nested":[{"accessToken":"s3cret"}],"credential":{"value":"s3cret"},
			"serviceUrl":"https://user:s3cret@acme.blob.core.windows.net/c?sig=s3cret"}`))
	}
	create := func(ctx context.Context, c *atlas.Client) {
		_, _ = c.CreateExportBucket(ctx, projectID, bucketRequest, asRequested)
	}
	if log := logOf(t, atlas.LogRequests, answer, create); strings.Contains(log, "from-the-answer") || strings.Contains(log, bucketRequest.BucketName+`\"`) {
		t.Errorf("bodies below TRACE:\n%s", log)
	}
	log := logOf(t, atlas.LogBodies, answer, create)
	for _, part := range []string{`\"bucketName\":\"from-the-answer\"`, `\"bucketName\":\"` + bucketRequest.BucketName + `\"`, `https://acme.blob.core.windows.net/c (redacted)`} {
		if !strings.Contains(log, part) {
			t.Errorf("no %s in:\n%s", part, log)
		}
	}
	for _, secret := range []string{"s3cret", "the-token"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log has %q:\n%s", secret, log)
		}
	}
}

func TestValuesWithTheNameOfASecretAreNotLogged(t *testing.T) {
	for _, name := range []string{
		"apiKey", "api_key", "api-key", "X-Api-Key", "privateKey", "private_key", "accessKey", "secretAccessKey", "accountKey", "sas", "SAS", "sig", "pw", "pwd", "password", "passwd",
		"dbPassword", "token", "access_token", "refreshToken", "clientSecret", "client_secret", "secret", "secrets", "credential", "credentials", "signature", "Authorization", "proxyAuthorization",
	} {
		body := `{"_id":"` + bucketID + `","bucketName":"from-the-answer","cloudProvider":"AWS","iamRoleId":"` + roleID + `","` + name + `":"s3cret","nested":[`
		for _, value := range []string{`"s3cret"`, `["s3cret"]`, `{"value":"s3cret","s3cret":1}`} {
			body += `{"` + name + `":` + value + `},`
		}
		body += `{"` + name + `":[[{"s3cret":["s3cret"]}]]}]}`
		log := logOf(t, atlas.LogBodies, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }, get)
		if strings.Contains(log, "s3cret") || !strings.Contains(log, `\"bucketName\":\"from-the-answer\"`) || strings.Count(log, `\"`+name+`\":\"(redacted)\"`) != 5 {
			t.Errorf("%s:\n%s", name, log)
		}
	}
}

func TestSecretsInTheSentencesOfABodyAreNotLogged(t *testing.T) {
	for _, sentence := range []string{
		"No access to https://acmebackups.blob.core.windows.net/c?sv=2024-01-01&sig=s3cret%3D.", "No access to https://me:s3cret@acmebackups.blob.core.windows.net/c?sv=1&sig=s3cret, sorry.",
		"You sent Authorization: Bearer s3cret", "You sent Bearer s3cret-s3cret-s3cret", "You sent the-token, s3cret-free? password=s3cret", `You sent {"apiKey":"s3cret"}.`, "It is sig=s3cret&sas=s3cret",
	} {
		for _, body := range []string{`{"message":%s}`, `{"results":[{"name":%s}]}`, `{"a":{%s:1}}`, `[%s]`, `%s`} {
			for _, status := range []int{http.StatusOK, http.StatusBadRequest} {
				quoted, _ := json.Marshal(sentence)
				log := logOf(t, atlas.LogBodies, func(w http.ResponseWriter, _ *http.Request) {
					w.WriteHeader(status)
					_, _ = fmt.Fprintf(w, body, quoted)
				}, get)
				if strings.Contains(strings.ReplaceAll(log, "s3cret-free", ""), "s3cret") || strings.Contains(log, "the-token") || !strings.Contains(log, "(redacted)") {
					t.Errorf("%s as %s, %d:\n%s", sentence, body, status, log)
				}
			}
		}
	}
}

// A SAS token is a credential in the query of a URL, with a user in the URL or without.
func TestASASTokenInAnErrorIsNeitherShownNorLogged(t *testing.T) {
	for _, url := range []string{"https://acme.blob.core.windows.net/c?sv=2024-01-01&sig=s3cret", "https://me:s3cret@acme.blob.core.windows.net/c?sv=2024-01-01&sig=s3cret"} {
		for name, body := range map[string]string{
			"detail":    `{"errorCode":"X","detail":"No access to %s."}`,
			"code":      `{"errorCode":"%s"}`,
			"parameter": `{"errorCode":"X","parameters":["%s"]}`,
			"field":     `{"errorCode":"X","badRequestDetail":{"fields":[{"field":"%s","description":"No access to %[1]s."}]}}`,
			"OAuth":     `{"error":"%s","error_description":"No access to %[1]s."}`,
			"page":      `<h1>No access to %s.`,
		} {
			for _, level := range []atlas.Log{atlas.LogRequests, atlas.LogBodies} {
				var err error
				log := logOf(t, level, func(w http.ResponseWriter, _ *http.Request) {
					w.WriteHeader(http.StatusServiceUnavailable) // so that the log has the reason of the wait
					_, _ = fmt.Fprintf(w, body, url)
				}, func(ctx context.Context, c *atlas.Client) { _, err = c.GetExportBucket(ctx, projectID, bucketID, "") })
				var e *atlas.Error
				if !errors.As(err, &e) {
					t.Fatalf("%s: got %v", name, err)
				}
				shown := fmt.Sprint(err, e.Code, e.Detail, e.Parameters, e.Fields)
				for where, text := range map[string]string{"error": shown, "log": log} {
					if strings.Contains(text, "s3cret") || strings.Contains(text, "sv=") {
						t.Errorf("%s, log level %d: the %s has the token:\n%s", name, level, where, text)
					}
				}
				if !strings.Contains(shown, "https://acme.blob.core.windows.net/c (redacted)") || !strings.Contains(log, "Waiting before") {
					t.Errorf("%s: got %s\n%s", name, shown, log)
				}
			}
		}
	}
}

func TestBodiesWithoutSecretsAreLoggedUnchanged(t *testing.T) {
	const body = `{"_id":"` + bucketID + `","bucketName":"my-secret-token-bucket","detail":"Basic authentication is required. See https://docs.example.com/a#b, or s3://password/key.","keys":["monkey","passage"],"n":1.5,"ok":true,"x":null}`
	for _, status := range []int{http.StatusOK, http.StatusBadRequest} {
		log := logOf(t, atlas.LogBodies, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}, get)
		if want := strings.ReplaceAll(body, `"`, `\"`); !strings.Contains(log, want) {
			t.Errorf("no %s in:\n%s", want, log)
		}
	}
}

func TestNothingInTheLogControlsATerminal(t *testing.T) {
	const controls = "\x1b[31m \x00 \x07 \u009b31m \u202e \u2066 \r \u200b"
	quoted, _ := json.Marshal(controls)
	for name, answer := range map[string]string{
		"a value": `{"detail":` + string(quoted) + `}`, "a name": `{` + string(quoted) + `:{` + string(quoted) + `:1}}`, "a code": `{"errorCode":` + string(quoted) + `}`, "text": controls, "HTML": "<h1>a" + controls + "</h1>",
		"what is escaped in HTML": "<h1>a&#27;[31m &#x9b; &#x202e; &#7;", "what is escaped in JSON": `{"detail":"\u001b[31m \u009b \u202e`,
	} {
		for _, status := range []int{http.StatusOK, http.StatusServiceUnavailable} {
			log := logOf(t, atlas.LogBodies, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(status)
				_, _ = w.Write([]byte(answer))
			}, func(ctx context.Context, c *atlas.Client) {
				_, _ = c.GetBackupSchedule(ctx, projectID, controls) // a name from an answer
			})
			for line := range strings.Lines(log) {
				var fields map[string]any
				if err := json.Unmarshal([]byte(line), &fields); err != nil {
					t.Fatal(err)
				}
				for field, value := range fields {
					if strings.ContainsFunc(fmt.Sprint(value), func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) || strings.Contains(fmt.Sprint(value), `\u00`) {
						t.Errorf("%s, %d: %s is %q", name, status, field, value)
					}
				}
			}
			if !strings.Contains(log, "31m") {
				t.Errorf("%s, %d: the log does not have the answer:\n%s", name, status, log)
			}
		}
	}
}

func TestLogLevelIsReadFromTerraformsVariables(t *testing.T) {
	for name, c := range map[string]struct {
		environment map[string]string
		want        atlas.Log
	}{
		"nothing":          {nil, atlas.LogNothing},
		"off":              {map[string]string{"TF_LOG": "off"}, atlas.LogNothing},
		"info":             {map[string]string{"TF_LOG": "INFO"}, atlas.LogRequests},
		"trace":            {map[string]string{"TF_LOG": "trace"}, atlas.LogBodies},
		"JSON, as trace":   {map[string]string{"TF_LOG": "JSON"}, atlas.LogBodies},
		"providers' trace": {map[string]string{"TF_LOG": "INFO", "TF_LOG_PROVIDER": "TRACE"}, atlas.LogBodies},
		"providers' debug": {map[string]string{"TF_LOG_PROVIDER": "DEBUG"}, atlas.LogRequests},
	} {
		if got := atlas.LogFrom(func(name string) string { return c.environment[name] }); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
