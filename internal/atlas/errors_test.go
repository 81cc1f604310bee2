package atlas_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// getOnce asks for a bucket, and has no time for another attempt.
func getOnce(t *testing.T, credentials atlas.Credentials, answer http.HandlerFunc) (err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_, err = newClient(t, atlas.NewPool(inProcess{answer}), "http://localhost", credentials).GetExportBucket(ctx, projectID, bucketID)
	})
	return err
}

func TestErrorKeepsItsStatusWhateverTheBodyIs(t *testing.T) {
	for name, c := range map[string]struct{ body, code, detail string }{
		"Atlas":        {`{"detail":"Export Bucket name is invalid.","error":400,"errorCode":"EXPORT_BUCKET_NAME_INVALID","parameters":null,"reason":"Bad Request"}`, "EXPORT_BUCKET_NAME_INVALID", "Export Bucket name is invalid."},
		"without code": {`{"detail":"So it is."}`, "", "So it is."},
		"empty":        {"", "", ""},
		"empty object": {"{}", "", "Bad Gateway"},
		"cut":          {`{"detail":"Export Buc`, "", `{"detail":"Export Buc`},
		"HTML":         {"<html>\n<head><title>502</title><style>b{}</style></head>\n<body><center><h1>502 Bad  Gateway</h1></center></body></html>", "", "502 Bad Gateway"},
		"text":         {"\n upstream connect error\nmore", "", "upstream connect error"},
		"long":         {strings.Repeat("é", 300), "", strings.Repeat("é", 200) + "…"},
		"binary":       {"\xff\xfe", "", ""},
		"a list":       {"[]", "", "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			err := getOnce(t, atlas.AccessToken("token"), func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusBadGateway)
				_, _ = w.Write([]byte(c.body))
			})
			var e *atlas.Error
			if !errors.As(err, &e) {
				t.Fatalf("got %#v", err)
			}
			if e.Status != http.StatusBadGateway || e.Code != c.code || e.Detail != c.detail {
				t.Errorf("got %d %q %q", e.Status, e.Code, e.Detail)
			}
		})
	}
}

func TestErrorNamesNeitherHostNorQuery(t *testing.T) {
	url := serve(t, http.NotFoundHandler())
	host := strings.TrimPrefix(url, "http://")
	client := newClient(t, atlas.NewPool(nil), url, atlas.AccessToken("token"))
	for _, err := range client.Clusters(t.Context(), projectID) {
		want := "404 page not found HTTP 404, GET /api/atlas/v2/groups/" + projectID + "/clusters"
		if err == nil || err.Error() != want || strings.Contains(err.Error(), host) {
			t.Errorf("got %q, want %q", err, want)
		}
	}
}

func TestErrorOfNoAnswerHasACause(t *testing.T) {
	refusing := roundTripper(func(*http.Request) (*http.Response, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond) // no time for another attempt
	defer cancel()
	_, err := newClient(t, atlas.NewPool(refusing), "http://localhost", atlas.AccessToken("token")).GetExportBucket(ctx, projectID, bucketID)
	var e *atlas.Error
	if !errors.As(err, &e) || e.Status != 0 || e.Cause == nil || strings.Contains(err.Error(), "http://") {
		t.Errorf("got %#v", err)
	}
}

func TestAnswersThatCannotBeRightAreErrors(t *testing.T) {
	for name, body := range map[string]string{"cut": `{"_id":"65`, "no id": `{"bucketName":"snapshots"}`, "empty": "", "HTML": "<html>Sign in</html>"} {
		t.Run(name, func(t *testing.T) {
			err := getOnce(t, atlas.AccessToken("token"), func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
			var e *atlas.Error
			if !errors.As(err, &e) || e.Status != http.StatusOK || e.Cause == nil {
				t.Errorf("got %#v", err)
			}
		})
	}
}

func FuzzErrorBody(f *testing.F) {
	for _, seed := range []string{"", "{}", "[]", "null", `{"error":"x"}`, `{"parameters":{"a":1}}`, `{"badRequestDetail":{"fields":[{"field":1}]}}`, "<html", "<title>", "<style>x", "\x00\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		badRequest := inProcess{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(text))
		})}
		_, err := newClient(t, atlas.NewPool(badRequest), "http://localhost", atlas.AccessToken("token")).GetExportBucket(t.Context(), projectID, bucketID)
		var e *atlas.Error
		if !errors.As(err, &e) || e.Status != http.StatusBadRequest {
			t.Errorf("%q became %#v", text, err)
		}
	})
}
