package atlas_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

// getOnce reads a bucket and has no time for a second attempt.
func getOnce(t *testing.T, credentials atlas.Credentials, answer http.HandlerFunc) (err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_, err = newClient(t, atlas.NewPool(inProcess{answer}), "http://localhost", credentials).GetExportBucket(ctx, projectID, bucketID, "")
	})
	return err
}

func TestErrorKeepsItsStatusWhateverTheBodyIs(t *testing.T) {
	for name, c := range map[string]struct{ body, code, detail string }{
		"Atlas":        {`{"detail":"Export Bucket name is invalid.","error":400,"errorCode":"EXPORT_BUCKET_NAME_INVALID","parameters":null,"reason":"Bad Request"}`, "EXPORT_BUCKET_NAME_INVALID", "Export Bucket name is invalid."},
		"without code": {`{"detail":"A sentence."}`, "", "A sentence."},
		"empty":        {"", "", ""},
		"empty object": {"{}", "", "Bad Gateway"},
		"cut":          {`{"detail":"Export Buc`, "", `{"detail":"Export Buc`},
		"HTML":         {"<html>\n<head><title>502</title><style>b{}</style></head>\n<body><center><h1>502 Bad  Gateway</h1></center></body></html>", "", "502 Bad Gateway"},
		"text":         {"\n upstream connect error\nmore", "", "upstream connect error"},
		"long":         {strings.Repeat("é", 300), "", strings.Repeat("é", 200) + "…"},
		"binary":       {"\xff\xfe", "", ""},
		"a list":       {"[]", "", "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			err := getOnce(t, atlas.AccessToken("token"), func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusBadGateway)
				_, _ = w.Write([]byte(c.body))
			})
			var e *atlas.Error
			if !errors.As(err, &e) {
				t.Fatalf("got %#v", err)
			}
			if e.Status != http.StatusBadGateway || e.Code != c.code || e.Detail != c.detail {
				t.Errorf("got %d %q %q", e.Status, e.Code, e.Detail)
			}
		})
	}
}

func TestErrorNamesNeitherHostNorQuery(t *testing.T) {
	url := serve(t, http.NotFoundHandler())
	host := strings.TrimPrefix(url, "http://")
	client := newClient(t, atlas.NewPool(nil), url, atlas.AccessToken("token"))
	_, _, err := client.AllClusters(t.Context(), projectID)
	want := "404 page not found HTTP 404, GET /api/atlas/v2/groups/" + projectID + "/clusters"
	if err == nil || err.Error() != want || strings.Contains(err.Error(), host) {
		t.Errorf("got %q, want %q", err, want)
	}
}

