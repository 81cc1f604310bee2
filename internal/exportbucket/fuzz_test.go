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
		"32b6e34b3d91647abb20e7b8/65b2f1d09b3d0e4c5a6f7081", "32b6e34b3d91647abb20e7b8-65b2f1d09b3d0e4c5a6f7081", "/", "-", "a-b/c", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id := parseImportID(text)
		projectID, bucketID := id.ProjectID.ValueString(), id.ID.ValueString()
		if text != projectID+"/"+bucketID && text != projectID+"-"+bucketID && text != projectID+bucketID {
			t.Errorf("%q was taken for %q and %q", text, projectID, bucketID)
		}
	})
}
