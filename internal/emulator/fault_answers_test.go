package emulator_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

// pipes is a listener whose connections are those of net.Pipe, so that both ends have the time
// of the same bubble.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	p.conns <- server
	return client, nil
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error {
	close(p.closed)
	return nil
}

func (p pipes) Addr() net.Addr { return &net.IPAddr{} }

// newClient serves atlas until the end of the test and returns a client that reaches it under
// every host name, waits one minute and follows no redirect.
func newClient(t *testing.T, atlas *emulator.Atlas) *http.Client {
	t.Helper()
	listener := pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: atlas}
	go func() { _ = server.Serve(listener) }()
	transport := &http.Transport{DialContext: listener.dial, DisableKeepAlives: true}
	t.Cleanup(func() { _ = server.Close() })
	return &http.Client{
		Transport:     transport,
		Timeout:       time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// do sends a request as the owner and returns a short description of the answer.
func do(client *http.Client, method, url, body string) string {
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return err.Error()
	}
	r.Header.Set("Authorization", "Bearer "+ownerToken)
	r.Header.Set("Accept", "application/vnd.atlas.2025-03-12+json")
	r.Header.Set("Content-Type", "application/vnd.atlas.2025-03-12+json")
	answer, err := client.Do(r)
	if timeout := (interface{ Timeout() bool })(nil); errors.As(err, &timeout) && timeout.Timeout() {
		return "time-out"
	}
	if err != nil {
		return "no answer"
	}
	defer func() { _ = answer.Body.Close() }()
	words := []string{fmt.Sprint(answer.StatusCode)}
	for _, name := range []string{"Retry-After", "Location", "WWW-Authenticate", "Proxy-Authenticate", "Upgrade"} {
		if value := answer.Header.Get(name); value != "" {
			words = append(words, name+": "+value)
		}
	}
	if answer.StatusCode == http.StatusSwitchingProtocols { // no time-out ends reading its body
		return strings.Join(words, " ")
	}
	text, err := io.ReadAll(answer.Body)
	object := map[string]any{}
	mediaType, _, _ := strings.Cut(answer.Header.Get("Content-Type"), ";")
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF) && int64(len(text)) == answer.ContentLength/2:
		words = append(words, "cut in half")
	case err != nil:
		words = append(words, err.Error())
	case len(text) == 0:
		words = append(words, "empty")
	case json.Unmarshal(text, &object) != nil:
		words = append(words, mediaType)
	case object["_id"] != nil:
		words = append(words, "bucket")
	case object["detail"] == nil: // OAuth's
		words = append(words, fmt.Sprint(object["error"]))
	default:
		if code, ok := object["errorCode"].(string); ok {
			words = append(words, code)
		}
		if parameters, ok := object["parameters"].([]any); ok && len(parameters) > 0 {
			words = append(words, fmt.Sprint(parameters))
		}
	}
	return strings.Join(words, " ")
}

