package accessrole_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest/faulttest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	dataSourceType = "atlasbackup_access_role"
	rolesPath      = "/api/atlas/v2/groups/*/cloudProviderAccess"

	roleARN        = "arn:aws:iam::123456789012:role/atlas-snapshot-export"
	principalID    = "8a9a2f5c-0000-4000-8000-0123456789ab"
	serviceAccount = "atlas-668c@p-emulator.iam.gserviceaccount.com"
)

// roles are those of a project, by a name for the tests.
type roles map[string]emulator.AccessRole

// inBubble runs a test in a bubble with an emulated Atlas that has ready and other roles, and with
// the provider.
func inBubble(t *testing.T, test func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider, held roles)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		atlas := acctest.NewAtlas(t, emulator.Options{})
		held := roles{}
		for name, role := range map[string]emulator.AccessRole{
			"AWS":         {CloudProvider: "AWS", AuthorizedDate: time.Now(), IAMAssumedRoleARN: roleARN},
			"AWS, new":    {CloudProvider: "AWS"},
			"Azure":       {CloudProvider: "AZURE", ServicePrincipalID: principalID},
			"Google":      {CloudProvider: "GCP", Status: "COMPLETE", GCPServiceAccountForAtlas: serviceAccount},
			"Google, new": {CloudProvider: "GCP", Status: "IN_PROGRESS"},
		} {
			held[name] = atlas.AddAccessRole(acctest.ProjectID, role)
		}
		test(t, atlas, acctest.NewProvider(t, atlas, acctest.ReadOnly), held)
	})
}

var project = acctest.Values{"project_id": acctest.ProjectID}

func TestARoleIsFoundByWhatItsCloudCallsIt(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider, held roles) {
		aws, fresh := held["AWS"], held["AWS, new"]
		bucket := atlas.PutExportBucket(acctest.ProjectID, emulator.ExportBucket{CloudProvider: "AWS", BucketName: "snapshots", IAMRoleID: aws.ID})
		created := aws.CreatedDate.UTC().Format(time.RFC3339)
		null := acctest.Values{
			"role_id": nil, "iam_assumed_role_arn": nil, "azure_service_principal_id": nil, "gcp_service_account_for_atlas": nil, "cloud_provider": nil,
			"ready": false, "atlas_aws_account_arn": nil, "atlas_assumed_role_external_id": nil, "atlas_azure_app_id": nil, "created_date": nil,
			"authorized_date": nil, "export_bucket_ids": []any{}, "timeouts": nil,
		}.With(project)
		onAWS := null.With(acctest.Values{
			"role_id": aws.ID, "iam_assumed_role_arn": roleARN, "cloud_provider": "AWS", "ready": true, "atlas_aws_account_arn": aws.AtlasAWSAccountARN,
			"atlas_assumed_role_external_id": aws.AtlasAssumedRoleExternalID, "created_date": created, "authorized_date": created, "export_bucket_ids": []any{bucket.ID},
		})
		onAzure := null.With(acctest.Values{
			"role_id": held["Azure"].ID, "azure_service_principal_id": principalID, "cloud_provider": "AZURE", "ready": true,
			"atlas_azure_app_id": held["Azure"].AtlasAzureAppID,
		})
		onGoogle := null.With(acctest.Values{
			"role_id": held["Google"].ID, "gcp_service_account_for_atlas": serviceAccount, "cloud_provider": "GCP", "ready": true,
		})
		for name, c := range map[string]struct {
			by, want acctest.Values
		}{
			"AWS":             {acctest.Values{"role_id": aws.ID}, onAWS},
			"AWS, by ARN":     {acctest.Values{"iam_assumed_role_arn": roleARN}, onAWS},
			"Azure":           {acctest.Values{"role_id": held["Azure"].ID}, onAzure},
			"Azure, by id":    {acctest.Values{"azure_service_principal_id": principalID}, onAzure},
			"Google":          {acctest.Values{"role_id": held["Google"].ID}, onGoogle},
			"Google, by name": {acctest.Values{"gcp_service_account_for_atlas": serviceAccount}, onGoogle},
			"AWS, in another case": {
				acctest.Values{"iam_assumed_role_arn": strings.Replace(roleARN, "atlas", "Atlas", 1)},
				onAWS.With(acctest.Values{"iam_assumed_role_arn": strings.Replace(roleARN, "atlas", "Atlas", 1)}),
			},
			"Azure, in capitals": {
				acctest.Values{"azure_service_principal_id": "8A9A2F5C-0000-4000-8000-0123456789AB"},
				onAzure.With(acctest.Values{"azure_service_principal_id": "8A9A2F5C-0000-4000-8000-0123456789AB"}),
			},
			"AWS, new": {acctest.Values{"role_id": fresh.ID}, null.With(acctest.Values{
				"role_id": fresh.ID, "cloud_provider": "AWS", "created_date": created,
				"atlas_aws_account_arn": fresh.AtlasAWSAccountARN, "atlas_assumed_role_external_id": fresh.AtlasAssumedRoleExternalID,
			})},
			"Google, new": {acctest.Values{"role_id": held["Google, new"].ID}, null.With(acctest.Values{"role_id": held["Google, new"].ID, "cloud_provider": "GCP"})},
		} {
			got, diags := p.ReadDataSource(t, dataSourceType, project.With(c.by))
			diags.RequireNone(t)
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("%s:\n got %v\nwant %v", name, got, c.want)
			}
		}
	})
}

