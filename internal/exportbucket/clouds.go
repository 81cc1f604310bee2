package exportbucket

import (
	"slices"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// use is what a cloud does with an attribute.
type use int

const (
	refused use = iota // or absent, for what is computed alone
	computed
	optional
	required
)

// cloudAttribute is an attribute whose use depends on the cloud. The zero use makes a cloud that
// is not in the map refuse it.
type cloudAttribute struct {
	name   string // Terraform's
	field  string // Atlas'
	what   string // what its value is, in half a sentence
	clouds map[string]use
}

// clouds in the order of the documents.
var clouds = []string{atlas.AWS, atlas.Azure, atlas.GCP}

// cloudAttributes is the one place that says what each cloud requires, allows, refuses and
// computes. The validator, the plan, the request and the documents read it.
var cloudAttributes = []cloudAttribute{
	{
		name:   "bucket_name",
		field:  "bucketName",
		what:   "the name of the S3 bucket, the Azure container or the Google Cloud bucket",
		clouds: map[string]use{atlas.AWS: required, atlas.Azure: optional, atlas.GCP: required},
	},
	{
		name:   "iam_role_id",
		field:  "iamRoleId",
		what:   "the Atlas id of the AWS IAM role that may write to the bucket",
		clouds: map[string]use{atlas.AWS: required},
	},
	{
		name:   "role_id",
		field:  "roleId",
		what:   "the Atlas id of the Azure service principal or Google Cloud service account that may write to the bucket",
		clouds: map[string]use{atlas.Azure: required, atlas.GCP: required},
	},
	{
		name:   "service_url",
		field:  "serviceUrl",
		what:   "the address of the Azure storage account, `https://<account>" + blobDomain + "`",
		clouds: map[string]use{atlas.Azure: required},
	},
	{
		name:   "require_private_networking",
		field:  "requirePrivateNetworking",
		what:   "whether Atlas accesses the bucket only over private networking",
		clouds: map[string]use{atlas.AWS: optional},
	},
	{
		name:   "region",
		field:  "region",
		what:   "the AWS region of the bucket, which Atlas finds some seconds after the creation",
		clouds: map[string]use{atlas.AWS: computed},
	},
	{
		name:   "tenant_id",
		field:  "tenantId",
		what:   "the Azure tenant of the service principal",
		clouds: map[string]use{atlas.Azure: computed},
	},
}

// fields are Atlas' names of the attributes that every cloud has.
var fields = map[string]string{
	"project_id":     "groupId",
	"cloud_provider": "cloudProvider",
	"id":             "_id",
}

// isOn tells whether the cloud has the attribute at all.
func (a cloudAttribute) isOn(cloud string) bool {
	return a.clouds[cloud] != refused
}

// isSent tells whether the request to create a bucket on the cloud may have the attribute.
func (a cloudAttribute) isSent(cloud string) bool {
	return a.clouds[cloud] >= optional
}

// attributeByName returns a row of the table.
func attributeByName(name string) cloudAttribute {
	return cloudAttributes[slices.IndexFunc(cloudAttributes, func(a cloudAttribute) bool { return a.name == name })]
}

// fieldOf returns Atlas' name of an attribute.
func fieldOf(name string) string {
	if field, ok := fields[name]; ok {
		return field
	}
	return attributeByName(name).field
}

// describe joins sentences on an attribute, and ends with what the API calls it.
func describe(name string, sentences ...string) string {
	return argument.Describe(fieldOf(name), sentences...)
}
