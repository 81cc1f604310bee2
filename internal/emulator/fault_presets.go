package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Preset is a fault with a name.
type Preset struct {
	Name  string // in kebab case
	About string // what the client gets
	Fault Fault  // of the next request, whatever it is
}

// Presets returns what Atlas, a proxy and the network are known to do, always in the same
// order. Codes and sentences are documented or recorded ones, unless a comment says
// "unverified". Nothing has the ids in them. The presets of hostilePresets and
// answerPresets were never recorded: a client must survive them.
func Presets() []Preset {
	return slices.Concat(undonePresets(), donePresets(), refusalPresets(), hostilePresets(), listPresets(), answerPresets())
}

// undonePresets are those in which Atlas does not act, or acts late.
func undonePresets() []Preset {
	limited := refusal(requestsLimited("/{path}"))
	return []Preset{
		{"429-retry-after", "429 RATE_LIMITED, with a Retry-After of 5 seconds", retryAfter(limited, "5")},
		// The rest of the sentence is unknown.
		{"429-parameters", "429 RATE_LIMITED_TOKEN_BUCKET without Retry-After, the 55 seconds in parameters[1]",
			refusal(newFailure(http.StatusTooManyRequests, "RATE_LIMITED_TOKEN_BUCKET", "Please retry after 55 seconds.",
				"{path}", 55, 10, 5, 60))},
		{"429", "429 RATE_LIMITED that does not say how long to wait; parameters[1] is a number of requests", limited},
		{"503-retry-after", "503 SERVICE_UNAVAILABLE, with a Retry-After of 5 seconds", retryAfter(unavailable(), "5")},
		{"503", "503 SERVICE_UNAVAILABLE", unavailable()},
		// The sentence is unverified.
		{"405-upgrade", "405 WRITES_NOT_ALLOWED_DURING_APP_UPGRADES", refusal(newFailure(http.StatusMethodNotAllowed,
			"WRITES_NOT_ALLOWED_DURING_APP_UPGRADES", "Writes are not allowed while Atlas is being upgraded."))},
		{"500", "500 UNEXPECTED_ERROR", unexpected()},
		{"501-html", "501 from a proxy, in HTML", htmlPage(http.StatusNotImplemented)},
		{"502-html", "502 from a proxy, in HTML", htmlPage(http.StatusBadGateway)},
		{"504-html", "504 from a proxy, in HTML", htmlPage(http.StatusGatewayTimeout)},
		{"html", "200 from a proxy, in HTML", htmlPage(http.StatusOK)},
		{"reset", "a connection that breaks", Fault{Break: Reset}},
		{"hold", "no answer, however long the client waits", Fault{Break: Hold}},
		{"101", "101 Switching Protocols, and then nothing, however long the client waits", Fault{Break: Switch}},
		{"slow", "the usual answer 5 seconds late, because Atlas acts late", Fault{Delay: 5 * time.Second}},
	}
}

// donePresets are those in which Atlas has acted.
func donePresets() []Preset {
	return []Preset{
		{"500-after", "500 UNEXPECTED_ERROR, though Atlas has acted", after(unexpected())},
		{"501-html-after", "501 from a proxy, in HTML, though Atlas has acted", after(htmlPage(http.StatusNotImplemented))},
		{"502-after", "502 from a proxy, in HTML, though Atlas has acted", after(htmlPage(http.StatusBadGateway))},
		{"503-after", "503 SERVICE_UNAVAILABLE, though Atlas has acted", after(unavailable())},
		{"504-after", "504 from a proxy, in HTML, though Atlas has acted", after(htmlPage(http.StatusGatewayTimeout))},
		{"403-html-after", "403 from a proxy, in HTML, though Atlas has acted", after(htmlPage(http.StatusForbidden))},
		{"redirect-after", "307 to another host, though Atlas has acted", after(redirect())},
		{"reset-after", "a connection that breaks when Atlas has acted", after(Fault{Break: Reset})},
		{"hold-after", "no answer, however long the client waits, though Atlas has acted", after(Fault{Break: Hold})},
		{"101-after", "101 Switching Protocols, and then nothing, however long the client waits, though Atlas has acted", after(Fault{Break: Switch})},
		{"slow-after", "the usual answer 5 seconds after Atlas has acted", after(Fault{Delay: 5 * time.Second})},
		{"cut-after", "Atlas' answer, which ends in the middle", after(Fault{Break: Cut})},
		{"html-after", "200 from a proxy, in HTML, though Atlas has acted", after(htmlPage(http.StatusOK))},
		{"half-json-after", "200 with half of a JSON object, though Atlas has acted", after(Fault{Status: http.StatusOK, Body: `{"_id":"64c0`})},
		{"empty-after", "200 without a body, though Atlas has acted", after(Fault{Status: http.StatusOK})},
	}
}

