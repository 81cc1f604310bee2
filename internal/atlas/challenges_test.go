package atlas

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode"
)

func TestChallengesAreSplit(t *testing.T) {
	for header, want := range map[string][]string{
		``:                       nil,
		` , ,`:                   nil,
		`Basic`:                  {`Basic`},
		`Basic realm="x"`:        {`Basic realm="x"`},
		`Negotiate, NTLM`:        {`Negotiate`, `NTLM`},
		`Negotiate YWJj==, NTLM`: {`Negotiate YWJj==`, `NTLM`},
		`Basic realm="x", Digest realm="y", nonce="n"`:                    {`Basic realm="x"`, `Digest realm="y", nonce="n"`},
		`Digest realm="y", nonce="n", Basic realm="x"`:                    {`Digest realm="y", nonce="n"`, `Basic realm="x"`},
		`digest realm="y",nonce="n",qop="auth,auth-int"`:                  {`digest realm="y", nonce="n", qop="auth,auth-int"`},
		`Basic realm="a, Digest nonce=b", Digest nonce="n"`:               {`Basic realm="a, Digest nonce=b"`, `Digest nonce="n"`},
		`Basic realm="a \", Digest nonce=b", Digest nonce="n"`:            {`Basic realm="a \", Digest nonce=b"`, `Digest nonce="n"`},
		`Basic realm="a\\", Digest nonce="n"`:                             {`Basic realm="a\\"`, `Digest nonce="n"`},
		`Bearer realm="x", error="e", scope="a=b, c", Digest nonce = "n"`: {`Bearer realm="x", error="e", scope="a=b, c"`, `Digest nonce = "n"`},
		`Digest realm="y" ,, nonce = "n",`:                                {`Digest realm="y", nonce = "n"`},
		`realm="y", nonce="n"`:                                            {`realm="y", nonce="n"`},
		`Digest realm="never closed, Basic`:                               {`Digest realm="never closed, Basic`},
		`Digest realm="x\`:                                                {`Digest realm="x\`},
		`Digest realm="x", nonce=`:                                        {`Digest realm="x", nonce=`},
	} {
		if got := splitChallenges(header); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
}

func TestTheChallengeThatCanBeAnsweredIsFound(t *testing.T) {
	const answerable = `realm="MMS Public API", nonce="the-nonce", algorithm=MD5, qop="auth"`
	for name, headers := range map[string][]string{
		"alone":                       {`Digest ` + answerable},
		"behind Basic":                {`Basic realm="x, y", Digest ` + answerable},
		"before Basic":                {`Digest ` + answerable + `, Basic realm="x"`},
		"between others":              {`Negotiate, Digest ` + answerable + `, NTLM`},
		"in the second header":        {`Basic realm="x"`, `Digest ` + answerable},
		"in the first header":         {`Digest ` + answerable, `Basic realm="x"`},
		"lower case":                  {`basic realm="x", digest ` + answerable},
		"upper case":                  {`DIGEST ` + answerable},
		"spaces":                      {`  Digest   realm = "MMS Public API" ,nonce= "the-nonce",  algorithm=MD5`},
		"after one of another kind":   {`Digest realm="x", nonce="no", algorithm=MD5-sess, qop="auth", Digest ` + answerable},
		"after those that are broken": {`Digest realm="no nonce", Digest nonce, Digest nonce="no" junk, Digest ` + answerable},
		"without qop":                 {`Digest realm="MMS Public API", nonce="the-nonce"`},
	} {
		header := http.Header{}
		for _, text := range headers {
			header.Add("WWW-Authenticate", text)
		}
		n := challengeIn(&answer{status: http.StatusUnauthorized, header: header})
		if n == nil || n.challenge.Nonce != "the-nonce" || n.challenge.Realm != "MMS Public API" {
			t.Errorf("%s: %+v", name, n)
		}
	}
}

// A header may have 100,000 parts.
func TestChallengesAreSplitInLinearMemory(t *testing.T) {
	for _, part := range []string{"a=,", "a,", `"a",`, "a=b c=d,", ","} {
		header := strings.Repeat(part, maxHeader/len(part))
		if memory := allocated(func() { splitChallenges(header) }); memory > 200*maxHeader {
			t.Errorf("%q: %d MiB for a header of %d KiB", part, memory>>20, len(header)>>10)
		}
	}
}

func FuzzSplitChallenges(f *testing.F) {
	for _, seed := range []string{
		"", ",", `Basic realm="x", Digest realm="y", nonce="n"`, `Digest realm="a\", b", qop="auth,auth-int"`, `"`, `\`, `a="\`, "Negotiate YWJj==, NTLM", "a b=c, d=e",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		challenges := splitChallenges(header)
		for _, challenge := range challenges {
			if challenge == "" || challenge != strings.TrimSpace(challenge) {
				t.Errorf("%q has the challenge %q", header, challenge)
			}
		}
		// Only the commas and spaces between the parts are removed, and nothing is added.
		without := func(text string) string { return strings.Map(dropSeparators, text) }
		if together := strings.Join(challenges, ","); without(together) != without(header) {
			t.Errorf("%q became %q", header, challenges)
		}
		// A challenge is the same alone in a header and behind another challenge.
		if again := splitChallenges("Basic, Basic realm=\"x\", " + strings.Join(challenges, ", ")); len(challenges) > 0 && !strings.Contains(challenges[0], "=") && !slices.Equal(again[2:], challenges) {
			t.Errorf("%q became %q, and then %q", header, challenges, again)
		}
		_ = challengeIn(&answer{status: http.StatusUnauthorized, header: http.Header{"Www-Authenticate": {header}}})
	})
}

func dropSeparators(r rune) rune {
	if r == ',' || unicode.IsSpace(r) {
		return -1
	}
	return r
}
