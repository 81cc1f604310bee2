package exportbucket

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

var (
	roleARN   = regexp.MustCompile(`^arn:(aws|aws-us-gov|aws-cn):iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$`)
	accountID = regexp.MustCompile(`^[0-9]{12}$`)
)

// roleARNs is the parameter of the roles that Atlas assumes.
var roleARNs = function.ListParameter{
	Name:                "role_arns",
	ElementType:         types.StringType,
	MarkdownDescription: "The ARNs of the IAM roles that Atlas assumes, such as `[aws_iam_role.atlas.arn]`.",
}

// textsOf returns the texts of a list of strings; a null is "", which breaks every rule. It is for a
// list that is not decoded into a []string, because the framework reports a null in it as a bug.
func textsOf(list []types.String) []string {
	var all []string
	for _, one := range list {
		all = append(all, one.ValueString())
	}
	return all
}

// partitionOf returns the AWS partition of roles, or the rule that one of them breaks.
func partitionOf(roles []string) (string, error) {
	if len(roles) == 0 {
		return "", errors.New("write the ARN of at least one IAM role")
	}
	for i, role := range roles {
		if !roleARN.MatchString(role) {
			return "", fmt.Errorf("role_arns[%d] is not the ARN of an IAM role; write, for example, arn:aws:iam::123456789012:role/atlas-snapshot-export", i)
		}
		if partition(role) != partition(roles[0]) {
			return "", errors.New("write roles of one AWS partition: a role has no access to a bucket or key in another one")
		}
	}
	return partition(roles[0]), nil
}

// partition returns the AWS partition of an ARN.
func partition(arn string) string { return strings.Split(arn, ":")[1] }

type s3BucketPolicy struct{}

// NewS3BucketPolicy returns the function s3_bucket_policy.
func NewS3BucketPolicy() function.Function { return s3BucketPolicy{} }

func (s3BucketPolicy) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "s3_bucket_policy"
}

func (s3BucketPolicy) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "The bucket policy of an S3 bucket for exports, also from other AWS accounts.",
		MarkdownDescription: "Returns, as JSON, a bucket policy that allows the roles of Atlas `s3:GetBucketLocation` on the bucket and `s3:PutObject` " +
			"on its objects, and denies every request without TLS. If a role is in another AWS account than the bucket, it needs this policy and " +
			"that of `s3_access_policy`. With `may_delete`, the policy also denies all others to delete the bucket, its objects " +
			"and their versions, to shorten a retention, and to change the lifecycle rules.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "bucket_name",
				MarkdownDescription: "The name of the S3 bucket, not its ARN.",
			},
			roleARNs,
		},
		VariadicParameter: function.StringParameter{
			Name: "may_delete",
			MarkdownDescription: "The ARN of an IAM role or user that may delete, or `arn:aws:iam::<account>:root` for the root user. Any number. " +
				"Include the role that runs Terraform if it must delete the bucket or change its lifecycle rules. Without one, the policy denies no deletes.",
		},
		Return: function.StringReturn{},
	}
}

