package atlas

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	htmltemplate "html/template"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

// Credentials with characters that can be encoded in several ways.
const (
	secretToken  = "Zq7xK9vW-access+token/with=all&of<them>_\"quoted\"_and\\more~Yt4"
	secretOfSA   = "Bn5mR2cL-client+secret/with=all&of<them>_\"quoted\"_and\\more~Hj8"
	idOfSA       = "mdb_sa_id_+/=&"
	privateOfKey = "Wd3fG6hJ-private+key/with=all&of<them>_\"quoted\"_and\\more~Pk1"
)

// reflecting is a server that repeats the credentials that it was sent.
type reflecting struct {
	onToken bool                     // the token call's credential, and not that of the call itself
	say     func(sent string) string // the whole answer, headers included
	secrets []string                 // the secrets that it was sent
}

func (r *reflecting) answer(conn net.Conn, req *http.Request) {
	sent := req.Header.Get("Authorization")
	scheme, credential, _ := strings.Cut(sent, " ")
	switch {
	case scheme == "Basic" && !r.onToken:
		body, _ := json.Marshal(map[string]any{"access_token": secretToken, "token_type": "Bearer", "expires_in": 3600})
		writes(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body))(conn, req)
		return
	case scheme == "":
		writes("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\nContent-Length: 0\r\n\r\n")(conn, req)
		return
	case scheme == "Basic":
		pair, _ := base64.StdEncoding.DecodeString(credential)
		r.secrets = append(r.secrets, credential, string(pair))
		sent += " " + string(pair)
	case scheme == "Digest":
		r.secrets = append(r.secrets, digestResponse.FindStringSubmatch(sent)[1])
	default:
		r.secrets = append(r.secrets, credential)
	}
	// Some servers decode what they were sent before they repeat it.
	for _, secret := range []string{secretToken, secretOfSA, privateOfKey} {
		sent += " " + secret + " " + url.QueryEscape(secret) + " " + url.PathEscape(secret) + " " + base64.StdEncoding.EncodeToString([]byte(secret))
		r.secrets = append(r.secrets, secret, url.QueryEscape(secret), url.PathEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret)))
	}
	writes(r.say(sent))(conn, req)
}

func toJSON(content any) string {
	text, _ := json.Marshal(content)
	return string(text)
}

// asEscapes escapes every character of a text, which JSON allows.
func asEscapes(text string) string {
	var escapes strings.Builder
	for _, r := range text {
		fmt.Fprintf(&escapes, `\u%04x`, r)
	}
	return escapes.String()
}

// withEscapes escapes every character of a text but letters and digits.
func withEscapes(text string) string {
	return regexp.MustCompile(`[^\w ]`).ReplaceAllStringFunc(text, asEscapes)
}

func asEntities(text string) string {
	var entities strings.Builder
	for _, r := range text {
		fmt.Fprintf(&entities, `&#x%x;`, r)
	}
	return entities.String()
}

// spread puts an invisible character after each one.
func spread(text string) string {
	return strings.Join(strings.Split(text, ""), "\u200b")
}

func spreadInJSON(text string) string { return inJSON(spread(text)) }

// inJSON writes a text between the quotes of JSON.
func inJSON(text string) string {
	quoted := toJSON(text)
	return quoted[1 : len(quoted)-1]
}

