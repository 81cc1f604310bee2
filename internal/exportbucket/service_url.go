package exportbucket

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

const (
	blobDomain    = ".blob.core.windows.net"
	maxServiceURL = 2048 // characters; the shortest, of an account of three letters, has 33
)

// serviceURL is the address of an Azure storage account, with or without a container.
type serviceURL struct {
	account   string
	container string // "" when the URL has none
}

// parseServiceURL takes https://<account>.blob.core.windows.net[/<container>][/]. Its
// errors are the rule and what to write.
func parseServiceURL(text string) (serviceURL, error) {
	if len(text) > maxServiceURL {
		return serviceURL{}, fmt.Errorf("a service URL has at most %d characters", maxServiceURL)
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" || u.Host == "" {
		return serviceURL{}, errors.New("this is not a URL; write https://<account>" + blobDomain)
	}
	switch {
	case u.Scheme != "https":
		return serviceURL{}, errors.New("the URL's scheme must be https")
	case u.User != nil:
		return serviceURL{}, errors.New("the URL must not have a user or password")
	case u.RawQuery != "" || u.ForceQuery:
		return serviceURL{}, errors.New("the URL must not have a query; Atlas writes as its service principal and accepts no SAS token")
	case u.Fragment != "" || strings.HasSuffix(text, "#"):
		return serviceURL{}, errors.New("the URL must not have a fragment")
	case !strings.HasSuffix(u.Host, blobDomain):
		return serviceURL{}, fmt.Errorf("the URL's host must be <account>%s, in lower case and without a port; other domains, custom ones and those of private endpoints included, are not accepted", blobDomain)
	}
	parsed := serviceURL{account: strings.TrimSuffix(u.Host, blobDomain)}
	if err := checkAccount(parsed.account); err != nil {
		return serviceURL{}, err
	}
	parsed.container = strings.TrimSuffix(strings.TrimPrefix(u.EscapedPath(), "/"), "/")
	if parsed.container == "" {
		if len(u.EscapedPath()) > 1 {
			return serviceURL{}, errors.New("the URL's path has at most one element, the container")
		}
		return parsed, nil
	}
	if strings.Contains(parsed.container, "/") {
		return serviceURL{}, errors.New("the URL's path has at most one element, the container; each export gets its own prefix inside it")
	}
	if len(parsed.container) < minBucketName || len(parsed.container) > maxBucketName {
		return serviceURL{}, fmt.Errorf("the container in it has %d to %d characters", minBucketName, maxBucketName)
	}
	return parsed, checkContainer(parsed.container)
}

// sameContainer tells whether two spellings of service_url and bucket_name are one container:
// a trailing slash, and a container that only one of the two names, make no difference.
// A value that is unknown or no service URL is not the same as anything.
func sameContainer(url1, bucket1, url2, bucket2 types.String) bool {
	container1, ok1 := containerOf(url1, bucket1)
	container2, ok2 := containerOf(url2, bucket2)
	return ok1 && ok2 && container1 == container2
}

// containerOf is the account and the container that a service_url and a bucket_name name
// together; false while one of them is not known.
func containerOf(rawURL, bucketName types.String) (serviceURL, bool) {
	if rawURL.IsNull() || rawURL.IsUnknown() {
		return serviceURL{}, false
	}
	parsed, err := parseServiceURL(rawURL.ValueString())
	if err != nil {
		return serviceURL{}, false
	}
	if parsed.container == "" {
		parsed.container = bucketName.ValueString()
	}
	return parsed, parsed.container != ""
}