func TestPresetDoesWhatItsNameSays(t *testing.T) {
	const role, bucket, principal = "64c0ffee00000000000000aa", "64c0ffee00000000000000bb", "64c0ffee-0000-4000-8000-0000000000cc"
	want := map[string]string{
		"429-retry-after": "429 Retry-After: 5 RATE_LIMITED [" + bucketsPath + " 50 1], 0 made",
		"429-parameters":  "429 RATE_LIMITED_TOKEN_BUCKET [" + bucketsPath[1:] + " 55 10 5 60], 0 made",
		"429":             "429 RATE_LIMITED [" + bucketsPath + " 50 1], 0 made",
		"503-retry-after": "503 Retry-After: 5 SERVICE_UNAVAILABLE, 0 made",
		"503":             "503 SERVICE_UNAVAILABLE, 0 made",
		"405-upgrade":     "405 WRITES_NOT_ALLOWED_DURING_APP_UPGRADES, 0 made",
		"500":             "500 UNEXPECTED_ERROR, 0 made",
		"501-html":        "501 text/html, 0 made",
		"502-html":        "502 text/html, 0 made",
		"504-html":        "504 text/html, 0 made",
		"html":            "200 text/html, 0 made",
		"reset":           "no answer, 0 made",
		"hold":            "time-out, 0 made, after 1m0s",
		"101":             "101 Upgrade: websocket, 0 made",
		"slow":            "200 bucket, 1 made, after 5s",

		"500-after":       "500 UNEXPECTED_ERROR, 1 made",
		"501-html-after":  "501 text/html, 1 made",
		"502-after":       "502 text/html, 1 made",
		"503-after":       "503 SERVICE_UNAVAILABLE, 1 made",
		"504-after":       "504 text/html, 1 made",
		"403-html-after":  "403 text/html, 1 made",
		"redirect-after":  "307 Location: https://elsewhere.invalid/ empty, 1 made",
		"reset-after":     "no answer, 1 made",
		"hold-after":      "time-out, 1 made, after 1m0s",
		"101-after":       "101 Upgrade: websocket, 1 made",
		"slow-after":      "200 bucket, 1 made, after 5s",
		"cut-after":       "200 cut in half, 1 made",
		"html-after":      "200 text/html, 1 made",
		"half-json-after": "200 application/json, 1 made",
		"empty-after":     "200 empty, 1 made",

		"401":                                   `401 WWW-Authenticate: Bearer error="invalid_token" UNEXPECTED_ERROR, 0 made`,
		"user-unauthorized":                     "401 USER_UNAUTHORIZED, 0 made",
		"address-not-on-access-list":            "403 IP_ADDRESS_NOT_ON_ACCESS_LIST [185.199.111.133], 0 made",
		"token-limit":                           "403 access_denied, 0 made",
		"cannot-assume-role":                    "400 CANNOT_ASSUME_ROLE [" + role + "], 0 made",
		"role-not-authorized":                   "400 CLOUD_PROVIDER_ACCESS_ROLE_NOT_AUTHORIZED [" + role + "], 0 made",
		"invalid-aws-credentials":               "400 INVALID_AWS_CREDENTIALS, 0 made",
		"cannot-authenticate-service-principal": "400 CANNOT_AUTHENTICATE_SERVICE_PRINCIPAL [" + principal + "], 0 made",
		"azure-service-principal-invalid":       "400 CLOUD_PROVIDER_ACCESS_AZURE_SERVICE_PRINCIPAL_INVALID [" + principal + "], 0 made",
		"in-use":                                "400 EXPORT_BUCKET_DELETE_FAILED_BUCKET_IN_USE [" + bucket + "], 0 made",
		"export-bucket-not-found":               "404 EXPORT_BUCKET_NOT_FOUND [" + bucket + "], 0 made",
		"snapshot-not-found":                    "404 SNAPSHOT_NOT_FOUND [64c0ffee00000000000000ee Cluster0], 0 made",
		"unfinished-on-demand-snapshot":         "400 UNFINISHED_ON_DEMAND_SNAPSHOT, 0 made",
		"export-in-progress":                    "409 SNAPSHOT_EXPORT_IN_PROGRESS [64c0ffee00000000000000ee], 0 made",
		"flex-cluster":                          "400 CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API [Cluster0], 0 made",
		"private-endpoint-exists":               "409 PRIVATE_ENDPOINT_ALREADY_EXISTS [US_EAST_1 US_EAST_1], 0 made",
		"private-endpoint-not-found":            "404 PRIVATE_ENDPOINT_NOT_FOUND [64c0ffee00000000000000ff], 0 made",
		"group-not-found":                       "404 GROUP_NOT_FOUND [64c0ffee00000000000000dd], 0 made",
		"resource-not-found":                    "404 RESOURCE_NOT_FOUND [/api/atlas/v2/], 0 made",
		"403-html":                              "403 text/html, 0 made",
		"404-html":                              "404 text/html, 0 made",
		"407-html":                              `407 Proxy-Authenticate: Basic realm="proxy" text/html, 0 made`,
		"redirect":                              "307 Location: https://elsewhere.invalid/ empty, 0 made",

		"400-echo":           "400 text/html, 0 made",
		"long-title":         "400 text/html, 0 made",
		"wrong-types":        "400 INVALID_ATTRIBUTE, 0 made",
		"control-characters": "400 INVALID_ATTRIBUTE, 0 made",

		"list-next-elsewhere":  "200 bucket, 1 made",
		"list-repeats":         "200 bucket, 1 made",
		"list-endless":         "200 bucket, 1 made",
		"list-truncated":       "200 bucket, 1 made",
		"list-counts-too-few":  "200 bucket, 1 made",
		"list-counts-too-many": "200 bucket, 1 made",

		"other-id":        "200 bucket, 1 made",
		"id-only":         "200 bucket, 1 made",
		"old-networking":  "200 bucket, 1 made",
		"too-long":        "200 bucket, 1 made",
		"other-cloud":     "200 bucket, 1 made",
		"bare-bucket":     "200 bucket, 1 made",
		"byte-order-mark": "200 application/vnd.atlas.2024-05-30+json, 1 made",
		"date-ahead":      "200 bucket, 1 made",
		"date-behind":     "200 bucket, 1 made",
	}
	for _, preset := range emulator.Presets() {
		synctest.Test(t, func(t *testing.T) {
			atlas := newAtlas(t, emulator.Options{})
			addFaults(t, atlas, preset.Fault)
			client := newClient(t, atlas)
			start := time.Now()
			got := do(client, "POST", "http://localhost"+bucketsPath, awsBody)
			synctest.Wait()
			status := got[:min(3, len(got))]
			got += fmt.Sprintf(", %d made", len(atlas.ExportBuckets(projectID)))
			if took := time.Since(start); took > 0 {
				got += ", after " + took.String()
			}
			if got != want[preset.Name] {
				t.Errorf("%s: %s, want %s", preset.Name, got, want[preset.Name])
			}
			if recorded := atlas.Requests()[0].Status; recorded != 0 && fmt.Sprint(recorded) != status || recorded == 0 && status[0] < 'A' {
				t.Errorf("%s: status %d is recorded of %s", preset.Name, recorded, got)
			}
			if got := do(client, "POST", "http://localhost"+bucketsPath, awsBody); got != "200 bucket" {
				t.Errorf("the request after %s: %s", preset.Name, got)
			}
		})
		delete(want, preset.Name)
	}
	if len(want) > 0 {
		t.Errorf("there are no presets %v", want)
	}
}

