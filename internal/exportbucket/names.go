package exportbucket

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// The rules of names are those of the clouds' own documents. Each function returns nil
// or an error that is the rule and what to write.

const (
	minBucketName = 3
	maxBucketName = 63
)

var (
	anyCharacters = regexp.MustCompile(`^[A-Za-z0-9._-]*$`)
	s3Characters  = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`)
	gcsCharacters = regexp.MustCompile(`^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$`)
	container     = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	account       = regexp.MustCompile(`^[a-z0-9]{3,24}$`)
	ipShape       = regexp.MustCompile(`^[0-9]+(\.[0-9]+){3}$`)
)

// checkBare checks that it is a name of any cloud, and nothing more than a name.
func checkBare(name string) error {
	switch {
	case strings.HasPrefix(name, "arn:"):
		return fmt.Errorf("this is an ARN; write the bucket's name alone: %q", name[strings.LastIndex(name, ":")+1:])
	case strings.Contains(name, "://"):
		return errors.New("this is a URL; write the name of the bucket or container alone")
	case len(name) < minBucketName || len(name) > maxBucketName:
		return fmt.Errorf("a name has %d to %d characters, and this one has %d", minBucketName, maxBucketName, len(name))
	}
	return nil
}

// checkAnyName checks the name of an existing bucket or container on any cloud: S3 gave names with capital letters and underscores until 2018.
func checkAnyName(name string) error {
	if err := checkBare(name); err != nil {
		return err
	}
	if !anyCharacters.MatchString(name) {
		return errors.New("a name has only letters, digits, dots, hyphens and underscores")
	}
	return nil
}

// checkS3Name checks the name of an S3 bucket.
func checkS3Name(name string) error {
	if !s3Characters.MatchString(name) {
		return errors.New("an S3 bucket name has lower-case letters, digits, dots and hyphens, and starts and ends with a letter or digit")
	}
	if strings.Contains(name, "..") {
		return errors.New("an S3 bucket name has no two dots in a row")
	}
	if ipShape.MatchString(name) {
		return errors.New("an S3 bucket name does not have the form of an IP address")
	}
	for _, prefix := range []string{"xn--", "sthree-", "amzn-s3-demo-"} {
		if strings.HasPrefix(name, prefix) {
			return fmt.Errorf("an S3 bucket name does not start with %q, which AWS reserves", prefix)
		}
	}
	for _, suffix := range []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3"} {
		if strings.HasSuffix(name, suffix) {
			return fmt.Errorf("an S3 bucket name does not end with %q, which AWS reserves for access points and directory buckets", suffix)
		}
	}
	return nil
}

// checkContainer checks the name of an Azure blob container.
func checkContainer(name string) error {
	if !container.MatchString(name) {
		return errors.New("an Azure container name has lower-case letters, digits and single hyphens, and starts and ends with a letter or digit")
	}
	return nil
}

// checkAccount checks the name of an Azure storage account.
func checkAccount(name string) error {
	if !account.MatchString(name) {
		return fmt.Errorf("an Azure storage account name has 3 to 24 lower-case letters and digits, and %q is not one", name)
	}
	return nil
}

// checkGCSName checks the name of a Google Cloud Storage bucket.
func checkGCSName(name string) error {
	switch {
	case !gcsCharacters.MatchString(name):
		return errors.New("a Google Cloud bucket name has lower-case letters, digits, hyphens, underscores and dots, and starts and ends with a letter or digit")
	case ipShape.MatchString(name):
		return errors.New("a Google Cloud bucket name does not have the form of an IP address")
	case strings.HasPrefix(name, "goog"):
		return errors.New(`a Google Cloud bucket name does not start with "goog"`)
	case strings.Contains(name, "google"):
		return errors.New(`a Google Cloud bucket name does not contain "google"`)
	}
	return nil
}
