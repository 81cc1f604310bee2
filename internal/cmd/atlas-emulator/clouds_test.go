package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/icholy/digest"
)

const cloudRoleID = "64c0ffee00000000000000aa"

// accountTransport adds the token of the service account, which it has asked for as the samples of
// Atlas do.
type accountTransport struct{ token string }

func newAccountTransport(t *testing.T, s serving) http.RoundTripper {
	t.Helper()
	answer := request(t, "POST", s.exports["MONGODB_ATLAS_BASE_URL"]+"/api/oauth/token", "grant_type=client_credentials", func(r *http.Request) {
		r.SetBasicAuth(s.exports["MONGODB_ATLAS_CLIENT_ID"], s.exports["MONGODB_ATLAS_CLIENT_SECRET"])
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", "application/json")
	})
	token, _ := answer["access_token"].(string)
	return accountTransport{token}
}

func (a accountTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+a.token)
	return http.DefaultTransport.RoundTrip(r)
}

// newRequest returns a request with the headers of Atlas' samples, and without a credential.
func newRequest(t *testing.T, method, url, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "application/vnd.atlas.2025-03-12+json")
	r.Header.Set("Content-Type", "application/json")
	return r
}

// send sends a request and returns the status and the object of the answer, which is nil without a
// body.
func send(t *testing.T, client *http.Client, method, url, body string) (int, map[string]any) {
	t.Helper()
	answer, err := client.Do(newRequest(t, method, url, body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var object map[string]any
	if err := json.NewDecoder(answer.Body).Decode(&object); err != nil && answer.StatusCode != http.StatusNoContent {
		t.Fatalf("%s %s: status %d, %v", method, url, answer.StatusCode, err)
	}
	return answer.StatusCode, object
}

// wantBucket ends the test when an answer is not 200 with these attributes.
func wantBucket(t *testing.T, status int, bucket, want map[string]any) {
	t.Helper()
	for name, value := range want {
		if status != http.StatusOK || bucket[name] != value {
			t.Fatalf("status %d, %s is %v, want %v: %v", status, name, bucket[name], value, bucket)
		}
	}
}

func TestBucketsOfEachCloudAreCreatedChangedAndDeletedWithEachCredential(t *testing.T) {
	s := startServing(t, "-rate-limit", "-1")
	for credential, transport := range map[string]http.RoundTripper{
		"service account": newAccountTransport(t, s),
		"API key":         &digest.Transport{Username: demoPublicKey, Password: demoPrivateKey},
	} {
		for _, bucket := range []map[string]any{
			{"cloudProvider": "AWS", "bucketName": "my-snapshots", "iamRoleId": cloudRoleID},
			{"cloudProvider": "AZURE", "bucketName": "my-container", "roleId": cloudRoleID, "serviceUrl": "https://account.blob.core.windows.net/"},
			{"cloudProvider": "GCP", "bucketName": "my_snapshots", "roleId": cloudRoleID},
		} {
			t.Run(fmt.Sprint(bucket["cloudProvider"], " with ", credential), func(t *testing.T) {
				client := &http.Client{Transport: transport}
				body, err := json.Marshal(bucket)
				if err != nil {
					t.Fatal(err)
				}
				all := s.url("/backup/exportBuckets")
				status, created := send(t, client, "POST", all, string(body))
				wantBucket(t, status, created, bucket)
				id, _ := created["_id"].(string)
				one := all + "/" + id

				status, read := send(t, client, "GET", one, "")
				wantBucket(t, status, read, bucket)
				status, list := send(t, client, "GET", all, "")
				if results, _ := list["results"].([]any); status != http.StatusOK || len(results) != 1 || results[0].(map[string]any)["_id"] != id {
					t.Fatalf("list: status %d, %v, want %s", status, list, id)
				}

				status, changed := send(t, client, "PATCH", one, `{"requirePrivateNetworking":true}`)
				if bucket["cloudProvider"] == "AWS" {
					wantBucket(t, status, changed, map[string]any{"_id": id, "requirePrivateNetworking": true})
				} else if status != http.StatusBadRequest {
					t.Errorf("PATCH: status %d, want 400: %v", status, changed)
				}

				if status, answer := send(t, client, "DELETE", one, ""); status != http.StatusNoContent {
					t.Fatalf("DELETE: status %d, %v", status, answer)
				}
				if status, answer := send(t, client, "GET", one, ""); status != http.StatusNotFound || answer["errorCode"] != "EXPORT_BUCKET_NOT_FOUND" {
					t.Errorf("GET after DELETE: status %d, %v", status, answer)
				}
			})
		}
	}
}