func TestACredentialThatAServerRepeatsIsNeitherShownNorLogged(t *testing.T) {
	plain := func(text string) string { return text }
	inPHP := func(text string) string { return strings.ReplaceAll(inJSON(text), "/", `\/`) }
	for where, c := range map[string]struct {
		answer string // with REPEATED where it repeats what it was sent
		write  func(sent string) string
	}{
		"HTML":                      {"HTTP/1.1 403 Forbidden\r\n\r\n<html><body><h1>REPEATED", html.EscapeString},
		"HTML by a template":        {"HTTP/1.1 403 Forbidden\r\n\r\n<html><body><h1>REPEATED", htmltemplate.HTMLEscapeString},
		"HTML, all of it escaped":   {"HTTP/1.1 403 Forbidden\r\n\r\n<html><body><h1>REPEATED", asEntities},
		"text":                      {"HTTP/1.1 403 Forbidden\r\n\r\nYou sent REPEATED", plain},
		"text, spread":              {"HTTP/1.1 403 Forbidden\r\n\r\nYou sent REPEATED", spread},
		"text, quoted as in Go":     {"HTTP/1.1 403 Forbidden\r\n\r\nYou sent REPEATED", strconv.Quote},
		"text, a quarter of a MB":   {"HTTP/1.1 403 Forbidden\r\n\r\nYou sent REPEATED" + strings.Repeat(" x", maxErrorBody), plain},
		"text, a success":           {"HTTP/1.1 200 OK\r\n\r\nYou sent REPEATED", plain},
		"detail":                    {"HTTP/1.1 400 Bad Request\r\n\r\n" + `{"detail":"REPEATED"}`, inJSON},
		"detail, escaped":           {"HTTP/1.1 400 Bad Request\r\n\r\n" + `{"detail":"REPEATED"}`, withEscapes},
		"detail, all of it escaped": {"HTTP/1.1 400 Bad Request\r\n\r\n" + `{"detail":"REPEATED"}`, asEscapes},
		"detail, as in PHP":         {"HTTP/1.1 400 Bad Request\r\n\r\n" + `{"detail":"REPEATED"}`, inPHP},
		"detail, spread":            {"HTTP/1.1 400 Bad Request\r\n\r\n" + `{"detail":"REPEATED"}`, spreadInJSON},
		"detail, cut":               {"HTTP/1.1 400 Bad Request\r\nContent-Length: 100000\r\n\r\n" + `{"detail":"REPEATED"}`, inJSON},
		"detail, without an end":    {"HTTP/1.1 400 Bad Request\r\n\r\n" + `{"detail":"REPEATED`, withEscapes},
		"detail, no end, as in PHP": {"HTTP/1.1 400 Bad Request\r\n\r\n" + `{"detail":"REPEATED`, inPHP},
		"detail of a success":       {"HTTP/1.1 200 OK\r\n\r\n" + `{"detail":"REPEATED"}`, inJSON},
		"detail of a success, cut":  {"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + `{"detail":"REPEATED"}`, inJSON},
		"code":                      {"HTTP/1.1 400 Bad Request\r\n\r\n" + `{"errorCode":"REPEATED"}`, inJSON},
		"code of OAuth":             {"HTTP/1.1 400 Bad Request\r\n\r\n" + `{"error":"REPEATED","error_description":"REPEATED"}`, inJSON},
		"OAuth, a success":          {"HTTP/1.1 200 OK\r\n\r\n" + `{"error":"REPEATED","error_description":"REPEATED"}`, inJSON},
		"parameters":                {"HTTP/1.1 400 Bad Request\r\n\r\n" + `{"parameters":["REPEATED",["REPEATED"],{"REPEATED":"REPEATED"}]}`, inJSON},
		"parameters, spread":        {"HTTP/1.1 400 Bad Request\r\n\r\n" + `{"parameters":["REPEATED",["REPEATED"],{"REPEATED":"REPEATED"}]}`, spreadInJSON},
		"fields":                    {"HTTP/1.1 400 Bad Request\r\n\r\n" + `{"badRequestDetail":{"fields":[{"field":"REPEATED","description":"REPEATED"}]}}`, inJSON},
		"fields, spread":            {"HTTP/1.1 400 Bad Request\r\n\r\n" + `{"badRequestDetail":{"fields":[{"field":"REPEATED","description":"REPEATED"}]}}`, spreadInJSON},
		"names":                     {"HTTP/1.1 200 OK\r\n\r\n" + `{"REPEATED":{"REPEATED":["REPEATED"]}}`, inJSON},
		"names, spread":             {"HTTP/1.1 200 OK\r\n\r\n" + `{"REPEATED":{"REPEATED":["REPEATED"]}}`, spreadInJSON},
		"a number's place":          {"HTTP/1.1 200 OK\r\n\r\n" + `{"_id":7,"expires_in":"REPEATED"}`, inJSON},
		"X-Error-Code":              {"HTTP/1.1 400 Bad Request\r\nX-Error-Code: REPEATED\r\n\r\n", plain},
		"Location":                  {"HTTP/1.1 307 Temporary Redirect\r\nLocation: https://elsewhere.example.com/?REPEATED\r\n\r\n", plain},
		"Location, its host":        {"HTTP/1.1 307 Temporary Redirect\r\nLocation: https://REPEATED/\r\n\r\n", func(s string) string { return strings.Fields(s)[1] }},
		"Retry-After":               {"HTTP/1.1 503 Service Unavailable\r\nRetry-After: REPEATED\r\nDate: REPEATED\r\n\r\n", plain},
		"the first line":            {"REPEATED\r\n\r\n", plain},
		"the first line, cut":       {"REPEATED", plain},
		"the reason":                {"HTTP/1.1 400 REPEATED\r\n\r\n", plain},
		"the status":                {"HTTP/1.1 REPEATED OK\r\n\r\n", plain},
		"a header without a name":   {"HTTP/1.1 200 OK\r\nREPEATED\r\n\r\n", plain},
		"a length":                  {"HTTP/1.1 200 OK\r\nContent-Length: REPEATED\r\n\r\n", plain},
		"an encoding":               {"HTTP/1.1 200 OK\r\nTransfer-Encoding: REPEATED\r\n\r\n", plain},
		"a chunk":                   {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nREPEATED\r\n", plain},
	} {
		for name, asked := range map[string]struct {
			credentials Credentials
			onToken     bool
		}{
			"access token":               {AccessToken(secretToken), false},
			"service account, the call":  {ServiceAccount{ClientID: idOfSA, ClientSecret: secretOfSA}, false},
			"service account, its token": {ServiceAccount{ClientID: idOfSA, ClientSecret: secretOfSA}, true},
			"API key":                    {APIKey{PublicKey: "public", PrivateKey: privateOfKey}, false},
		} {
			for _, level := range []Log{LogRequests, LogBodies} {
				t.Run(fmt.Sprintf("%s, %s, log %d", where, name, level), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						reflects := &reflecting{onToken: asked.onToken, say: func(sent string) string { return strings.ReplaceAll(c.answer, "REPEATED", c.write(sent)) }}
						s := newServer(t, reflects.answer)
						asking := client(t, s.pool, asked.credentials, level)
						// A pool knows the secrets of all its clients.
						for _, credentials := range []Credentials{AccessToken(secretToken), ServiceAccount{ClientID: idOfSA, ClientSecret: secretOfSA}, APIKey{PrivateKey: privateOfKey}} {
							client(t, s.pool, credentials, level)
						}
						var log bytes.Buffer
						err := get(tflogtest.RootLogger(t.Context(), &log), asking, time.Second)
						if err == nil || len(reflects.secrets) == 0 || log.Len() == 0 {
							t.Fatalf("sent %q, logged %q: %v", reflects.secrets, log.String(), err)
						}
						requireNoSecret(t, shownOf(err), reflects.secrets)
						requireNoSecret(t, log.String(), reflects.secrets)
					})
				})
			}
		}
	}
}

