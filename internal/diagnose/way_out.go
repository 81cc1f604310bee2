package diagnose

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// quotedID finds the id that Atlas puts in brackets into its sentences on roles and
// service principals.
var quotedID = regexp.MustCompile(`\(([0-9a-f-]{24,36})\)`)

// wayOut is what to do about an error, "" where only Atlas' own sentence helps.
func wayOut(e *atlas.Error) string {
	switch e.Code {
	case atlas.CodeCannotAssumeRole, atlas.CodeInvalidAWSCredentials:
		return fmt.Sprintf("Atlas could not act as the AWS IAM role behind %s. Its trust policy must allow sts:AssumeRole to "+
			"the Atlas AWS account with the external id of this project; both stand in Atlas under Project Settings, "+
			"Integrations, AWS IAM Role Access. A trust policy that has just changed takes a minute to spread, which a creation waits for "+
			"(timeouts.create).",
			subject(e, "this Atlas role id"))
	case atlas.CodeRoleNotAuthorized:
		return fmt.Sprintf("Authorize %s in this project: in Atlas under Project Settings, Integrations (AWS IAM Role Access, "+
			"Azure Service Principal or Google Cloud service account), or with mongodbatlas_cloud_provider_access_authorization, "+
			"whose role_id belongs here. An authorization that is seconds old is waited for (timeouts.create).",
			subject(e, "this Atlas role id"))
	case atlas.CodeCannotAuthenticatePrincipal, atlas.CodeAzureServicePrincipalInvalid:
		return fmt.Sprintf("Check the tenant id and service principal id with which %s is authorized in this project (in Atlas "+
			"under Project Settings, Integrations, Azure Service Principal). A service principal that has just been made takes a "+
			"minute to spread, which a creation waits for (timeouts.create).", subject(e, "this Azure role"))
	case atlas.CodeExportBucketInUse:
		return "A cluster of the project exports its snapshots to this bucket. Switch its automatic export off first."
	case atlas.CodeExportBucketDeleteFailed:
		return "Look in Atlas whether an export to the bucket is under way, and destroy again when it has ended."
	case atlas.CodeExportBucketNameInvalid:
		return "Write the name of the bucket or container alone, as its cloud shows it, without a scheme, a path or an ARN."
	case atlas.CodeBackupCompliancePolicy:
		return "The project has a Backup Compliance Policy that forbids this. Only its owner and MongoDB support can change it."
	case atlas.CodeUserUnauthorized:
		if e.Method == http.MethodGet {
			return "The credential needs the role Project Read Only, or a higher one, in this project."
		}
		return "The credential needs the role Project Backup Manager (in older projects: Project Owner) in this project."
	case atlas.CodeNotOrgGroupCreator:
		return "The credential needs the role Project Owner in this project."
	case atlas.CodeIPAddressNotOnAccessList:
		address := "the address that Atlas names"
		if len(e.Parameters) > 0 {
			if text, ok := e.Parameters[0].(string); ok && text != "" {
				address = text
			}
		}
		return fmt.Sprintf("Add %s to the API access list of the credential, in Atlas under Organization Access Manager.", address)
	case atlas.CodeInvalidClient:
		return "Check client_id and client_secret (MONGODB_ATLAS_CLIENT_ID, MONGODB_ATLAS_CLIENT_SECRET): the secret may have " +
			"expired, or belong to another service account or another Atlas."
	case atlas.CodeAccessDenied:
		return "A service account has 100 tokens at the most, each for an hour. Wait for some to end, or give this pipeline a " +
			"service account of its own."
	case atlas.CodeProjectNotFound:
		return "Check project_id, and that the credential belongs to the organization of this project and to this Atlas."
	case atlas.CodeExportBucketNotFound:
		return "It was deleted outside of Terraform. Plan again: a refresh drops it from the state, and the plan makes a new one."
	case atlas.CodeCannotUpdatePausedCluster:
		return "A paused cluster keeps its backup schedule as it is. Resume it, and run the same command again."
	case atlas.CodeClusterNotFound:
		return "The cluster was deleted meanwhile: run the same command again."
	case atlas.CodeResourceNotFound:
		return "Atlas does not know this address at all. Check base_url (MONGODB_ATLAS_BASE_URL), and any proxy on the way. " +
			"The state is as it was."
	case atlas.CodeWritesNotAllowedDuringAppUpgrade:
		return "Atlas is being upgraded and did nothing. Apply again in a few minutes."
	case atlas.CodeRateLimited, atlas.CodeRateLimitedTokenBucket:
		return "Atlas did nothing. Apply again in a minute, or with a lower -parallelism."
	}
	switch {
	case errors.Is(e.Cause, atlas.ErrProxyAddress):
		return "Check HTTPS_PROXY (or HTTP_PROXY): it must be a URL such as http://proxy.example.com:3128, with a port from 1 to 65535."
	case errors.Is(e.Cause, atlas.ErrProxyCredential), e.Status == http.StatusProxyAuthRequired:
		return "Check the user and the password in HTTPS_PROXY (or HTTP_PROXY). The provider does not retry, because a proxy may lock an account " +
			"after some wrong passwords."
	case errors.Is(e.Cause, context.DeadlineExceeded):
		return "Raise the operation's limit in timeouts if Atlas is only slow. A refresh and a destroy of a resource use the value that was " +
			"applied last: apply the new one first, with terraform apply -refresh=false, which asks Atlas nothing for a change of timeouts alone."
	case errors.Is(e.Cause, context.Canceled):
		return ""
	case atlas.IsTLSAlert(e):
		return "The server refused the TLS connection. If it asks for a client certificate, this is not Atlas' own address: check base_url " +
			"(MONGODB_ATLAS_BASE_URL) and HTTPS_PROXY."
	case e.Status == 0:
		return "Check that this machine reaches Atlas: base_url (MONGODB_ATLAS_BASE_URL), the network, and the proxy (HTTPS_PROXY)."
	case e.Status == http.StatusUnauthorized:
		return "Check the credential: the provider's arguments, or the MONGODB_ATLAS_… variables."
	case e.Status/100 == 4 && e.Code == "":
		return "The answer does not come from Atlas. Check base_url (MONGODB_ATLAS_BASE_URL), and the proxy (HTTPS_PROXY) or firewall that may have refused the request."
	case e.Status >= 500:
		return "Atlas, or a proxy on the way to it, has trouble. Apply again when it has passed."
	case e.Cause != nil:
		return "Something on the way to Atlas may have answered, or have changed the answer. Check base_url (MONGODB_ATLAS_BASE_URL), and the proxy (HTTPS_PROXY)."
	}
	return ""
}

// subject is the id in Atlas' sentence, or what it is called without one.
func subject(e *atlas.Error, otherwise string) string {
	if match := quotedID.FindStringSubmatch(e.Detail); match != nil {
		return match[1]
	}
	return otherwise
}
