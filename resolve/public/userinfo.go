package public

import "strings"

// hiddenUser is in the place of who logs in.
const hiddenUser = "***"

// WithoutUser is a text without the user information of its URLs, well formed or not:
// "http://user:password@host", and "user:password@host" without a scheme. A mail address is
// none. What looks like it is hidden too: it is shown nowhere for its own sake.
func WithoutUser(text string) string {
	if !strings.Contains(text, "@") && !strings.Contains(text, "%40") {
		return text
	}
	return eachWord(text, endsURL, func(word string) string {
		if i := strings.Index(word, "//"); i >= 0 {
			if at, length := lastAt(word); at > i {
				return word[:i+2] + hiddenUser + "@" + word[at+length:]
			}
		}
		return eachWord(word, endsName, anonymous)
	})
}

// eachWord replaces what stands between delimiters.
func eachWord(text string, delimits func(rune) bool, replace func(word string) string) string {
	var b strings.Builder
	for len(text) > 0 {
		end := strings.IndexFunc(text, delimits)
		if end < 0 {
			end = len(text)
		}
		b.WriteString(replace(text[:end]))
		text = text[end:]
		rest := strings.TrimLeftFunc(text, delimits)
		b.WriteString(text[:len(text)-len(rest)])
		text = rest
	}
	return b.String()
}

// endsURL reports what ends a URL in a text, endsName what ends a name: a URL that is not
// well formed may have brackets in its password.
func endsURL(r rune) bool  { return r <= ' ' || strings.ContainsRune("\"'`<>", r) }
func endsName(r rune) bool { return endsURL(r) || strings.ContainsRune(",;(){}[]|", r) }

// lastAt is where the last @ of a word is, and how long: it may be percent-encoded.
func lastAt(word string) (at, length int) {
	at, length = strings.LastIndexByte(word, '@'), 1
	if encoded := strings.LastIndex(word, "%40"); encoded > at {
		return encoded, len("%40")
	}
	return at, length
}

// anonymous hides who logs in, in a word without slashes.
func anonymous(word string) string {
	at, length := lastAt(word)
	if at < 0 {
		return word
	}
	before, host := word[:at], word[at+length:]
	digest := strings.HasPrefix(host, "sha256:") || strings.HasPrefix(host, "sha512:")
	named := strings.Contains(before, ":") || strings.Contains(before, "%3A") || strings.Contains(before, "%3a")
	if !named || digest || host == "" {
		return word
	}
	return hiddenUser + "@" + host
}
