package public_test

import (
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve/public"
)

func TestWithoutUser(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"http://user:secret@host:80/x":                 "http://***@host:80/x",
		"get \"http://secret@host\": refused":          "get \"http://***@host\": refused",
		"http://user:sec/r?e#t@host/x":                 "http://***@host/x",
		"http://user:sec@ret@host":                     "http://***@host",
		"user:secret@host:5432/db":                     "***@host:5432/db",
		"user:secret@tcp(mysql:3306)/db":               "***@tcp(mysql:3306)/db",
		"jdbc:oracle:thin:user/secret@host:1521:x":     "***@host:1521:x",
		"postgres://u:secret@db, postgres://secret@db": "postgres://***@db, postgres://***@db",
		"us%65r%3Asecret%40host":                       "***@host",
		"http://user%3Asecret%40host":                  "http://***@host",
		"//user:secret@host":                           "//***@host",
		"git::https://u:secret@host/r?ref=1":           "git::https://***@host/r?ref=1",
		"mail to team@example.com":                     "mail to team@example.com",
		"registry/web:1@sha256:abc":                    "registry/web:1@sha256:abc",
		"git:HEAD@{1}:deploy":                          "git:HEAD@{1}:deploy",
		"spiffe://cluster.local/ns/a/sa/b":             "spiffe://cluster.local/ns/a/sa/b",
		"":                                             "",
	} {
		if got := public.WithoutUser(text); got != want {
			t.Errorf("WithoutUser(%q) = %q, want %q", text, got, want)
		}
	}
}

// FuzzWithoutUser: of a URL nothing stays that stands before its last @, whatever it is.
func FuzzWithoutUser(f *testing.F) {
	f.Add("user:secret", "host")
	f.Add("a@b/c?d#e(f)%40g", "[::1]:80/x")
	f.Fuzz(func(t *testing.T, user, host string) {
		word := func(text string) string {
			return strings.Map(func(r rune) rune {
				if r <= ' ' || strings.ContainsRune("\"'`<>", r) {
					return -1
				}
				return r
			}, text)
		}
		user, host = word(user), strings.NewReplacer("@", "", "%", "").Replace(word(host))
		if got, want := public.WithoutUser("see \"http://"+user+"@"+host+"\""), "see \"http://***@"+host+"\""; got != want {
			t.Errorf("of the login %q stays %q, want %q", user, got, want)
		}
	})
}
