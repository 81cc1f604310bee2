//go:build linux

package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const (
	projectID    = "64c0ffee64c0ffee64c0ffee"
	iamRoleID    = "64c0ffee64c0ffee64c0ff01"
	clientID     = "mdb_sa_id_64c0ffee64c0ffee64c0ffee"
	clientSecret = "mdb_sa_sk_emulator_this_is_not_a_secret"
)

// distantAtlas is an emulated Atlas on loopback, without a rate limit, whose answers take time.
type distantAtlas struct {
	*httptest.Server
	requests atomic.Int64 // without token calls
}

func startAtlas(latency time.Duration) (*distantAtlas, error) {
	atlas, err := emulator.New(emulator.Options{RateLimit: emulator.NoRateLimit})
	if err != nil {
		return nil, err
	}
	atlas.AddProject(projectID)
	atlas.AddServiceAccount(emulator.ServiceAccount{
		ClientID: clientID, ClientSecret: clientSecret, Roles: map[string][]emulator.Role{projectID: {emulator.ProjectOwner}},
	})
	d := &distantAtlas{}
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/api/oauth/") {
			d.requests.Add(1)
		}
		time.Sleep(latency)
		atlas.ServeHTTP(w, r)
	}))
	return d, nil
}
