package diagnose

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// Hint is what a noun knows about an error code.
type Hint struct {
	// Text is what to do. Its %s, if it has one, is the id that Atlas' sentence names in brackets,
	// or else Subject.
	Text    string
	Subject string

	// Fields are the fields of the request that the code is about, the likeliest first.
	Fields []string
}

// Hints are those of a noun, by error code. For any other code, and for failures without one,
// the general hints of this package are used.
type Hints map[string]Hint

// ClusterNotFound and FlexCluster are hints of every noun that belongs to a cluster.
var (
	ClusterNotFound = Hint{
		Text:   "Check cluster_name, and that the cluster is in this project. If it was deleted, plan again.",
		Fields: []string{"clusterName"},
	}
	FlexCluster = Hint{
		Text: "Atlas cannot export the snapshots of a flex cluster: only dedicated clusters (M10 and larger) can export. The data source " +
			"atlasbackup_clusters shows which clusters can.",
		Fields: []string{"clusterName"},
	}
)

// quotedID finds the id that Atlas puts in brackets into its sentences on roles and
// service principals.
var quotedID = regexp.MustCompile(`\(([0-9a-f-]{24,36})\)`)

// text is what to do about an error, "" where only Atlas' own sentence helps.
func (h Hints) text(e *atlas.Error) string {
	hint, ok := h[e.Code]
	switch {
	case !ok:
		return general(e)
	case hint.Subject == "":
		return hint.Text
	}
	if match := quotedID.FindStringSubmatch(e.Detail); match != nil {
		return fmt.Sprintf(hint.Text, match[1])
	}
	return fmt.Sprintf(hint.Text, hint.Subject)
}

// fields are the fields that an error is about, the likeliest first.
func (h Hints) fields(e *atlas.Error) []string {
	if hint, ok := h[e.Code]; ok {
		return hint.Fields
	}
	return generalFields(e)
}

// general is the hint on what any call may meet.
func general(e *atlas.Error) string {
	switch e.Code {
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
		return "A service account has at most 100 tokens, each valid for an hour. Wait until some have expired, or give this pipeline its " +
			"own service account."
	case atlas.CodeProjectNotFound:
		return "Check project_id, and that the credential belongs to the organization of this project and to this Atlas."
	case atlas.CodeCannotUpdatePausedCluster:
		return "The backup schedule of a paused cluster cannot be changed. Resume the cluster, and run the same command again."
	case atlas.CodeClusterNotFound:
		return "The cluster was deleted meanwhile: run the same command again."
	case atlas.CodeResourceNotFound:
		return "Atlas does not know this address at all. Check base_url (MONGODB_ATLAS_BASE_URL), and any proxy on the way. " +
			"The state was not changed."
	case atlas.CodeWritesNotAllowedDuringAppUpgrade:
		return "Atlas is being upgraded and did nothing. Apply again in a few minutes."
	case atlas.CodeRateLimited, atlas.CodeRateLimitedTokenBucket:
		return "Atlas changed nothing. Run the command again in a minute, or with a lower -parallelism."
	}
	switch {
	case errors.Is(e.Cause, atlas.ErrProxyAddress):
		return "Check HTTPS_PROXY (or HTTP_PROXY): it must be a URL such as http://proxy.example.com:3128, with a port from 1 to 65535."
	case errors.Is(e.Cause, atlas.ErrProxyCredential), e.Status == http.StatusProxyAuthRequired:
		return "Check the user and the password in HTTPS_PROXY (or HTTP_PROXY). The provider does not retry, because a proxy may lock an account " +
			"after some wrong passwords."
	case errors.Is(e.Cause, context.DeadlineExceeded):
		return "If Atlas is only slow, raise the operation's limit in timeouts. A refresh and a destroy of a resource use the value that was " +
			"applied last: apply the new one first, with terraform apply -refresh=false. A change of timeouts alone sends nothing to Atlas."
	case errors.Is(e.Cause, context.Canceled):
		return ""
	case atlas.IsTLSAlert(e):
		return "The server refused the TLS connection. If it asks for a client certificate, it is not Atlas: check base_url " +
			"(MONGODB_ATLAS_BASE_URL) and HTTPS_PROXY."
	case e.Status == 0:
		return "Check that this machine reaches Atlas: base_url (MONGODB_ATLAS_BASE_URL), the network, and the proxy (HTTPS_PROXY)."
	case e.Status == http.StatusUnauthorized:
		name := cmp.Or(e.CredentialName, "the credential (the provider's arguments, or the MONGODB_ATLAS_… variables)")
		return fmt.Sprintf("Check %s. It may have expired or been deleted, or belong to another Atlas than base_url (MONGODB_ATLAS_BASE_URL).", name)
	case e.RedirectHost != "":
		return fmt.Sprintf("If %s is your Atlas, set base_url (MONGODB_ATLAS_BASE_URL) to its address. Otherwise check the proxy (HTTPS_PROXY), which may "+
			"ask you to sign in.", e.RedirectHost)
	case e.Status/100 == 4 && e.Code == "":
		return "The answer does not come from Atlas. Check base_url (MONGODB_ATLAS_BASE_URL), and the proxy (HTTPS_PROXY) or firewall that may have refused the request."
	case e.Status >= 500:
		return "Atlas, or a proxy on the way to it, has a temporary problem. Apply again later."
	case e.Cause != nil:
		return "Something between this machine and Atlas may have answered, or changed the answer. Check base_url (MONGODB_ATLAS_BASE_URL), and the proxy (HTTPS_PROXY)."
	case e.Code != "":
		return "The code is explained in https://www.mongodb.com/docs/atlas/reference/api-errors/."
	}
	return ""
}