func TestPresetsHaveNamesAndSentences(t *testing.T) {
	seen := map[string]bool{}
	for _, preset := range emulator.Presets() {
		if preset.Name == "" || seen[preset.Name] || strings.Trim(preset.Name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" ||
			preset.About == "" || strings.Contains(preset.Fault.Detail, "%") {
			t.Errorf("preset %+v", preset)
		}
		seen[preset.Name] = true
	}
	first, second := emulator.Presets(), emulator.Presets()
	if fmt.Sprint(first) != fmt.Sprint(second) {
		t.Error("their order is not stable")
	}
}

func TestPresetsOfWrongAnswersHaveTheNamesOfTheirValues(t *testing.T) {
	for _, preset := range emulator.Presets() {
		list, answer := preset.Fault.List, preset.Fault.Answer
		if list != "" && preset.Name != "list-"+list || answer != "" && preset.Name != answer && preset.Name != answer+"-bucket" {
			t.Errorf("preset %+v", preset)
		}
	}
}

func TestUnknownNonceIsAnsweredWithAFreshOne(t *testing.T) {
	atlas := newAtlasWithKey(t, "")
	addFaults(t, atlas, emulator.Fault{Status: 401})
	authorize := func(challenge string, count int) answer {
		return send(t, atlas, "GET", bucketsPath, "",
			withHeader("Authorization", digestOf(challenge, "public", "private", "GET", bucketsPath, count)))
	}
	fresh := authorize(challengeOf(t, atlas), 1).wantStatus(t, 401).header.Get("WWW-Authenticate")
	if !strings.HasSuffix(fresh, "stale=true") {
		t.Fatalf("challenge %s", fresh)
	}
	authorize(fresh, 1).wantStatus(t, 200)
}

func TestPresetOfAnUnknownTokenIsTheRecordedAnswer(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	setPreset(t, atlas, "401")
	send(t, atlas, "GET", bucketsPath, "").wantUnauthenticated(t)
}

func TestErrorsOfFaultsHaveAtlasShape(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	addFaults(t, atlas, emulator.Fault{Status: 409, Code: "SOME_CODE", Detail: "Some sentence.", Parameters: []any{"a", 7}, Times: 2})
	send(t, atlas, "GET", bucketsPath, "").wantError(t, 409, "SOME_CODE")
	send(t, atlas, "GET", bucketsPath, "").wantStatus(t, 409).wantObject(t,
		`{"error":409,"errorCode":"SOME_CODE","detail":"Some sentence.","parameters":["a",7],"reason":"Conflict"}`)
}

func TestResetIsHardOverTCP(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	server := httptest.NewServer(atlas)
	defer server.Close()
	addFaults(t, atlas, emulator.Fault{Break: emulator.Reset, Times: -1})
	r, err := http.NewRequest("POST", server.URL+bucketsPath, strings.NewReader(awsBody))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+ownerToken)
	answer, err := server.Client().Do(r)
	if err == nil {
		_ = answer.Body.Close()
	}
	if !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the client sees %v, want a reset", err)
	}
}

