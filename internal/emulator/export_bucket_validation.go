package emulator

import (
	"fmt"
	"regexp"
	"slices"
)

// tenantID is that of every Azure bucket. Atlas takes it from the role, of which the emulator has
// only the id.
const tenantID = "00000000-aaaa-4bbb-8ccc-0123456789ab"

// cloudRules are the API's rules for an export bucket of one cloud.
type cloudRules struct {
	required []string
	optional []string
	name     *regexp.Regexp // the characters of a bucket name
}

// rules by cloudProvider, from the Atlas Admin API documentation. The characters of names are
// those of S3, of Azure containers and of Google Cloud Storage.
var rules = map[string]cloudRules{
	aws: {
		required: []string{"cloudProvider", "bucketName", "iamRoleId"},
		optional: []string{"requirePrivateNetworking"},
		name:     regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*[a-z0-9]$`),
	},
	azure: {
		required: []string{"cloudProvider", "roleId", "serviceUrl"},
		optional: []string{"bucketName", "tenantId"},
		name:     regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`),
	},
	gcp: {
		required: []string{"cloudProvider", "bucketName", "roleId"},
		name:     regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*[a-z0-9]$`),
	},
}

// serviceURL has the container, if any, in its group. That it may differ from bucketName is
// unverified.
var serviceURL = regexp.MustCompile(`^https://[a-z0-9]{3,24}\.blob\.core\.windows\.net(?:/([^/?#]*)/?)?$`)

// container returns the container in a service URL, or "".
func container(url string) string {
	match := serviceURL.FindStringSubmatch(url)
	if match == nil {
		return ""
	}
	return match[1]
}

// decodeExportBucket returns the bucket of a POST body, without an id. It fails with
// INVALID_JSON, MISSING_ATTRIBUTE, INVALID_ENUM_VALUE, INVALID_ATTRIBUTE (unknown, or refused on
// this cloud), INVALID_JSON_ATTRIBUTE (of another type, or not an id), VALIDATION_ERROR (lengths,
// service URL) or EXPORT_BUCKET_NAME_INVALID, in this order. The order, and the code for a refused
// attribute, are unverified.
func decodeExportBucket(body []byte, version string) (ExportBucket, *failure) {
	in, f := decodeAttributes(body)
	if f != nil {
		return ExportBucket{}, f
	}
	var b ExportBucket
	clouds := []string{aws, azure, gcp}
	if version == awsOnlyVersion {
		clouds = []string{aws}
	}
	if f := in.require("cloudProvider"); f != nil {
		return ExportBucket{}, f
	}
	if f := in.decodeEnum("cloudProvider", &b.CloudProvider, clouds...); f != nil {
		return ExportBucket{}, f
	}
	cloud := rules[b.CloudProvider]
	if f := in.allow(slices.Concat(cloud.required, cloud.optional)...); f != nil {
		return ExportBucket{}, f
	}
	if f := in.require(cloud.required...); f != nil {
		return ExportBucket{}, f
	}
	for _, f := range []*failure{
		in.decode("bucketName", &b.BucketName),
		in.decodeID("iamRoleId", &b.IAMRoleID),
		in.decodeID("roleId", &b.RoleID),
		in.decode("serviceUrl", &b.ServiceURL),
		in.decode("requirePrivateNetworking", &b.RequirePrivateNetworking),
	} {
		if f != nil {
			return ExportBucket{}, f
		}
	}
	if b.CloudProvider == azure {
		b.TenantID = tenantID // the one that was sent is ignored
		if !in.has("bucketName") {
			if b.BucketName = container(b.ServiceURL); b.BucketName == "" {
				return ExportBucket{}, missingAttribute("bucketName")
			}
		}
	}
	if f := checkForms(b); f != nil {
		return ExportBucket{}, f
	}
	if !cloud.name.MatchString(b.BucketName) {
		return ExportBucket{}, exportBucketNameInvalid()
	}
	return b, nil
}

// checkForms returns all violations of a length or a form.
func checkForms(b ExportBucket) *failure {
	var violations []violation
	checkLength := func(field, value string, least, most int) {
		if len(value) < least || len(value) > most {
			violations = append(violations, violation{
				Field:       field,
				Description: fmt.Sprintf("length must be between %d and %d", least, most),
			})
		}
	}
	checkLength("bucketName", b.BucketName, 3, 63)
	if b.CloudProvider == azure {
		checkLength("serviceUrl", b.ServiceURL, 33, 2048)
		if !serviceURL.MatchString(b.ServiceURL) {
			violations = append(violations, violation{
				Field:       "serviceUrl",
				Description: "must be https://<account>.blob.core.windows.net[/<container>]",
			})
		}
	}
	if violations != nil {
		return validationError(violations...)
	}
	return nil
}
