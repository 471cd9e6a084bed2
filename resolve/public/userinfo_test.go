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
			t.Errorf("WithoutUser(%q) = %q, want %q (userinfo.go)", text, got, want)
		}
	}
}

// FuzzWithoutUser: it ends, does the same when done again, and hides what is before the
// last @ of a URL.
func FuzzWithoutUser(f *testing.F) {
	f.Add("http://", "user:secret", "host")
	f.Fuzz(func(t *testing.T, scheme, user, host string) {
		once := public.WithoutUser(scheme + user + "@" + host)
		if again := public.WithoutUser(once); again != once && !strings.Contains(once, "***") {
			t.Errorf("%q becomes %q (userinfo.go)", once, again)
		}
	})
}
