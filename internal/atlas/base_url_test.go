package atlas_test

import (
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

func TestParseBaseURL(t *testing.T) {
	for text, want := range map[string]string{
		"https://cloud.mongodb.com":         "https://cloud.mongodb.com",
		"https://cloud.mongodbgov.com/":     "https://cloud.mongodbgov.com",
		"https://gateway.example.com/atlas": "https://gateway.example.com/atlas",
		"http://localhost:8080":             "http://localhost:8080",
		"http://127.0.0.2":                  "http://127.0.0.2",
		"http://[::1]:80/":                  "http://[::1]:80",
	} {
		base, err := atlas.ParseBaseURL(text)
		if err != nil || base.String() != want {
			t.Errorf("%s is taken for %q (%v), want %q", text, base, err, want)
		}
	}
}

func TestParseBaseURLRefuses(t *testing.T) {
	for text, fragment := range map[string]string{
		"":                                    "absolute URL",
		"cloud.mongodb.com":                   "absolute URL",
		"https://":                            "absolute URL",
		"ftp://cloud.mongodb.com":             "must be https",
		"http://cloud.mongodb.com":            "in clear",
		"http://localhost.example.com":        "in clear",
		"http://10.0.0.1":                     "in clear",
		"http://127.0.0.1.example.com":        "in clear",
		"https://me:secret@cloud.mongodb.com": "user or password",
		"https://cloud.mongodb.com?x=1":       "query",
		"https://cloud.mongodb.com#x":         "fragment",
	} {
		_, err := atlas.ParseBaseURL(text)
		switch {
		case err == nil:
			t.Errorf("%s is taken", text)
		case !strings.Contains(err.Error(), fragment):
			t.Errorf("%s: no %q in %q", text, fragment, err)
		case strings.Contains(err.Error(), "secret"):
			t.Errorf("%s: the message repeats the password: %s", text, err)
		}
	}
}