func TestResetAndSwitchEndAStreamOfHTTP2(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	server := httptest.NewUnstartedServer(atlas)
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	addFaults(t, atlas, emulator.Fault{Break: emulator.Reset, After: true}, emulator.Fault{Break: emulator.Switch})
	for _, want := range []string{"no answer", "no answer", "200 bucket"} {
		if got := do(server.Client(), "POST", server.URL+bucketsPath, awsBody); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if made := len(atlas.ExportBuckets(projectID)); made != 2 {
		t.Errorf("%d made, want 2", made)
	}
}

func TestSwitchedConnectionStaysOpenUntilFaultsAreCleared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlas(t, emulator.Options{})
		addFaults(t, atlas, emulator.Fault{Break: emulator.Switch})
		r, err := http.NewRequest("GET", "http://localhost"+bucketsPath, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+ownerToken)
		answer, err := newClient(t, atlas).Transport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = answer.Body.Close() }()
		if header := fmt.Sprint(answer.Status, answer.Header); header != "101 Switching Protocolsmap[Connection:[Upgrade] Upgrade:[websocket]]" {
			t.Errorf("got %s", header)
		}
		ended := make(chan error, 1)
		go func() {
			text, err := io.ReadAll(answer.Body)
			if len(text) > 0 {
				err = fmt.Errorf("%q was sent", text)
			}
			ended <- err
		}()
		if _, err := answer.Body.(io.Writer).Write([]byte("anything")); err != nil {
			t.Errorf("the client cannot write: %v", err)
		}
		time.Sleep(time.Hour)
		if len(ended) != 0 {
			t.Errorf("the connection has ended: %v", <-ended)
		}
		atlas.ClearFaults()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// A goroutine that is left fails the bubble.
func TestSwitchedConnectionEndsWithItsClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlas(t, emulator.Options{})
		addFaults(t, atlas, emulator.Fault{Break: emulator.Switch, After: true, Delay: time.Minute / 2, Times: -1})
		client := newClient(t, atlas)
		for made := range 3 {
			start := time.Now()
			if got := do(client, "POST", "http://localhost"+bucketsPath, awsBody); got != "101 Upgrade: websocket" || time.Since(start) != time.Minute/2 {
				t.Errorf("got %s after %s", got, time.Since(start))
			}
			if got := len(atlas.ExportBuckets(projectID)); got != made+1 {
				t.Errorf("%d made, want %d", got, made+1)
			}
		}
	})
}

func TestEchoShowsTheRequestLineAndAllHeaders(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	addFaults(t, atlas, emulator.Fault{Status: 400, Echo: true, RetryAfter: "7"})
	got := send(t, atlas, "POST", bucketsPath+"?pretty=true", awsBody, withHeader("X-Test", "<b>&")).wantStatus(t, 400)
	if !strings.HasPrefix(got.text, "<html>") || got.header.Get("Content-Type") != "text/html; charset=utf-8" || got.header.Get("Retry-After") != "7" {
		t.Errorf("%v, %s", got.header, got.text)
	}
	for _, want := range []string{
		"<pre>POST " + bucketsPath + "?pretty=true HTTP/1.1\r\n",
		"\nHost: example.com\r\n",
		"\nAuthorization: Bearer " + ownerToken + "\r\n",
		"\nAccept: application/vnd.atlas.2025-03-12+json\r\n",
		"\nX-Test: &lt;b&gt;&amp;\r\n",
	} {
		if !strings.Contains(got.text, want) {
			t.Errorf("no %q in %s", want, got.text)
		}
	}
	if strings.Contains(got.text, "test-bucket") {
		t.Errorf("the request's body is in %s", got.text)
	}
}