func TestARoleThatIsNotThereIsAnErrorThatListsTheRoles(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider, held roles) {
		for argument, value := range map[string]string{
			"role_id": acctest.RoleID, "iam_assumed_role_arn": roleARN + "-2", "azure_service_principal_id": "8a9a2f5c-0000-4000-8000-000000000000",
			"gcp_service_account_for_atlas": "other@p-emulator.iam.gserviceaccount.com",
		} {
			_, diags := p.ReadDataSource(t, dataSourceType, project.With(acctest.Values{argument: value}))
			diags.RequireError(t, argument, "Access role not found", value, held["AWS"].ID+" on AWS, "+roleARN, held["AWS, new"].ID+" on AWS, not ready",
				held["Azure"].ID+" on AZURE, "+principalID, held["Google"].ID+" on GCP, "+serviceAccount, held["Google, new"].ID+" on GCP, not ready")
		}
	})
	synctest.Test(t, func(t *testing.T) {
		p := acctest.NewProvider(t, acctest.NewAtlas(t, emulator.Options{}), acctest.ReadOnly)
		_, diags := p.ReadDataSource(t, dataSourceType, project.With(acctest.Values{"role_id": acctest.RoleID}))
		diags.RequireError(t, "role_id", "Access role not found", "has no roles at all")
	})
}

func TestSeveralRolesOfOneNameAreAnErrorThatListsThem(t *testing.T) {
	inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider, held roles) {
		twin := atlas.AddAccessRole(acctest.ProjectID, emulator.AccessRole{CloudProvider: "AWS", AuthorizedDate: time.Now(), IAMAssumedRoleARN: roleARN})
		_, diags := p.ReadDataSource(t, dataSourceType, project.With(acctest.Values{"iam_assumed_role_arn": roleARN}))
		diags.RequireError(t, "iam_assumed_role_arn", "Several access roles found", "Write the role_id", held["AWS"].ID, twin.ID)
	})
}

func TestMistakesAreReportedAtTheirArguments(t *testing.T) {
	p := acctest.Unconfigured(t)
	for name, c := range map[string]struct {
		config    acctest.Values
		argument  string
		fragments []string
	}{
		"none":            {acctest.Values{}, "role_id", []string{"Missing role_id", "role_id, iam_assumed_role_arn, azure_service_principal_id or gcp_service_account_for_atlas"}},
		"two":             {acctest.Values{"role_id": acctest.RoleID, "iam_assumed_role_arn": roleARN}, "iam_assumed_role_arn", []string{"Unexpected iam_assumed_role_arn", "only one"}},
		"an ARN as id":    {acctest.Values{"role_id": roleARN}, "role_id", []string{"this is an ARN"}},
		"an id as ARN":    {acctest.Values{"iam_assumed_role_arn": acctest.RoleID}, "iam_assumed_role_arn", []string{"arn:aws:iam::123456789012:role/"}},
		"an id of Atlas":  {acctest.Values{"azure_service_principal_id": acctest.RoleID}, "azure_service_principal_id", []string{"object id"}},
		"a user":          {acctest.Values{"gcp_service_account_for_atlas": "atlas"}, "gcp_service_account_for_atlas", []string{".gserviceaccount.com"}},
		"another project": {acctest.Values{"project_id": "orders", "role_id": acctest.RoleID}, "project_id", []string{"24 lower-case"}},
		"timeouts":        {acctest.Values{"role_id": acctest.RoleID, "timeouts": acctest.Values{"read": "soon"}}, "timeouts.read", []string{"positive duration"}},
	} {
		t.Run(name, func(t *testing.T) {
			p.ValidateDataSource(t, dataSourceType, project.With(c.config)).RequireError(t, c.argument, c.fragments...)
		})
	}
	for _, config := range []acctest.Values{
		{"role_id": acctest.Unknown},
		{"role_id": acctest.Unknown, "iam_assumed_role_arn": roleARN}, // it may become null
		{"role_id": acctest.RoleID, "project_id": acctest.Unknown},
	} {
		p.ValidateDataSource(t, dataSourceType, project.With(config)).RequireNone(t)
	}
}

func TestAnAnswerThatIsNotTheListIsReadAgain(t *testing.T) {
	for _, fault := range []string{"object-after", "html-after", "half-json-after", "503", "429-retry-after"} {
		t.Run(fault, func(t *testing.T) {
			inBubble(t, func(t *testing.T, atlas *acctest.Atlas, p *acctest.Provider, held roles) {
				faulttest.SetFault(t, atlas, fault, http.MethodGet, rolesPath, 2)
				got, diags := p.ReadDataSource(t, dataSourceType, project.With(acctest.Values{"role_id": held["AWS"].ID}))
				diags.RequireNone(t)
				if got["ready"] != true || atlas.Count(http.MethodGet) != 3 {
					t.Errorf("after %d requests: %v", atlas.Count(http.MethodGet), got)
				}
			})
		})
	}
}

func TestAProjectThatIsNotThereIsAnErrorAtItsArgument(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *acctest.Atlas, p *acctest.Provider, _ roles) {
		_, diags := p.ReadDataSource(t, dataSourceType, acctest.Values{"project_id": acctest.RoleID, "role_id": acctest.RoleID})
		diags.RequireError(t, "project_id", "Access roles not read", "GROUP_NOT_FOUND")
	})
}
