package exportbucket

import (
	"fmt"
	"slices"
	"strings"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// need is what a cloud does with an argument.
type need int

const (
	refused need = iota
	optional
	required
)

func (n need) String() string {
	return [...]string{refused: "refused", optional: "optional", required: "required"}[n]
}

// argument is one whose use depends on the cloud. The zero need makes a cloud that is
// not in the map refuse it.
type argument struct {
	name   string // Terraform's
	field  string // Atlas'
	what   string // what its value is, in half a sentence
	clouds map[string]need
}

// clouds in the order of the documents.
var clouds = []string{atlas.AWS, atlas.Azure, atlas.GCP}

// arguments is the one place that says what each cloud requires, allows and refuses. The
// validator, the request and the documents read it.
var arguments = []argument{
	{
		name:   "bucket_name",
		field:  "bucketName",
		what:   "the name of the S3 bucket, the Azure container or the Google Cloud bucket",
		clouds: map[string]need{atlas.AWS: required, atlas.Azure: optional, atlas.GCP: required},
	},
	{
		name:   "iam_role_id",
		field:  "iamRoleId",
		what:   "the Atlas id of the AWS IAM role that may write to the bucket",
		clouds: map[string]need{atlas.AWS: required},
	},
	{
		name:   "role_id",
		field:  "roleId",
		what:   "the Atlas id of the Azure service principal or Google Cloud service account that may write to the bucket",
		clouds: map[string]need{atlas.Azure: required, atlas.GCP: required},
	},
	{
		name:   "service_url",
		field:  "serviceUrl",
		what:   "the address of the Azure storage account, `https://<account>" + blobDomain + "`",
		clouds: map[string]need{atlas.Azure: required},
	},
	{
		name:   "require_private_networking",
		field:  "requirePrivateNetworking",
		what:   "whether Atlas reaches the bucket over private networking alone",
		clouds: map[string]need{atlas.AWS: optional},
	},
}

// everywhere are Atlas' names of the attributes that are not a matter of the cloud.
var everywhere = map[string]string{
	"project_id":     "groupId",
	"cloud_provider": "cloudProvider",
	"id":             "_id",
	"region":         "region",
	"tenant_id":      "tenantId",
}

// takes tells whether the cloud has the argument at all.
func (a argument) takes(cloud string) bool {
	return a.clouds[cloud] != refused
}

// named returns a row of the table.
func named(name string) argument {
	return arguments[slices.IndexFunc(arguments, func(a argument) bool { return a.name == name })]
}

// fieldOf returns Atlas' name of an attribute.
func fieldOf(name string) string {
	if field, ok := everywhere[name]; ok {
		return field
	}
	return named(name).field
}

// enumerate writes a list as a sentence does: "a", "a and b", "a, b and c", where last is
// the word before the last item.
func enumerate(items []string, last string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return fmt.Sprintf("%s %s %s", strings.Join(items[:len(items)-1], ", "), last, items[len(items)-1])
}