func TestDateIsShifted(t *testing.T) {
	for _, tc := range []struct {
		fault string // the rest of it
		got   string
		made  int
	}{
		{``, "200 bucket", 1},
		{`,"after":true`, "200 bucket", 1},
		{`,"delay":"10s"`, "200 bucket", 1},
		{`,"delay":"10s","after":true`, "200 bucket", 1},
		{`,"status":503`, "503 empty", 0},
		{`,"status":400,"echo":true`, "400 text/html", 0},
		{`,"status":503,"code":"X","after":true`, "503 X", 1},
		{`,"break":"cut","after":true`, "200 cut in half", 1},
		{`,"list":"repeats","after":true`, "200 bucket", 1},
		{`,"answer":"bare","after":true,"delay":"1s"`, "200 bucket", 1},
	} {
		for _, preset := range []string{"date-ahead", "date-behind"} {
			synctest.Test(t, func(t *testing.T) {
				atlas := newAtlas(t, emulator.Options{})
				fault, err := emulator.ParseFault([]byte(`{"preset":"` + preset + `"` + tc.fault + `}`))
				if err != nil {
					t.Fatal(err)
				}
				addFaults(t, atlas, fault)
				client := newClient(t, atlas)
				dates := &datesSeen{RoundTripper: client.Transport}
				client.Transport = dates
				for _, want := range []time.Duration{map[string]time.Duration{"date-ahead": 3 * time.Second, "date-behind": -time.Hour}[preset], 0} {
					if got := do(client, "POST", "http://localhost"+bucketsPath, awsBody); want != 0 && got != tc.got {
						t.Errorf("%s%s: %s, want %s", preset, tc.fault, got, tc.got)
					}
					if got := dates.shift(t); got != want {
						t.Errorf("%s%s: the Date is %s off, want %s", preset, tc.fault, got, want)
					}
				}
				if made := len(atlas.ExportBuckets(projectID)); made != tc.made+1 {
					t.Errorf("%s%s: %d made, want %d", preset, tc.fault, made, tc.made+1)
				}
			})
		}
	}
}

// datesSeen keeps the Date of the last answer.
type datesSeen struct {
	http.RoundTripper
	values []string
}

func (d *datesSeen) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := d.RoundTripper.RoundTrip(r)
	if err == nil {
		d.values = answer.Header.Values("Date")
	}
	return answer, err
}

// shift returns by how much the last Date is ahead of the present time.
func (d *datesSeen) shift(t *testing.T) time.Duration {
	t.Helper()
	if len(d.values) != 1 {
		t.Fatalf("the Dates are %q", d.values)
	}
	date, err := http.ParseTime(d.values[0])
	if err != nil {
		t.Fatal(err)
	}
	return time.Until(date)
}

func TestHostilePresetsAreHostile(t *testing.T) {
	for name, holds := range map[string]func(answer) bool{
		"400-echo": func(got answer) bool { return strings.Contains(got.text, ownerToken) },
		"long-title": func(got answer) bool {
			rest, ok := strings.CutPrefix(got.text, "<html>")
			return ok && len(rest) > 99_000 && strings.ReplaceAll(rest, "<title>", "") == ""
		},
		"wrong-types": func(got answer) bool {
			object := got.object(t)
			fields, isList := object["badRequestDetail"].([]any)
			return object["parameters"] == "x" && object["detail"] == 7.0 && isList && len(fields) == 0 && object["error"] == 400.0
		},
		"control-characters": func(got answer) bool {
			detail, _ := got.object(t)["detail"].(string)
			for _, control := range []string{"\x1b[31m", "\x1b]0;title\a", "\x00", "\u009b", "\u202e"} {
				if !strings.Contains(detail, control) || strings.Contains(got.text, control) {
					return false
				}
			}
			return true
		},
	} {
		atlas := newAtlas(t, emulator.Options{})
		setPreset(t, atlas, name)
		if got := send(t, atlas, "GET", bucketsPath, "").wantStatus(t, 400); !holds(got) {
			t.Errorf("%s: %.300s", name, got.text)
		}
	}
}

func TestCutAnswerWithoutBodyIsNotSent(t *testing.T) {
	atlas := newAtlas(t, emulator.Options{})
	id := create(t, atlas, awsBody)
	addFaults(t, atlas, emulator.Fault{Break: emulator.Cut, After: true})
	if got := do(newClient(t, atlas), "DELETE", "http://localhost"+bucketsPath+"/"+id, ""); got != "no answer" {
		t.Errorf("got %s", got)
	}
	if left := atlas.ExportBuckets(projectID); len(left) != 0 {
		t.Errorf("Atlas has %v", left)
	}
}

