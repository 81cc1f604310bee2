package atlas

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestPrintableIsOneLineWithoutControlCharacters(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "",
		"So it is.":                      "So it is.",
		" two\r\n\tlines\u2028and more ": "two lines and more",
		"a\x1b[31mred\x1b[0m":            "a[31mred[0m",
		"a\x00b\x07c\x7fd":               "abcd",
		"a\u009b31mb\u0085c":             "a31mb c",
		"a\u202eb\u2066c\u2069d\u200fe":  "abcde",
		"a\u200bb\ufeffc\u00add":         "abcd",
		"a\xff\xfeb\ufffdc":              "abc",
		"größer, 東京, 🙂":                  "größer, 東京, 🙂",
		"\x1b]8;;https://elsewhere.example.com\x07here\x1b]8;;\x07": "]8;;https://elsewhere.example.comhere]8;;",
	} {
		if got := Printable(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestPrintableOfALongTextIsItsBeginning(t *testing.T) {
	for text, want := range map[string]string{
		strings.Repeat("x", 2048):              strings.Repeat("x", 2048),
		strings.Repeat("x", 2049):              strings.Repeat("x", 2048) + "… and 1 more characters",
		strings.Repeat("é", 2000):              strings.Repeat("é", 1024) + "… and 976 more characters",
		"x" + strings.Repeat("é", 2000):        "x" + strings.Repeat("é", 1023) + "… and 977 more characters",
		strings.Repeat("東", 700):               strings.Repeat("東", 682) + "… and 18 more characters",
		strings.Repeat("\u202e", 5000) + "end": "end",
		strings.Repeat("x", 1<<20):             strings.Repeat("x", 2048) + "… and 1046528 more characters",
	} {
		if got := Printable(text); got != want {
			t.Errorf("%d bytes: got %d, want %d: …%q", len(text), len(got), len(want), got[max(0, len(got)-40):])
		}
	}
}

// requirePrintable fails the test unless a text can be shown on a terminal.
func requirePrintable(t *testing.T, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("it is not UTF-8: %q", text)
	}
	if at := strings.IndexFunc(text, func(r rune) bool {
		return r != ' ' && (unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r))
	}); at >= 0 {
		t.Errorf("%q is in %q", []rune(text[at:])[0], text)
	}
}

func FuzzPrintable(f *testing.F) {
	for _, seed := range []string{"", "a\r\nb", "\x1b[31m", "\u009b\u202e\u2066\u200b\ufeff", "\xff\xfe", strings.Repeat("é", 1500), strings.Repeat("x", 2047) + "東", "\u2028\u2029\u00a0\u0085"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		shown := Printable(text)
		requirePrintable(t, shown)
		if len(shown) > maxText+len("… and 9999999999 more characters") || strings.Contains(shown, "  ") || strings.TrimSpace(shown) != shown {
			t.Errorf("%q became %q", text, shown)
		}
		if len(shown) <= maxText && Printable(shown) != shown {
			t.Errorf("%q became %q, and then %q", text, shown, Printable(shown))
		}
	})
}

