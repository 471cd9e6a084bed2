package deploy

import (
	"net/url"
	"path"
	"strings"
)

// Files are those of a repository, by their paths from its top, with slashes.
type Files interface {
	// Names are the paths of all files, sorted.
	Names() []string
	// Text is the text of a file; ok is false where there is none.
	Text(name string) (text []byte, ok bool)
}

// SameRepository reports whether two addresses are of one repository: by SSH or HTTP, with .git
// or without.
func SameRepository(a, b string) bool {
	a, b = plainAddress(a), plainAddress(b)
	return a != "" && a == b
}

// plainAddress is host/path of an address, in small letters.
func plainAddress(address string) string {
	address = strings.ToLower(strings.TrimSpace(address))
	if host, rest, ok := strings.Cut(address, ":"); ok && !strings.HasPrefix(rest, "//") && !strings.Contains(host, "/") {
		address = "ssh://" + host + "/" + rest // git@host:path
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(strings.TrimSuffix(path.Clean(u.Hostname()+"/"+u.Path), "/"), ".git")
}