func TestHeldRequestsAreAnsweredWhenFaultsAreCleared(t *testing.T) {
	for _, after := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			atlas := newAtlas(t, emulator.Options{})
			addFaults(t, atlas, emulator.Fault{Break: emulator.Hold, After: after, Times: 2})
			client := newClient(t, atlas)
			answers := make(chan string, 2)
			for range 2 {
				go func() { answers <- do(client, "POST", "http://localhost"+bucketsPath, awsBody) }()
			}
			time.Sleep(30 * time.Second)
			want := map[bool]int{false: 0, true: 2}[after]
			if made := len(atlas.ExportBuckets(projectID)); made != want || len(answers) != 0 {
				t.Errorf("after %t: %d made, %d answers while held, want %d and none", after, made, len(answers), want)
			}
			atlas.ClearFaults()
			for range 2 {
				if got := <-answers; got != "200 bucket" {
					t.Errorf("after %t: released, it gets %s", after, got)
				}
			}
			if made := len(atlas.ExportBuckets(projectID)); made != 2 {
				t.Errorf("after %t: %d made, want 2", after, made)
			}
		})
	}
}

func TestHeldRequestIsNotCarriedOutAfterItsClientHasLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlas(t, emulator.Options{})
		addFaults(t, atlas, emulator.Fault{Break: emulator.Hold})
		large := strings.Repeat(" ", 500_000) + awsBody // must be read before a leaving client is noticed
		if got := do(newClient(t, atlas), "POST", "http://localhost"+bucketsPath, large); got != "time-out" {
			t.Fatalf("got %s", got)
		}
		synctest.Wait()
		atlas.ClearFaults()
		time.Sleep(time.Hour)
		if made := len(atlas.ExportBuckets(projectID)); made != 0 {
			t.Errorf("%d made, want none", made)
		}
	})
}

func TestLateAtlasActsAfterItsClientHasLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlas(t, emulator.Options{})
		addFaults(t, atlas, emulator.Fault{Delay: 90 * time.Second, Times: 2})
		client := newClient(t, atlas)
		made := func() int { return len(atlas.ExportBuckets(projectID)) }
		if got := do(client, "POST", "http://localhost"+bucketsPath, awsBody); got != "time-out" || made() != 0 {
			t.Errorf("got %s, %d made after a minute, want a time-out and none", got, made())
		}
		time.Sleep(30*time.Second - time.Nanosecond)
		if made() != 0 {
			t.Errorf("%d made before the delay is over", made())
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if made() != 1 || atlas.Requests()[0].Status != 0 {
			t.Errorf("%d made, status %d, want 1 and no status", made(), atlas.Requests()[0].Status)
		}
		// The test ends before this one's delay.
		do(client, "POST", "http://localhost"+bucketsPath, awsBody)
	})
}

func TestDelayComesBeforeAFailure(t *testing.T) {
	for _, after := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			atlas := newAtlas(t, emulator.Options{})
			addFaults(t, atlas,
				emulator.Fault{Status: 503, Delay: 5 * time.Second, After: after},
				emulator.Fault{Status: 503, Delay: 2 * time.Minute, After: after})
			client := newClient(t, atlas)
			start := time.Now()
			for _, want := range []string{"503 empty after 5s", "time-out after 1m5s"} {
				got := do(client, "POST", "http://localhost"+bucketsPath, awsBody)
				if got = fmt.Sprint(got, " after ", time.Since(start)); got != want {
					t.Errorf("after %t: %s, want %s", after, got, want)
				}
			}
			time.Sleep(time.Hour)
			want := map[bool]int{false: 0, true: 2}[after]
			if made := len(atlas.ExportBuckets(projectID)); made != want {
				t.Errorf("after %t: %d made, want %d", after, made, want)
			}
		})
	}
}

func TestAnswerAfterADelayShowsTheStateBeforeOrAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atlas := newAtlas(t, emulator.Options{})
		id := create(t, atlas, awsBody)
		addFaults(t, atlas, emulator.Fault{Delay: time.Second, After: true}, emulator.Fault{Delay: time.Second})
		for _, want := range []int{200, 404} {
			time.AfterFunc(time.Second/2, func() { atlas.RemoveExportBucket(projectID, id) })
			send(t, atlas, "GET", bucketsPath+"/"+id, "").wantStatus(t, want)
		}
	})
}
