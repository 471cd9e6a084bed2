package format

import (
	"net/url"
	"path"
	"strings"
)

// fileURI is a path as a URI: relative to where the tool ran, or absolute.
func fileURI(file string) string {
	file = strings.ReplaceAll(file, `\`, "/")
	if len(file) > 1 && file[1] == ':' { // a drive
		file = "/" + file
	}
	u := url.URL{Path: path.Clean(file)}
	if strings.HasPrefix(u.Path, "/") {
		u.Scheme = "file"
		return u.String()
	}
	return u.EscapedPath()
}
