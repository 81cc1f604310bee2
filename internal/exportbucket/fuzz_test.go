package exportbucket

import (
	"strings"
	"testing"
)

func FuzzParseServiceURL(f *testing.F) {
	for _, seed := range []string{
		"https://acmebackups.blob.core.windows.net", "https://acmebackups.blob.core.windows.net/snapshots/",
		"https://a@b.blob.core.windows.net", "https://%61cme.blob.core.windows.net/%2e%2e", "//", "https://[::1]/", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := parseServiceURL(text)
		if err != nil {
			return
		}
		canonical := "https://" + parsed.account + blobDomain
		if parsed.container != "" {
			canonical += "/" + parsed.container
		}
		if strings.TrimSuffix(strings.ToLower(text), "/") != canonical {
			t.Errorf("%q was taken for %q", text, canonical)
		}
	})
}

func FuzzParseImportID(f *testing.F) {
	for _, seed := range []string{
		"32b6e34b3d91647abb20e7b8/65b2f1d09b3d0e4c5a6f7081", "32b6e34b3d91647abb20e7b8-65b2f1d09b3d0e4c5a6f7081", "/", "-", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, err := parseImportID(text)
		if err != nil {
			return
		}
		joined := id.ProjectID.ValueString() + text[24:25] + id.ID.ValueString()
		if joined != text || len(text) != 49 {
			t.Errorf("%q was taken for %q", text, joined)
		}
	})
}
