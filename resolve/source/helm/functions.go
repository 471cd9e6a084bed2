package helm

import (
	"encoding/base64"
	"math/rand/v2"
	"regexp"
	"strings"
	"text/template"
	"time"

	"github.com/google/uuid"
)

// moment is what now says: the same chart renders to the same text tomorrow.
var moment = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

// certificate has the fields that templates ask of what the functions for certificates make.
type certificate struct{ Cert, Key string }

// placeholder is a certificate and a key that nobody made: they end in Secrets and webhooks,
// and no answer depends on them.
var placeholder = certificate{
	"-----BEGIN CERTIFICATE-----\nbXRsc2N0bA==\n-----END CERTIFICATE-----\n",
	"-----BEGIN PRIVATE KEY-----\nbXRsc2N0bA==\n-----END PRIVATE KEY-----\n",
}

// functions take the place of those of Helm that say something else at every call: chance has a
// fixed seed, time stands still, and keys are not made, which takes seconds.
func functions() template.FuncMap {
	chance := rand.New(rand.NewPCG(1, 2))
	word := func(alphabet string) func(int) string {
		return func(n int) string {
			var b strings.Builder
			for range n {
				b.WriteByte(alphabet[chance.IntN(len(alphabet))])
			}
			return b.String()
		}
	}
	made := func(...any) (certificate, error) { return placeholder, nil }
	const letters, digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	bytesOf := word(letters + digits)
	return template.FuncMap{
		"now":          func() time.Time { return moment },
		"randAlphaNum": word(letters + digits),
		"randAlpha":    word(letters),
		"randNumeric":  word(digits),
		"randAscii":    word(letters + digits + "-_.~"),
		"randBytes":    func(n int) (string, error) { return base64.StdEncoding.EncodeToString([]byte(bytesOf(n))), nil },
		"randInt":      func(least, most int) int { return least + chance.IntN(max(most-least, 1)) },
		"shuffle": func(text string) string {
			runes := []rune(text)
			chance.Shuffle(len(runes), func(i, j int) { runes[i], runes[j] = runes[j], runes[i] })
			return string(runes)
		},
		"uuidv4": func() string {
			id, err := uuid.NewRandomFromReader(strings.NewReader(bytesOf(16)))
			if err != nil {
				return ""
			}
			return id.String()
		},
		"bcrypt":                   func(string) string { return "$2a$10$" + bytesOf(53) },
		"htpasswd":                 func(user, _ string) string { return user + ":$2a$10$" + bytesOf(53) },
		"genPrivateKey":            func(string) string { return placeholder.Key },
		"genCA":                    made,
		"genCAWithKey":             made,
		"genSelfSignedCert":        made,
		"genSelfSignedCertWithKey": made,
		"genSignedCert":            made,
		"genSignedCertWithKey":     made,
		"buildCustomCert":          made,
	}
}

// functions are those of a release.
func (r *Release) functions() template.FuncMap {
	all := functions()
	if r.ApplicationSet {
		all["normalize"], all["slugify"] = normalize, slugify
	}
	return all
}

var (
	notInNames = regexp.MustCompile(`[^-a-z0-9.]`)
	notInSlugs = regexp.MustCompile(`[^a-z0-9]+`)
)

// normalize makes a name of an object of a text.
func normalize(text string) string {
	text = notInNames.ReplaceAllString(strings.ToLower(text), "-")
	const most = 253
	return strings.Trim(text[:min(len(text), most)], "-.")
}

// slugify makes a part of a name of a text; before that the most letters may stand, and whether the last
// word stays whole.
func slugify(words ...any) string {
	most := 50
	if len(words) > 1 {
		if n, ok := words[0].(int); ok {
			most = n
		}
	}
	text := ""
	if len(words) > 0 {
		text, _ = words[len(words)-1].(string)
	}
	text = strings.Trim(notInSlugs.ReplaceAllString(strings.ToLower(text), "-"), "-")
	return strings.Trim(text[:min(len(text), max(most, 0))], "-")
}
