package exportbucket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// policy is an IAM policy document. Its JSON is the same bytes every time.
type policy struct {
	Version   string
	Statement []statement
}

type statement struct {
	Effect    string
	Principal map[string]texts `json:",omitempty"`
	Action    texts
	Resource  texts                       `json:",omitempty"`
	Condition map[string]map[string]texts `json:",omitempty"`
}

// texts are one or more strings of a policy document. AWS stores a list of one as a string, so a
// list would be a change in each plan.
type texts []string

func (t texts) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}
	return json.Marshal([]string(t))
}

// document writes statements as JSON.
func document(statements ...statement) string {
	text, err := json.Marshal(policy{Version: "2012-10-17", Statement: statements})
	if err != nil {
		panic(err) // strings alone always become JSON
	}
	return string(text)
}

// What an export to an S3 bucket needs.
const (
	getBucketLocation = "s3:GetBucketLocation" // of the bucket
	putObject         = "s3:PutObject"         // of its objects
)

// partitions of AWS. The first is the default.
var partitions = []string{"aws", "aws-us-gov", "aws-cn"}

// invalidArgument refuses an argument of a function, counted from 0, for a rule that it
// breaks; the CLI adds the full stop. The value is not repeated, because a URL may hold a
// SAS token: the CLI shows where it was written.
func invalidArgument(position int64, broken error) *function.FuncError {
	return function.NewArgumentFuncError(position, broken.Error())
}

type s3AccessPolicy struct{}

// NewS3AccessPolicy returns the function s3_access_policy.
func NewS3AccessPolicy() function.Function { return s3AccessPolicy{} }

func (s3AccessPolicy) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "s3_access_policy"
}

func (s3AccessPolicy) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "The IAM policy that lets Atlas export to an S3 bucket.",
		MarkdownDescription: "Returns, as JSON, the policy of the IAM role that Atlas assumes: `s3:GetBucketLocation` on the bucket, and " +
			"`s3:PutObject` on its objects.",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "bucket_name",
			MarkdownDescription: "The name of the S3 bucket, not its ARN.",
		}},
		VariadicParameter: function.StringParameter{
			Name:                "partition",
			MarkdownDescription: "The AWS partition of the bucket: `aws`, `aws-us-gov` or `aws-cn`. At most one; the default is `aws`.",
		},
		Return: function.StringReturn{},
	}
}

func (s3AccessPolicy) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var bucket string
	var chosen []string
	if resp.Error = req.Arguments.Get(ctx, &bucket, &chosen); resp.Error != nil {
		return
	}
	onAWS := attributes{CloudProvider: types.StringValue(atlas.AWS)}
	if err := onAWS.checkBucketName(bucket); err != nil {
		resp.Error = invalidArgument(0, err)
		return
	}
	if len(chosen) > 1 {
		resp.Error = invalidArgument(2, errors.New("write at most one partition"))
		return
	}
	partition := partitions[0]
	if len(chosen) > 0 {
		partition = chosen[0]
	}
	if !slices.Contains(partitions, partition) {
		resp.Error = invalidArgument(1, errors.New("write an AWS partition, "+argument.Enumerate(partitions, "or")))
		return
	}
	arn := fmt.Sprintf("arn:%s:s3:::%s", partition, bucket)
	resp.Error = resp.Result.Set(ctx, document(
		statement{Effect: "Allow", Action: texts{getBucketLocation}, Resource: texts{arn}},
		statement{Effect: "Allow", Action: texts{putObject}, Resource: texts{arn + "/*"}},
	))
}

type assumeRolePolicy struct{}

// NewAssumeRolePolicy returns the function assume_role_policy.
func NewAssumeRolePolicy() function.Function { return assumeRolePolicy{} }

func (assumeRolePolicy) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "assume_role_policy"
}

func (assumeRolePolicy) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "The trust policy of the IAM role that Atlas assumes.",
		MarkdownDescription: "Returns, as JSON, a trust policy that lets Atlas, and only with the project's external id, assume an IAM " +
			"role. Both arguments are attributes of `mongodbatlas_cloud_provider_access_setup`.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "atlas_aws_account_arn",
				MarkdownDescription: "The ARN of the AWS account, user or role of Atlas: `aws_config[0].atlas_aws_account_arn`.",
			},
			function.StringParameter{
				Name:                "external_id",
				MarkdownDescription: "The external id that Atlas uses: `aws_config[0].atlas_assumed_role_external_id`.",
			},
		},
		Return: function.StringReturn{},
	}
}

func (assumeRolePolicy) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var account, externalID string
	if resp.Error = req.Arguments.Get(ctx, &account, &externalID); resp.Error != nil {
		return
	}
	if !principalARN.MatchString(account) {
		resp.Error = invalidArgument(0, errors.New("write the ARN of the AWS account, user or role of Atlas, "+
			"such as arn:aws:iam::123456789012:root"))
		return
	}
	if err := checkExternalID(externalID); err != nil {
		resp.Error = invalidArgument(1, err)
		return
	}
	resp.Error = resp.Result.Set(ctx, document(statement{
		Effect:    "Allow",
		Principal: map[string]texts{"AWS": {account}},
		Action:    texts{"sts:AssumeRole"},
		Condition: map[string]map[string]texts{"StringEquals": {"sts:ExternalId": {externalID}}},
	}))
}

// The rules are those of IAM's own documents.
var (
	principalARN         = regexp.MustCompile(`^arn:(aws|aws-us-gov|aws-cn):iam::[0-9]{12}:(root|(user|role)/[A-Za-z0-9+=,.@_/-]+)$`)
	externalIDCharacters = regexp.MustCompile(`^[A-Za-z0-9+=,.@:/_-]+$`)
)

func checkExternalID(id string) error {
	switch {
	case strings.HasPrefix(id, "arn:"):
		return errors.New("this is an ARN; write the external id that Atlas shows next to it")
	case len(id) < 2 || len(id) > 1224 || !externalIDCharacters.MatchString(id):
		return errors.New("write the external id that Atlas shows: 2 to 1224 letters, digits and the characters + = , . @ : / _ -")
	}
	return nil
}
