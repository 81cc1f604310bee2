package exportbucket_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
)

const (
	roleARN      = "arn:aws:iam::123456789012:role/atlas"
	otherRoleARN = "arn:aws:iam::210987654321:role/exports/atlas"
	adminARN     = "arn:aws:iam::999999999999:role/backup-admin"

	bucketPolicy = `{"Version":"2012-10-17","Statement":[` +
		`{"Effect":"Allow","Principal":{"AWS":"` + roleARN + `"},"Action":"s3:GetBucketLocation","Resource":"arn:aws:s3:::snapshots"},` +
		`{"Effect":"Allow","Principal":{"AWS":"` + roleARN + `"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::snapshots/*"},` +
		`{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"s3:*","Resource":["arn:aws:s3:::snapshots","arn:aws:s3:::snapshots/*"],` +
		`"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`
	deniedDeletes = `,{"Effect":"Deny","Principal":{"AWS":"*"},"Action":["s3:DeleteBucket","s3:DeleteObject","s3:DeleteObjectVersion",` +
		`"s3:BypassGovernanceRetention","s3:PutBucketObjectLockConfiguration","s3:PutLifecycleConfiguration"],` +
		`"Resource":["arn:aws:s3:::snapshots","arn:aws:s3:::snapshots/*"],"Condition":{"ArnNotEquals":{"aws:PrincipalArn":`
	keyPolicy = `{"Version":"2012-10-17","Statement":[` +
		`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:root"},"Action":"kms:*","Resource":"*"},` +
		`{"Effect":"Allow","Principal":{"AWS":"` + roleARN + `"},"Action":["kms:GenerateDataKey","kms:Decrypt"],"Resource":"*",` +
		`"Condition":{"StringLike":{"kms:ViaService":"s3.*.amazonaws.com"}}}]}`
)

func TestBucketAndKeyPolicies(t *testing.T) {
	p := acctest.Unconfigured(t)
	one, two := []string{roleARN}, []string{roleARN, otherRoleARN}
	withTwo := func(policy string) string {
		return strings.ReplaceAll(policy, `{"AWS":"`+roleARN+`"}`, `{"AWS":["`+roleARN+`","`+otherRoleARN+`"]}`)
	}
	in := func(partition, text string) string { return strings.ReplaceAll(text, "arn:aws:", "arn:"+partition+":") }
	without := strings.TrimSuffix(bucketPolicy, "]}")
	for name, c := range map[string]struct {
		function  string
		arguments []any
		want      string
	}{
		"one role":                     {"s3_bucket_policy", []any{"snapshots", one}, bucketPolicy},
		"two roles":                    {"s3_bucket_policy", []any{"snapshots", two}, withTwo(bucketPolicy)},
		"a role in GovCloud":           {"s3_bucket_policy", []any{"snapshots", []string{in("aws-us-gov", roleARN)}}, in("aws-us-gov", bucketPolicy)},
		"one that may delete":          {"s3_bucket_policy", []any{"snapshots", one, adminARN}, without + deniedDeletes + `"` + adminARN + `"}}}]}`},
		"two that may delete":          {"s3_bucket_policy", []any{"snapshots", one, adminARN, accountARN}, without + deniedDeletes + `["` + adminARN + `","` + accountARN + `"]}}}]}`},
		"a key for one role":           {"kms_key_policy", []any{"999999999999", one}, keyPolicy},
		"a key for two roles":          {"kms_key_policy", []any{"999999999999", two}, withTwo(keyPolicy)},
		"a key for a role in GovCloud": {"kms_key_policy", []any{"999999999999", []string{in("aws-us-gov", roleARN)}}, in("aws-us-gov", keyPolicy)},
		"a key for a role in China": {
			"kms_key_policy", []any{"999999999999", []string{in("aws-cn", roleARN)}},
			strings.ReplaceAll(in("aws-cn", keyPolicy), ".amazonaws.com", ".amazonaws.com.cn"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, failure := p.CallWith(t, c.function, c.arguments...)
			if failure != nil {
				t.Fatalf("argument %v: %s", failure.FunctionArgument, failure.Text)
			}
			if got != c.want || !json.Valid([]byte(c.want)) {
				t.Errorf("got  %v\nwant %v", got, c.want)
			}
		})
	}
}

func TestBucketAndKeyPoliciesRefuseAtTheArgument(t *testing.T) {
	p := acctest.Unconfigured(t)
	roles := []string{roleARN}
	for _, c := range []struct {
		function  string
		arguments []any
		argument  int64
		fragment  string
	}{
		{"s3_bucket_policy", []any{"Snapshots", roles}, 0, "lower-case letters"},
		{"s3_bucket_policy", []any{"arn:aws:s3:::snapshots", roles}, 0, `name alone: "snapshots"`},
		{"s3_bucket_policy", []any{"snapshots", []string{}}, 1, "at least one"},
		{"s3_bucket_policy", []any{"snapshots", []string{roleARN, "*"}}, 1, "role_arns[1] is not the ARN of an IAM role; write, for example, arn:aws:iam::123456789012:role/"},
		{"s3_bucket_policy", []any{"snapshots", []any{roleARN, nil}}, 1, "role_arns[1] is not"},
		{"kms_key_policy", []any{"999999999999", []any{nil}}, 1, "role_arns[0] is not"},
		{"s3_bucket_policy", []any{"snapshots", []string{accountARN}}, 1, "role/"},
		{"s3_bucket_policy", []any{"snapshots", []string{"arn:aws:iam::123456789012:role/*"}}, 1, "role/"},
		{"s3_bucket_policy", []any{"snapshots", []string{"668c5f0ed436263134491592"}}, 1, "role/"},
		{"s3_bucket_policy", []any{"snapshots", []string{roleARN, "arn:aws-cn:iam::123456789012:role/atlas"}}, 1, "one AWS partition"},
		{"s3_bucket_policy", []any{"snapshots", roles, "*"}, 2, "role or user"},
		{"s3_bucket_policy", []any{"snapshots", roles, adminARN, "arn:aws:iam::999999999999:role/*"}, 3, "role or user"},
		{"kms_key_policy", []any{"99999999999", roles}, 0, "12 digits"},
		{"kms_key_policy", []any{accountARN, roles}, 0, "12 digits"},
		{"kms_key_policy", []any{"999999999999", []string{}}, 1, "at least one"},
		{"kms_key_policy", []any{"999999999999", []string{"arn:aws:iam::123456789012:user/atlas"}}, 1, "role/"},
	} {
		t.Run(fmt.Sprint(c.function, c.arguments), func(t *testing.T) {
			got, failure := p.CallWith(t, c.function, c.arguments...)
			if failure == nil {
				t.Fatalf("it returned %v", got)
			}
			if failure.FunctionArgument == nil || *failure.FunctionArgument != c.argument || !strings.Contains(failure.Text, c.fragment) {
				t.Errorf("argument %v: %s", failure.FunctionArgument, failure.Text)
			}
			if strings.HasSuffix(failure.Text, ".") {
				t.Errorf("the CLI puts a second full stop after %q", failure.Text)
			}
		})
	}
}
