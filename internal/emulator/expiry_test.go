package emulator

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestExpiredCredentialsAndMinutesAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		atlas.AddServiceAccount(ServiceAccount{ClientID: "account", ClientSecret: "secret"})
		size := func() int {
			return len(atlas.tokens) + len(atlas.nonces) + len(atlas.tokenCalls) + len(atlas.minutes)
		}
		var sizes []int
		for hour := range 4 {
			for i := range 20 {
				r := httptest.NewRequest("POST", "/api/oauth/token", strings.NewReader("grant_type=client_credentials"))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.SetBasicAuth("account", "secret")
				atlas.ServeHTTP(httptest.NewRecorder(), r)
				r.SetBasicAuth(fmt.Sprint("unknown", hour, i), "secret")
				atlas.ServeHTTP(httptest.NewRecorder(), r)
				atlas.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/api/atlas/v2/groups", nil))
			}
			sizes = append(sizes, size())
			time.Sleep(time.Hour)
		}
		if sizes[0] == 0 || sizes[3] != sizes[0] {
			t.Errorf("it holds %v things after each hour, want the same", sizes)
		}
	})
}
