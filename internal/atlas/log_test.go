package atlas_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// logOf returns what a call leaves in the log at a level.
func logOf(t *testing.T, level atlas.Log, answer http.HandlerFunc, call func(ctx context.Context, c *atlas.Client)) string {
	t.Helper()
	var log bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		base, err := atlas.ParseBaseURL("http://localhost")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(tflogtest.RootLogger(t.Context(), &log), time.Minute)
		defer cancel()
		call(ctx, atlas.NewPool(inProcess{answer}).Client(atlas.Options{BaseURL: base, Credentials: atlas.AccessToken("the-token"), Log: level}))
	})
	return log.String()
}

func get(ctx context.Context, c *atlas.Client) { _, _ = c.GetExportBucket(ctx, projectID, bucketID) }

func TestLogSaysAtInfoWhyACallWaits(t *testing.T) {
	calls := 0
	log := logOf(t, atlas.LogRequests, func(w http.ResponseWriter, _ *http.Request) {
		if calls++; calls == 1 {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = w.Write([]byte(`{"errorCode":"RATE_LIMITED","detail":"Too many."}`))
			return
		}
		_, _ = w.Write([]byte(`{"_id":"` + bucketID + `"}`))
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