func TestErrorOfNoAnswerHasACause(t *testing.T) {
	refusing := roundTripper(func(*http.Request) (*http.Response, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond) // no time for another attempt
	defer cancel()
	_, err := newClient(t, atlas.NewPool(refusing), "http://localhost", atlas.AccessToken("token")).GetExportBucket(ctx, projectID, bucketID, "")
	var e *atlas.Error
	if !errors.As(err, &e) || e.Status != 0 || e.Cause == nil || strings.Contains(err.Error(), "http://") {
		t.Errorf("got %#v", err)
	}
}

func TestAnswersThatCannotBeRightAreErrors(t *testing.T) {
	for name, body := range map[string]string{"cut": `{"_id":"65`, "no id": `{"bucketName":"snapshots"}`, "empty": "", "HTML": "<html>Sign in</html>"} {
		t.Run(name, func(t *testing.T) {
			err := getOnce(t, atlas.AccessToken("token"), func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
			var e *atlas.Error
			if !errors.As(err, &e) || e.Status != http.StatusOK || e.Cause == nil {
				t.Errorf("got %#v", err)
			}
		})
	}
}

// errorOf returns the error that an answer becomes.
func errorOf(t *testing.T, status int, header http.Header, body string) *atlas.Error {
	t.Helper()
	err := getOnce(t, atlas.AccessToken("the-access-token"), func(w http.ResponseWriter, _ *http.Request) {
		maps.Copy(w.Header(), header)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	})
	var e *atlas.Error
	if !errors.As(err, &e) || e.Status != status {
		t.Fatalf("%q became %#v", body, err)
	}
	return e
}

// A field with a wrong type is ignored; the others are not.
func TestErrorKeepsTheFieldsThatHaveTheRightType(t *testing.T) {
	const code, detail = "EXPORT_BUCKET_NAME_INVALID", "Export Bucket name is invalid."
	fields := []atlas.FieldViolation{{Field: "bucketName", Description: "too short"}}
	parameters := []any{"snapshots", 7.0}
	for name, c := range map[string]struct {
		body string
		want atlas.Error
	}{
		"nothing wrong": {`{"errorCode":"` + code + `","detail":"` + detail + `","parameters":["snapshots",7],"badRequestDetail":{"fields":[{"field":"bucketName","description":"too short"}]}}`,
			atlas.Error{Code: code, Detail: detail, Parameters: parameters, Fields: fields}},
		"parameters are a text":   {`{"errorCode":"` + code + `","detail":"` + detail + `","parameters":"x"}`, atlas.Error{Code: code, Detail: detail}},
		"parameters are null":     {`{"errorCode":"` + code + `","detail":"` + detail + `","parameters":null}`, atlas.Error{Code: code, Detail: detail}},
		"parameters are no texts": {`{"errorCode":"` + code + `","detail":"` + detail + `","parameters":[["x"],{"x":1},true,null,"x"]}`, atlas.Error{Code: code, Detail: detail, Parameters: []any{nil, nil, true, nil, "x"}}},
		"detail is a number":      {`{"errorCode":"` + code + `","detail":7,"parameters":["snapshots",7]}`, atlas.Error{Code: code, Detail: "Bad Request", Parameters: parameters}},
		"detail is an object":     {`{"errorCode":"` + code + `","detail":{"text":"x"}}`, atlas.Error{Code: code, Detail: "Bad Request"}},
		"badRequestDetail a list": {`{"badRequestDetail":[],"errorCode":"` + code + `","detail":"` + detail + `"}`, atlas.Error{Code: code, Detail: detail}},
		"fields are an object":    {`{"badRequestDetail":{"fields":{}},"errorCode":"` + code + `","detail":"` + detail + `"}`, atlas.Error{Code: code, Detail: detail}},
		"fields of a wrong type": {`{"badRequestDetail":{"fields":[7,null,"x",[],{},{"field":7,"description":"too short"},{"field":"bucketName","description":{}}]},"errorCode":"` + code + `"}`,
			atlas.Error{Code: code, Detail: "Bad Request", Fields: []atlas.FieldViolation{{Description: "too short"}, {Field: "bucketName"}}}},
		"errorCode is a number": {`{"errorCode":1,"detail":"` + detail + `","parameters":["snapshots",7]}`, atlas.Error{Detail: detail, Parameters: parameters}},
		"errorCode is null":     {`{"errorCode":null,"detail":"` + detail + `"}`, atlas.Error{Detail: detail}},
		"error is a number":     {`{"error":400,"reason":"Bad Request","errorCode":"` + code + `","detail":"` + detail + `"}`, atlas.Error{Code: code, Detail: detail}},
		"no OAuth":              {`{"error":400,"error_description":"ignored"}`, atlas.Error{Detail: "Bad Request"}},
		"error is an object":    {`{"error":{"code":1},"errorCode":"` + code + `","detail":"` + detail + `"}`, atlas.Error{Code: code, Detail: detail}},
		"a byte order mark":     {"\ufeff" + `{"errorCode":"` + code + `","detail":"` + detail + `"}`, atlas.Error{Code: code, Detail: detail}},
		"unknown fields":        {`{"new":[{"x":[1]}],"errorCode":"` + code + `","detail":"` + detail + `","newer":null}`, atlas.Error{Code: code, Detail: detail}},
		"spaces":                {" \n\t" + `{"errorCode":"` + code + `" , "detail":"` + detail + `"}` + "\n", atlas.Error{Code: code, Detail: detail}},
		"OAuth's form":          {`{"error":"invalid_client","error_description":"Wrong secret."}`, atlas.Error{Code: "invalid_client", Detail: "Wrong secret."}},
	} {
		t.Run(name, func(t *testing.T) {
			e := errorOf(t, http.StatusBadRequest, nil, c.body)
			if e.Code != c.want.Code || e.Detail != c.want.Detail || !reflect.DeepEqual(e.Parameters, c.want.Parameters) || !slices.Equal(e.Fields, c.want.Fields) {
				t.Errorf("got %q %q %#v %#v", e.Code, e.Detail, e.Parameters, e.Fields)
			}
		})
	}
}

func TestCodeIsReadFromTheHeaderWhenTheBodyHasNone(t *testing.T) {
	const code = "EXPORT_BUCKET_NOT_FOUND"
	for name, c := range map[string]struct{ header, body, want string }{
		"HTML":                   {code, "<html><h1>Not Found", code},
		"nothing":                {code, "", code},
		"JSON without errorCode": {code, `{"detail":"Not found."}`, code},
		"errorCode is a number":  {code, `{"errorCode":1}`, code},
		"errorCode is empty":     {code, `{"errorCode":""}`, code},
		"a list":                 {code, `[]`, code},
		"another code":           {code, `{"errorCode":"GROUP_NOT_FOUND"}`, "GROUP_NOT_FOUND"},
		"OAuth's code":           {code, `{"error":"invalid_client"}`, "invalid_client"},
		"no code":                {"", `{"detail":"Not found."}`, ""},
		"a proxy's number":       {"404", "<html><h1>Not Found", ""},
		"a proxy's text":         {"Not Found", "<html><h1>Not Found", ""},
		"lower case":             {"not_found", "<html><h1>Not Found", ""},
		"an escape sequence":     {"NOT_FOUND\x1b[31m", "<html><h1>Not Found", ""},
		"very long":              {strings.Repeat("A", 1<<16), "<html><h1>Not Found", ""},
	} {
		e := errorOf(t, http.StatusNotFound, http.Header{"X-Error-Code": {c.header}}, c.body)
		if e.Code != c.want || !atlas.IsNotFound(e) || atlas.HasCode(e, "GROUP_NOT_FOUND", code) != (c.want == code || c.want == "GROUP_NOT_FOUND") {
			t.Errorf("%s: code %q", name, e.Code)
		}
	}
}

func TestASuccessWithAByteOrderMarkIsRead(t *testing.T) {
	for name, credentials := range map[string]atlas.Credentials{"call": atlas.AccessToken("token"), "token": account} {
		synctest.Test(t, func(t *testing.T) {
			client := newClient(t, atlas.NewPool(inProcess{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body := wholeBucket
				if r.URL.Path == "/api/oauth/token" {
					w.Header().Set("Content-Type", "application/json")
					body = `{"access_token":"token","token_type":"Bearer","expires_in":3600}`
				}
				_, _ = w.Write([]byte("\ufeff" + body))
			})}), "http://localhost", credentials)
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			defer cancel()
			if _, err := client.GetExportBucket(ctx, projectID, bucketID, ""); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

// The answer to a token call says nothing about what the call asked for.
func TestErrorsOfTheTokenCallAreNotAnswersToTheCall(t *testing.T) {
	const body = `{"error":404,"errorCode":"EXPORT_BUCKET_NOT_FOUND","detail":"Not found."}`
	for path, answersCall := range map[string]bool{"/api/oauth/token": false, "/api/atlas/v2/groups/" + projectID + "/backup/exportBuckets/" + bucketID: true} {
		err := getOnce(t, account, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != path {
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write([]byte(`{"access_token":"token","token_type":"Bearer","expires_in":3600}`))
				return
			}
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(body))
		})
		var e *atlas.Error
		var failed *atlas.CallError
		if !errors.As(err, &e) || e.Path != path || e.Code != atlas.CodeExportBucketNotFound || !errors.As(err, &failed) || failed.Last != e || failed.Attempts != 1 {
			t.Fatalf("%s: got %#v", path, err)
		}
		if atlas.IsNotFound(err) != answersCall || atlas.HasCode(err, atlas.CodeExportBucketNotFound) != answersCall {
			t.Errorf("%s: IsNotFound %t, HasCode %t", path, atlas.IsNotFound(err), atlas.HasCode(err, atlas.CodeExportBucketNotFound))
		}
	}
}

// requireNoControls fails the test if an error has a character that controls a terminal.
func requireNoControls(t *testing.T, err error) {
	t.Helper()
	texts := []string{err.Error()}
	if e, ok := errors.AsType[*atlas.Error](err); ok {
		texts = append(texts, e.Code, e.Detail, e.Reason(), e.Where(), fmt.Sprint(e.Parameters...))
		for _, field := range e.Fields {
			texts = append(texts, field.Field, field.Description)
		}
	}
	for _, text := range texts {
		if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool {
			return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.IsSpace(r) && r != ' '
		}) {
			t.Errorf("%q", text)
		}
	}
}

func TestNothingInAnErrorControlsATerminal(t *testing.T) {
	const controls = "\x1b[31m\x00\x07\u009b31m\u202e\u2066\u200bshown\r\n\u2028"
	marshalled, _ := json.Marshal(controls)
	quoted := string(marshalled)
	for name, c := range map[string]struct {
		status int
		header http.Header
		body   string
	}{
		"detail":                    {400, nil, `{"detail":` + quoted + `}`},
		"code":                      {400, nil, `{"errorCode":` + quoted + `}`},
		"OAuth":                     {400, nil, `{"error":` + quoted + `,"error_description":` + quoted + `}`},
		"fields":                    {400, nil, `{"badRequestDetail":{"fields":[{"field":` + quoted + `,"description":` + quoted + `}]}}`},
		"parameters":                {403, nil, `{"errorCode":"IP_ADDRESS_NOT_ON_ACCESS_LIST","parameters":[` + quoted + `,[` + quoted + `],{` + quoted + `:` + quoted + `}]}`},
		"HTML":                      {502, nil, "<html><title>" + controls + "</title><h1>" + controls + "</h1>"},
		"text":                      {502, nil, controls},
		"what HTML escapes":         {502, nil, "<h1>&#27;[31m&#x9b;31m&#x202e;&#7;&#0;shown"},
		"what JSON escapes, cut":    {502, nil, `{"detail":"\u001b[31m\u009b31m\u202e\u0007\u0000shown`},
		"bytes that are not UTF-8":  {502, nil, "\xff\x9b\xfeshown"},
		"the header's code":         {400, http.Header{"X-Error-Code": {"CODE\x1b[31m"}}, `{"detail":"shown"}`},
		"the redirect's host":       {307, http.Header{"Location": {"https://shown\u202e\u009b.example.com/"}}, ""},
		"the redirect's port":       {307, http.Header{"Location": {"https://shown.example.com:\x1b[31m/"}}, "shown"},
		"an unusable answer":        {200, nil, `{"_id":` + quoted + `}`},
		"an answer that is text":    {200, nil, controls},
		"an answer of another type": {200, nil, `{"_id":[` + quoted + `]}`},
	} {
		t.Run(name, func(t *testing.T) {
			e := errorOf(t, c.status, c.header, c.body)
			requireNoControls(t, e)
			if !strings.Contains(fmt.Sprint(e.Error(), e.Code, e.Detail, e.Parameters, e.Fields), "shown") && c.status != 200 && c.header == nil {
				t.Errorf("it shows nothing: %#v", e)
			}
		})
	}
	for _, cause := range []error{errors.New("net/http: " + controls), &net.OpError{Op: "dial", Err: errors.New(controls)}, &net.DNSError{Err: "no such host", Name: controls}} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			defer cancel()
			failing := roundTripper(func(*http.Request) (*http.Response, error) { return nil, cause })
			_, err := newClient(t, atlas.NewPool(failing), "http://localhost", atlas.AccessToken("token")).GetExportBucket(ctx, projectID, bucketID, "")
			requireNoControls(t, err)
			if !strings.Contains(err.Error(), "shown") || !errors.Is(err, cause) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestALongErrorIsShortened(t *testing.T) {
	long := strings.Repeat("x", 3000)
	var violations []string
	for n := range 1000 {
		violations = append(violations, fmt.Sprintf(`{"field":"field%d","description":"%s"}`, n, strings.Repeat("y", 100)), `{}`)
	}
	cut := strings.Repeat("x", 2048) + "… and 952 more characters"
	e := errorOf(t, http.StatusBadRequest, nil, `{"errorCode":"`+long+`","detail":"`+long+`","parameters":["`+long+`"`+strings.Repeat(",1", 1000)+`],"badRequestDetail":{"fields":[{"field":"`+long+`","description":"`+long+`"},`+strings.Join(violations, ",")+`]}}`)
	if e.Detail != cut || e.Code != cut || len(e.Parameters) != 20 || e.Parameters[0] != cut || len(e.Fields) != 20 || e.MoreFields != 981 {
		t.Errorf("%d characters of detail, %d of code, %d parameters, %d fields and %d more", len(e.Detail), len(e.Code), len(e.Parameters), len(e.Fields), e.MoreFields)
	}
	if e.Fields[0] != (atlas.FieldViolation{Field: cut, Description: cut}) || e.Fields[19].Field != "field18" {
		t.Errorf("the fields %v", e.Fields)
	}
	if e := errorOf(t, http.StatusFound, http.Header{"Location": {"https://" + strings.Repeat("x", 100_000) + ".example.com/"}}, ""); len(e.Error()) > 3000 || !strings.Contains(e.Error(), "xxx… and ") {
		t.Errorf("%d bytes about a redirect: %.100q", len(e.Error()), e.Error())
	}
	if e := errorOf(t, http.StatusBadRequest, nil, `{"badRequestDetail":{"fields":[`+strings.Repeat(`{"field":"x"},`, 19)+`{"field":"x"}]}}`); len(e.Fields) != 20 || e.MoreFields != 0 {
		t.Errorf("%d fields and %d more, want 20 and none", len(e.Fields), e.MoreFields)
	}
}

func FuzzErrorBody(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "[]", "null", `{"error":"x"}`, `{"parameters":{"a":1}}`, `{"badRequestDetail":{"fields":[{"field":1}]}}`, "<html", "<title>", "<style>x", "\x00\xff",
		`{"detail":"\u001b[31m\u202e"}`, `{"parameters":[["\u009b"]]}`, "<h1>&#27;&#x202e;</h1>", "\ufeff{\"errorCode\":\"X\"}", `{"detail":"you sent the-access-\u0074oken"}`, "the-access-\u200btoken",
		"<p>the-access-&#116;oken", `{"detail":"https://a:b@c/?d=e`, strings.Repeat("x ", 3000),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, status := range []int{http.StatusBadRequest, http.StatusOK} {
			err := getOnce(t, atlas.AccessToken("the-access-token"), func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(status)
				_, _ = w.Write([]byte(text))
			})
			var e *atlas.Error
			if !errors.As(err, &e) || e.Status != status {
				t.Fatalf("%q became %#v", text, err)
			}
			requireNoControls(t, e)
			const most = 2048 + 100
			if len(e.Code) > most || len(e.Detail) > most || len(e.Error()) > 2*most || len(e.Fields) > 20 || len(e.Parameters) > 20 {
				t.Errorf("%q became %#v", text, e)
			}
			if strings.Contains(fmt.Sprint(e.Error(), e.Code, e.Detail, e.Parameters, e.Fields), "the-access-token") {
				t.Errorf("%q became %#v", text, e)
			}
		}
	})
}