// shownOf is every text of an error.
func shownOf(err error) string {
	text := err.Error()
	if e, ok := errors.AsType[*Error](err); ok {
		text += fmt.Sprintf(" %q %q %#v %#v %s", e.Code, e.Detail, e.Parameters, e.Fields, e.Where())
		if e.Cause != nil {
			text += e.Cause.Error()
		}
	}
	return text
}

// requireNoSecret fails the test if a text has the beginning or the end of a secret, in any
// encoding.
func requireNoSecret(t *testing.T, text string, secrets []string) {
	t.Helper()
	for _, reading := range []string{text, unescaped(text), oneLine(unescaped(unescaped(text))), strings.ReplaceAll(text, `\`, "")} {
		for _, secret := range secrets {
			if strings.Contains(reading, secret[:8]) || strings.Contains(reading, secret[len(secret)-8:]) {
				t.Fatalf("%q is in:\n%s", secret, text)
			}
		}
	}
}

// Secrets are removed before a text is cut.
func TestNoPartOfASecretIsLeftWhereATextIsCut(t *testing.T) {
	secret := strings.ReplaceAll(secretToken, " ", "")
	filler := func(n int) string { return strings.Repeat("!", n) }
	hidden := func(n int) string { return "<title>" + filler(n-len("<title></title>")) + "</title>" }
	for around := -len(secret) - 20; around <= 20; around++ {
		for name, body := range map[string]string{
			"the line":        filler(200+around) + secret + " more",
			"the page":        strings.Repeat("<b>", 100) + hidden(maxPage-300+around) + secret + " more",
			"the page, named": hidden(maxPage+around) + html.EscapeString(secret) + " more",
			"the detail":      toJSON(map[string]any{"detail": filler(maxText+around) + secret + " more"}),
			"a parameter":     toJSON(map[string]any{"parameters": []any{filler(maxText+around) + secret}}),
			"a field":         toJSON(map[string]any{"badRequestDetail": map[string]any{"fields": []any{map[string]any{"field": filler(maxText+around) + secret}}}}),
		} {
			var e Error
			e.decode(&answer{status: http.StatusBadRequest, text: []byte(body), secret: mask{secret}})
			requireNoSecret(t, name+": "+shownOf(&e), []string{secret})
			requireNoSecret(t, name+": "+redacted([]byte(body), mask{secret}), []string{secret})
		}
	}
}

func TestShortValuesAreNotSecrets(t *testing.T) {
	var s secrets
	s.add("", "on", "short", "longer")
	if got := s.with("Bearer x").text("on a short day, no longer"); got != "on a short day, no (redacted)" {
		t.Errorf("got %q", got)
	}
}

// A bucket may have the name of a secret.
func TestASuccessIsDecodedUnchanged(t *testing.T) {
	pool := NewPool(responds(200, bodyOf(bucketJSON)))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	bucket, err := client(t, pool, AccessToken("snapshots"), LogNothing).GetExportBucket(ctx, someProject, someBucket, "")
	if err != nil || bucket.BucketName != "snapshots" {
		t.Errorf("got %+v, %v", bucket, err)
	}
}

// In HTTP/2 the error that ends a connection has a text from the server.
func TestTheErrorThatEndsAnAnswerIsShownWithoutSecrets(t *testing.T) {
	text := fmt.Sprintf("http2: server sent GOAWAY and closed the connection; debug=\"Bearer %s \x1b[31m\u202e https://a:b@c/?sig=d\"", secretToken)
	for name, transport := range map[string]handler{
		"before it": func(*http.Request) (*http.Response, error) { return nil, errors.New(text) },
		"within it": responds(200, func() io.ReadCloser { return io.NopCloser(iotest.ErrReader(errors.New(text))) }),
		"within an error": responds(500, func() io.ReadCloser {
			return io.NopCloser(io.MultiReader(strings.NewReader("{"), iotest.ErrReader(errors.New(text))))
		}),
	} {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			err := get(tflogtest.RootLogger(t.Context(), &log), client(t, NewPool(transport), AccessToken(secretToken), LogBodies), time.Second)
			if err == nil || !strings.Contains(err.Error(), "GOAWAY") {
				t.Errorf("%s: got %v", name, err)
			}
			for _, text := range []string{shownOf(err), log.String()} {
				requireNoSecret(t, text, []string{secretToken})
				if strings.ContainsAny(text, "\x1b\u202e") || strings.Contains(text, "a:b") || strings.Contains(text, "sig=") {
					t.Errorf("%s: %q", name, text)
				}
			}
		})
	}
}

// The last call of a process sends the account's secret and a token, and its error is printed.
func TestACredentialThatARevocationRepeatsIsNotShown(t *testing.T) {
	for _, status := range []string{"200 OK", "400 Bad Request", "307 Temporary Redirect"} {
		synctest.Test(t, func(t *testing.T) {
			var sent []string
			s := newServer(t, func(conn net.Conn, req *http.Request) {
				switch req.URL.Path {
				case "/api/oauth/token":
					body := `{"access_token":` + toJSON(secretToken) + `,"token_type":"Bearer","expires_in":3600}`
					writes(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body))(conn, req)
				case "/api/oauth/revoke":
					sent = append(sent, req.Header.Get("Authorization"))
					repeated := req.Header.Get("Authorization") + " " + secretToken + " " + url.QueryEscape(secretToken)
					writes("HTTP/1.1 "+status+"\r\nLocation: https://elsewhere.example.com/?"+repeated+"\r\n\r\n<h1>"+html.EscapeString(repeated))(conn, req)
				default:
					writes("HTTP/1.1 200 OK\r\n\r\n"+bucketJSON)(conn, req)
				}
			})
			if err := get(t.Context(), client(t, s.pool, ServiceAccount{ClientID: idOfSA, ClientSecret: secretOfSA}, LogNothing), time.Minute); err != nil {
				t.Fatal(err)
			}
			err := s.pool.Close(t.Context())
			if (err == nil) != (status == "200 OK") || len(sent) != 1 {
				t.Fatalf("%s: %d requests, %v", status, len(sent), err)
			}
			if err != nil {
				requireNoSecret(t, shownOf(err), []string{secretToken, secretOfSA, strings.TrimPrefix(sent[0], "Basic ")})
			}
		})
	}
}