func (s3BucketPolicy) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var bucket string
	var roleList []types.String
	var mayDelete []string
	if resp.Error = req.Arguments.Get(ctx, &bucket, &roleList, &mayDelete); resp.Error != nil {
		return
	}
	roles := textsOf(roleList)
	onAWS := attributes{CloudProvider: types.StringValue(atlas.AWS)}
	if err := onAWS.checkBucketName(bucket); err != nil {
		resp.Error = invalidArgument(0, err)
		return
	}
	partition, err := partitionOf(roles)
	if err != nil {
		resp.Error = invalidArgument(1, err)
		return
	}
	for i, principal := range mayDelete {
		if !principalARN.MatchString(principal) {
			resp.Error = invalidArgument(2+int64(i), errors.New("write the ARN of an IAM role or user, such as arn:aws:iam::123456789012:role/backup-admin"))
			return
		}
	}
	arn := fmt.Sprintf("arn:%s:s3:::%s", partition, bucket)
	objects := arn + "/*"
	everyone, atlasRoles := map[string]texts{"AWS": {"*"}}, map[string]texts{"AWS": roles}
	statements := []statement{
		{Effect: "Allow", Principal: atlasRoles, Action: texts{getBucketLocation}, Resource: texts{arn}},
		{Effect: "Allow", Principal: atlasRoles, Action: texts{putObject}, Resource: texts{objects}},
		{
			Effect: "Deny", Principal: everyone, Action: texts{"s3:*"}, Resource: texts{arn, objects},
			Condition: map[string]map[string]texts{"Bool": {"aws:SecureTransport": {"false"}}},
		},
	}
	if len(mayDelete) > 0 {
		statements = append(statements, statement{
			Effect: "Deny", Principal: everyone, Action: deletes, Resource: texts{arn, objects},
			Condition: map[string]map[string]texts{"ArnNotEquals": {"aws:PrincipalArn": mayDelete}},
		})
	}
	resp.Error = resp.Result.Set(ctx, document(statements...))
}

// deletes are the actions by which exported files can be lost. A lifecycle rule deletes whatever a
// bucket policy says.
var deletes = texts{
	"s3:DeleteBucket", "s3:DeleteObject", "s3:DeleteObjectVersion",
	"s3:BypassGovernanceRetention", "s3:PutBucketObjectLockConfiguration", "s3:PutLifecycleConfiguration",
}

type kmsKeyPolicy struct{}

// NewKMSKeyPolicy returns the function kms_key_policy.
func NewKMSKeyPolicy() function.Function { return kmsKeyPolicy{} }

func (kmsKeyPolicy) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "kms_key_policy"
}

func (kmsKeyPolicy) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "The policy of the KMS key that encrypts an S3 bucket for exports.",
		MarkdownDescription: "Returns, as JSON, a key policy with two statements. The first one lets the IAM policies of the key's account decide who may " +
			"use and manage the key, as in AWS' default key policy. The second one allows the roles of Atlas `kms:GenerateDataKey` and " +
			"`kms:Decrypt`, only through S3. S3 needs both to store a large object. A role in another AWS account than the key also needs an IAM " +
			"policy that allows the two.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "account_id",
				MarkdownDescription: "The id of the AWS account of the key, 12 digits.",
			},
			roleARNs,
		},
		Return: function.StringReturn{},
	}
}

func (kmsKeyPolicy) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var account string
	var roleList []types.String
	if resp.Error = req.Arguments.Get(ctx, &account, &roleList); resp.Error != nil {
		return
	}
	roles := textsOf(roleList)
	if !accountID.MatchString(account) {
		resp.Error = invalidArgument(0, errors.New("write the id of the AWS account of the key, 12 digits"))
		return
	}
	partition, err := partitionOf(roles)
	if err != nil {
		resp.Error = invalidArgument(1, err)
		return
	}
	// In the policy of a key, * is that key.
	resp.Error = resp.Result.Set(ctx, document(
		statement{
			Effect:    "Allow",
			Principal: map[string]texts{"AWS": {fmt.Sprintf("arn:%s:iam::%s:root", partition, account)}},
			Action:    texts{"kms:*"},
			Resource:  texts{"*"},
		},
		statement{
			Effect:    "Allow",
			Principal: map[string]texts{"AWS": roles},
			Action:    texts{"kms:GenerateDataKey", "kms:Decrypt"},
			Resource:  texts{"*"},
			Condition: map[string]map[string]texts{"StringLike": {"kms:ViaService": {s3Service(partition)}}},
		},
	))
}

// s3Service returns the name of S3 in kms:ViaService, in any region of a partition.
func s3Service(partition string) string {
	if partition == "aws-cn" {
		return "s3.*.amazonaws.com.cn"
	}
	return "s3.*.amazonaws.com"
}