func TestAddressesAreShownWithoutTheirUserAndTheirQuery(t *testing.T) {
	for text, want := range map[string]string{
		"See https://docs.example.com/a/b#anchor for more.":                   "See https://docs.example.com/a/b#anchor for more.",
		"The bucket s3://snapshots/folder, and gs://other.":                   "The bucket s3://snapshots/folder, and gs://other.",
		"at http://[::1]:8080/a/b":                                            "at http://[::1]:8080/a/b",
		"at http://host:8080/a/b@c":                                           "at http://host:8080/a/b@c",
		"No access to https://a.blob.core.windows.net/c?sv=1&sig=x%2By= now.": "No access to https://a.blob.core.windows.net/c (redacted) now.",
		"No access to https://me:pass@a.example.com/c?sig=x now.":             "No access to https://a.example.com/c (redacted) now.",
		"No access to https://me:pass@a.example.com now.":                     "No access to https://a.example.com (redacted) now.",
		"No access to (https://me:pa/ss?w#rd@a.example.com/c), sorry":         "No access to (https://a.example.com/c), (redacted) sorry",
		"HTTPS://ME:PASS@A.EXAMPLE.COM":                                       "HTTPS://A.EXAMPLE.COM (redacted)",
		`"https://a.example.com?x=1", 'https://b.example.com?x=1'`:            `"https://a.example.com (redacted)", 'https://b.example.com (redacted)'`,
		"mongodb+srv://me:pass@cluster.example.com/db?retryWrites=true":       "mongodb+srv://cluster.example.com/db (redacted)",
		"https://a.example.com/callback#access_token=x&state=y":               "https://a.example.com/callback (redacted)",
		"https://a.example.com/?":                                             "https://a.example.com/ (redacted)",
		"https://":                                                            "https://",
		"a://b c://d":                                                         "a://b c://d",
	} {
		if got := withoutQueries(text); got != want {
			t.Errorf("%s\nbecame %s\nand not %s", text, got, want)
		}
	}
}

func TestSecretsInSentencesAreNotLogged(t *testing.T) {
	const secret = "s3cret"
	for _, text := range []string{
		"apiKey=" + secret, "api_key: " + secret, "api-key = " + secret, "x-api-key: " + secret, "privateKey=" + secret, "private_key=" + secret,
		"sas=" + secret, "sig=" + secret, "sv=2024-01-01&sig=" + secret + "&se=2025", "pw=" + secret, "pwd:" + secret, "password=" + secret, "passwd=" + secret, "PASSWORD=" + secret,
		"token=" + secret, "access_token=" + secret, "accessToken: " + secret, "refresh_token=" + secret, "clientSecret=" + secret, "client_secret=" + secret, "secret=" + secret,
		"aws_secret_access_key=" + secret, "AccountName=a;AccountKey=" + secret + ";EndpointSuffix=b", "SharedAccessSignature=" + secret, "signature=" + secret, "credential=" + secret,
		`{"password":"` + secret + ` with more"}`, `{"password": '` + secret + ` with more'}`, `{\"password\":\"` + secret + `\"}`, `the token "` + `token": "` + secret + `"`,
		"sig%3D" + secret + "%26se%3D2025", "token%3a" + secret,
		"Authorization: " + secret, "Authorization: Basic " + secret, "authorization=Bearer " + secret, "Bearer " + secret + "-which-is-long-enough", "Basic " + secret + "AAAAAAAAAAAA==",
		"https://a.blob.core.windows.net/c?sv=1&sig=" + secret, "https://me:" + secret + "@a.example.com/?x", "https://me:" + secret + "/" + secret + "@a.example.com/c",
	} {
		for _, sentence := range []string{text, "It said (" + text + "), and no more.", "x " + text} {
			if got := withoutSecrets(sentence); strings.Contains(got, secret) || !strings.Contains(got, redactedText) {
				t.Errorf("%s\nbecame %s", sentence, got)
			}
		}
	}
}

func TestOrdinarySentencesAreLoggedUnchanged(t *testing.T) {
	for _, text := range []string{
		"Basic authentication is required.",
		"Bearer tokens are issued for an hour.",
		"Digest authentication failed for public key ownerkey.",
		"The token has expired, and the secret is not known.",
		"Password authentication is not enabled.",
		"Export Bucket name is invalid.",
		"No access to https://acmebackups.blob.core.windows.net/snapshots.",
		"The bucket s3://secret-token-password/api_key is not there.",
		"sigma=7, passage: 3, pwned=no, sassy: yes, tokenized: true",
		"arn:aws:iam::123456789012:role/secret",
		"Atlas cannot assume the specified role (668c5f0ed436263134491592).",
		"my-secret-bucket, token.bucket, password",
	} {
		if got := withoutSecrets(text); got != text {
			t.Errorf("%s\nbecame %s", text, got)
		}
	}
}
