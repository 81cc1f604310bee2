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
		"https://gateway.example.com:1":     "https://gateway.example.com:1",
		"https://gateway.example.com:65535": "https://gateway.example.com:65535",
		"https://gateway.example.com/a/b//": "https://gateway.example.com/a/b",
		"https://gateway.example.com//":     "https://gateway.example.com",
		"https://gateway.example.com/.a/b.": "https://gateway.example.com/.a/b.",
		"https://gateway.example.com/api/a": "https://gateway.example.com/api/a",
		"https://gateway.example.com/.../a": "https://gateway.example.com/.../a",
		"https://gateway.example.com/a%20b": "https://gateway.example.com/a%20b",
		"https://gateway.example.com/a%41":  "https://gateway.example.com/aA",
	} {
		base, err := atlas.ParseBaseURL(text)
		if err != nil || base.String() != want {
			t.Errorf("%s became %q (%v), want %q", text, base, err, want)
		}
	}
}

func TestParseBaseURLRefuses(t *testing.T) {
	for text, fragment := range map[string]string{
		"":                                               "absolute URL",
		"cloud.mongodb.com":                              "absolute URL",
		"https://":                                       "absolute URL",
		"ftp://cloud.mongodb.com":                        "must be https",
		"http://cloud.mongodb.com":                       "in clear",
		"http://localhost.example.com":                   "in clear",
		"http://10.0.0.1":                                "in clear",
		"http://127.0.0.1.example.com":                   "in clear",
		"https://me:secret@cloud.mongodb.com":            "user or password; write, for example, https://cloud.mongodb.com",
		"https://cloud.mongodb.com\x20":                  "white space",
		"https://me:secret@cloud.mongodb.com\n":          "white space",
		"https://cloud.mongodb.com?x=1":                  "query",
		"https://cloud.mongodb.com#x":                    "fragment",
		"https://:8443":                                  "absolute URL",
		"https://cloud.mongodb.com:https":                "port is not a number",
		"https://cloud.mongodb.com:-1":                   "port is not a number",
		"https://me:secret@cloud.mongodb.com:https":      "port is not a number",
		"https://cloud.mongodb.com:":                     "from 1 to 65535",
		"https://cloud.mongodb.com:/atlas":               "from 1 to 65535",
		"https://cloud.mongodb.com:0":                    "from 1 to 65535",
		"https://cloud.mongodb.com:00":                   "from 1 to 65535",
		"https://cloud.mongodb.com:65536":                "from 1 to 65535",
		"https://cloud.mongodb.com:4294967739":           "from 1 to 65535",
		"https://cloud.mongodb.com:18446744073709552059": "from 1 to 65535",
		"http://[::1]:":                                  "from 1 to 65535",
		"http://[::1]:65536":                             "from 1 to 65535",
		"https://cloud.mongodb.com/api/atlas/v2":         "without /api/atlas/v2: https://cloud.mongodb.com",
		"https://gateway.example.com/a/api/atlas/":       "without /api/atlas/: https://gateway.example.com/a",
		"https://cloud.mongodb.com/api/public/v1.0":      "without /api/public/v1.0: https://cloud.mongodb.com",
		"https://cloud.mongodb.com/..":                   "no element of its path",
		"https://cloud.mongodb.com/../":                  "no element of its path",
		"https://cloud.mongodb.com/a/../b":               "no element of its path",
		"https://cloud.mongodb.com/.":                    "no element of its path",
		"https://cloud.mongodb.com/./a":                  "no element of its path",
		"https://cloud.mongodb.com//a":                   "no element of its path",
		"https://cloud.mongodb.com/a//b":                 "no element of its path",
		"https://cloud.mongodb.com/%2e%2e":               "no element of its path",
		"https://cloud.mongodb.com/a/%2E%2e/":            "no element of its path",
		"https://cloud.mongodb.com/.%2e/a":               "no element of its path",
		"https://cloud.mongodb.com/%2e":                  "no element of its path",
		"https://cloud.mongodb.com/%2F":                  "no element of its path",
		"https://cloud.mongodb.com/a%2fb":                "no element of its path",
		"https://cloud.mongodb.com/..%2F..":              "no element of its path",
		"https://cloud.mongodb.com/a%5Cb":                "no element of its path",
		"https://cloud.mongodb.com/a%5c..":               "no element of its path",
		`https://cloud.mongodb.com/a\b`:                  "no element of its path",
		"https://cloud.mongodb.com/atlas/%2F":            "no element of its path",
	} {
		_, err := atlas.ParseBaseURL(text)
		switch {
		case err == nil:
			t.Errorf("%s is accepted", text)
		case !strings.Contains(err.Error(), fragment):
			t.Errorf("%s: no %q in %q", text, fragment, err)
		case strings.Contains(err.Error(), "secret"):
			t.Errorf("%s: the message repeats the password: %s", text, err)
		}
	}
}
