package emulator_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

func TestRolesDecideWhoMayReadAndWrite(t *testing.T) {
	const other = "5e2211c17a3e5a48f5497de4"
	for _, tc := range []struct {
		name        string
		roles       map[string][]emulator.Role
		read, write bool
	}{
		{"none", nil, false, false},
		{"of another project", map[string][]emulator.Role{other: {emulator.ProjectOwner}}, false, false},
		{"read only", map[string][]emulator.Role{projectID: {emulator.ProjectReadOnly}}, true, false},
		{"backup manager", map[string][]emulator.Role{projectID: {emulator.ProjectBackupManager}}, true, true},
		{"owner", map[string][]emulator.Role{projectID: {emulator.ProjectOwner}}, true, true},
		{"owner of any project", map[string][]emulator.Role{emulator.AnyProject: {emulator.ProjectOwner}}, true, true},
		{"two", map[string][]emulator.Role{projectID: {emulator.ProjectReadOnly, emulator.ProjectBackupManager}}, true, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			atlas := newAtlas(t, emulator.Options{})
			atlas.AddCluster(projectID, "Cluster0")
			id := create(t, atlas, awsBody)
			atlas.AddAccessToken("token", tc.roles)
			call := func(allowed bool, method, path, body string) {
				t.Helper()
				got := send(t, atlas, method, path, body, withHeader("Authorization", "Bearer token"))
				if allowed && got.status >= 300 {
					t.Errorf("%s %s: %d %s", method, path, got.status, got.text)
				}
				if !allowed {
					got.wantError(t, 401, "USER_UNAUTHORIZED")
					if got.header.Get("WWW-Authenticate") != "" {
						t.Error("a challenge, though the credential is good")
					}
				}
			}
			call(tc.read, "GET", bucketsPath, "")
			call(tc.read, "GET", bucketsPath+"/"+id, "")
			call(tc.read, "GET", clustersPath, "")
			call(tc.read, "GET", clustersPath+"/Cluster0", "")
			call(tc.read, "GET", schedulePath, "")
			call(tc.write, "POST", bucketsPath, awsBody)
			call(tc.write, "PATCH", bucketsPath+"/"+id, `{"requirePrivateNetworking":true}`)
			call(tc.write, "PATCH", schedulePath, `{"autoExportEnabled":false}`)
			call(tc.write, "DELETE", schedulePath, "")
			call(tc.write, "DELETE", bucketsPath+"/"+id, "")
		})
	}
}

func TestAddressMustBeOnTheAccessList(t *testing.T) {
	list := []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")}
	for _, tc := range []struct {
		name    string
		list    []netip.Prefix
		address string
		refused string // the address in the error; "" when it passes
	}{
		{"on it", list, "192.0.2.7:1234", ""},
		{"on it, mapped into IPv6", list, "[::ffff:192.0.2.7]:1234", ""},
		{"on it, IPv6", list, "[2001:db8::1]:1234", ""},
		{"off it", list, "185.199.111.133:1234", "185.199.111.133"},
		{"no address", list, "pipe", "pipe"},
		{"empty list", nil, "185.199.111.133:1234", ""},
		{"empty list, no address", nil, "pipe", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			atlas := newAtlas(t, emulator.Options{})
			atlas.AddServiceAccount(emulator.ServiceAccount{ClientID: "account", ClientSecret: "secret", Roles: owner(), AccessList: tc.list})
			atlas.AddAPIKey(emulator.APIKey{PublicKey: "public", PrivateKey: "private", Roles: owner(), AccessList: tc.list})
			from := func(r *http.Request) { r.RemoteAddr = tc.address }
			for _, authorization := range []string{
				"Bearer " + issueToken(t, atlas),
				digestOf(challengeOf(t, atlas), "public", "private", "GET", bucketsPath, 1),
			} {
				got := send(t, atlas, "GET", bucketsPath, "", from, withHeader("Authorization", authorization))
				if tc.refused == "" {
					got.wantStatus(t, 200)
					continue
				}
				body := got.wantError(t, 403, "IP_ADDRESS_NOT_ON_ACCESS_LIST")
				if parameters := body["parameters"].([]any); parameters[0] != tc.refused ||
					body["detail"] != "IP address "+tc.refused+" is not allowed to access this resource." {
					t.Errorf("got %v", body)
				}
			}
		})
	}
}

func TestMissingCredentialIsChallenged(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	for _, authorization := range []string{"", "Basic dXNlcjpwYXNz", "nonsense"} {
		got := send(t, atlas, "GET", bucketsPath, "", withHeader("Authorization", authorization))
		got.wantUnauthenticated(t)
		if challenge := got.header.Get("WWW-Authenticate"); !strings.HasPrefix(challenge, `Digest realm="MMS Public API", domain="", nonce="`) ||
			!strings.HasSuffix(challenge, `", algorithm=MD5, qop="auth", stale=false`) {
			t.Errorf("challenge %s", challenge)
		}
	}
}

func TestWrongBearerTokenIsRefused(t *testing.T) {
	got := send(t, newAtlas(t, emulator.Options{}), "GET", bucketsPath, "", withHeader("Authorization", "Bearer wrong"))
	got.wantUnauthenticated(t)
	if strings.Contains(got.header.Get("WWW-Authenticate"), "Digest") {
		t.Error("a bearer token is challenged with Digest")
	}
}