// refusalPresets are Atlas' refusals, whether there is a reason for them or not, and those
// of a proxy.
func refusalPresets() []Preset {
	tokenLimit, _ := json.Marshal(tooManyTokens) // two strings always encode
	credential := []Preset{
		{"401", "401 to a token, or a nonce of HTTP Digest, that Atlas no longer knows", refusal(unauthenticated())},
		{"user-unauthorized", "401 USER_UNAUTHORIZED", refusal(userUnauthorized())},
		{"address-not-on-access-list", "403 IP_ADDRESS_NOT_ON_ACCESS_LIST", refusal(addressNotOnAccessList("185.199.111.133"))},
		{"token-limit", "403 access_denied, for a token call", Fault{Status: http.StatusForbidden, Body: string(tokenLimit)}},
	}
	place := []Preset{
		{"group-not-found", "404 GROUP_NOT_FOUND", refusal(groupNotFound("64c0ffee00000000000000dd"))},
		{"resource-not-found", "404 RESOURCE_NOT_FOUND, as for a wrong URL", refusal(resourceNotFound("/api/atlas/v2/"))},
		{"403-html", "403 from a proxy, in HTML", htmlPage(http.StatusForbidden)},
		{"404-html", "404 from a proxy, in HTML", htmlPage(http.StatusNotFound)},
		{"407-html", "407 from a proxy, in HTML, with its Proxy-Authenticate", htmlPage(http.StatusProxyAuthRequired)},
		{"redirect", "307 to another host", redirect()},
	}
	return slices.Concat(credential, nounPresetsOf(func(p nounPresets) []Preset { return p.refusals }), place)
}

// hostilePresets are refusals that are hard to read, and must not be shown unchanged.
func hostilePresets() []Preset {
	badRequest := func(body string) Fault { return Fault{Status: http.StatusBadRequest, Body: body} }
	return []Preset{
		{"400-echo", "400 in HTML, with all headers of the request in it, the credential included", Fault{Status: http.StatusBadRequest, Echo: true}},
		{"long-title", "400 in HTML, with 100 kB of titles that do not end", badRequest("<html>" + strings.Repeat("<title>", 100_000/len("<title>")))},
		{"wrong-types", "400 INVALID_ATTRIBUTE, with detail, parameters and badRequestDetail of wrong types",
			badRequest(`{"detail":7,"error":400,"errorCode":"INVALID_ATTRIBUTE","parameters":"x","reason":"Bad Request","badRequestDetail":[]}`)},
		// Escaped, so that they become control characters only when they are decoded.
		{"control-characters", "400 INVALID_ATTRIBUTE, with control characters in detail",
			badRequest(`{"detail":"Invalid attribute \u001b[31mred\u001b[0m\u001b]0;title\u0007\u0000\u009b31m\u202especified.",` +
				`"error":400,"errorCode":"INVALID_ATTRIBUTE","parameters":[],"reason":"Bad Request"}`)},
	}
}

// listPresets are wrong pages of lists. Other answers stay as they are.
func listPresets() []Preset {
	return []Preset{
		{"list-next-elsewhere", "a page whose next link leads to another host", after(Fault{List: NextElsewhere})},
		{"list-repeats", "the first page, with a next link, whatever page was asked for", after(Fault{List: Repeats})},
		{"list-endless", "50 new items and a next link, whatever page was asked for", after(Fault{List: Endless})},
		{"list-truncated", "the first half of a page, without a next link", after(Fault{List: Truncated})},
		{"list-counts-too-few", "a page with a totalCount of 0", after(Fault{List: CountsTooFew})},
		{"list-counts-too-many", "a page with a totalCount of 1000000", after(Fault{List: CountsTooMany})},
	}
}

// answerPresets are Atlas' own answers with something wrong in them.
func answerPresets() []Preset {
	return slices.Concat(
		[]Preset{
			{"other-id", "Atlas' answer with another id, or another name", after(Fault{Answer: OtherID})},
			{"id-only", "Atlas' answer with nothing but its id", after(Fault{Answer: IDOnly})},
		},
		nounPresetsOf(func(p nounPresets) []Preset { return p.stale }),
		[]Preset{
			{"too-long", "Atlas' answer with 5 MiB more in it", after(Fault{Answer: TooLong})},
		},
		nounPresetsOf(func(p nounPresets) []Preset { return p.wrong }),
		[]Preset{
			{"byte-order-mark", "Atlas' answer after a byte order mark", after(Fault{Answer: ByteOrderMark})},
			{"date-ahead", "the usual answer, with a Date 3 seconds ahead", Fault{DateShift: 3 * time.Second}},
			{"date-behind", "the usual answer, with a Date an hour behind", Fault{DateShift: -time.Hour}},
		},
	)
}

func unexpected() Fault {
	return refusal(newFailure(http.StatusInternalServerError, "UNEXPECTED_ERROR", "Unexpected error."))
}

// unavailable: the sentence is unverified.
func unavailable() Fault {
	return refusal(newFailure(http.StatusServiceUnavailable, "SERVICE_UNAVAILABLE", "Service unavailable."))
}

func refusal(f *failure) Fault {
	return Fault{Status: f.Status, Code: f.Code, Detail: f.Detail, Parameters: f.Parameters}
}

// htmlPage is an answer such as a proxy writes.
func htmlPage(status int) Fault {
	text := fmt.Sprint(status, " ", http.StatusText(status))
	return Fault{Status: status, Body: "<html>\n<head><title>" + text + "</title></head>\n<body>\n<h1>" + text + "</h1>\n</body>\n</html>\n"}
}

func redirect() Fault {
	return Fault{Status: http.StatusTemporaryRedirect, Location: "https://elsewhere.invalid/"}
}

func retryAfter(f Fault, value string) Fault {
	f.RetryAfter = value
	return f
}

func after(f Fault) Fault {
	f.After = true
	return f
}

func findPreset(name string) (Preset, error) {
	var names []string
	for _, preset := range Presets() {
		if preset.Name == name {
			return preset, nil
		}
		names = append(names, preset.Name)
	}
	return Preset{}, fmt.Errorf("there is no preset %q; the presets are %s", name, strings.Join(names, ", "))
}
