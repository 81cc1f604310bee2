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
