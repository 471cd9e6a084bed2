package reference

import (
	"strconv"
	"strings"
)

func isHostByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.'
}

// isHost reports a DNS name that is no number and no address.
func isHost(name string) bool {
	name = strings.TrimSuffix(name, ".")
	if len(name) > 253 {
		return false
	}
	letter := false
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		letter = letter || strings.Trim(label, "0123456789") != ""
	}
	return letter
}

// qualified reports a name with a dot: a Kubernetes name with its namespace, or one of
// elsewhere.
func qualified(name string) bool { return strings.Contains(strings.TrimSuffix(name, "."), ".") }

// split takes the port off a part of an authority.
func split(part string) (host string, port int32, ok bool) {
	host, digits, has := strings.Cut(part, ":")
	if has && digits != "" {
		n, err := strconv.ParseUint(digits, 10, 16)
		if err != nil || n == 0 {
			return "", 0, false
		}
		port = int32(n)
	}
	for i := range len(host) {
		if !isHostByte(host[i]) {
			return "", 0, false
		}
	}
	return host, port, isHost(host)
}

// portAt reads ":8080" at the beginning of a text, and how long it is; 0 where what
// follows the colon is no port, as in the tag of an image or the time of a day.
func portAt(rest string) (port int32, length int) {
	if !strings.HasPrefix(rest, ":") {
		return 0, 0
	}
	end := 1
	for end < len(rest) && rest[end] >= '0' && rest[end] <= '9' {
		end++
	}
	n, err := strconv.ParseUint(rest[1:end], 10, 16)
	if err != nil || n == 0 {
		return 0, 0
	}
	if end < len(rest) && (isHostByte(rest[end]) || strings.IndexByte(":@_", rest[end]) >= 0) {
		if rest[end] != '.' || end+1 < len(rest) && isHostByte(rest[end+1]) {
			return 0, 0
		}
	}
	return int32(n), end
}

func follows(text string, at int, c byte) bool { return at > 0 && text[at-1] == c }
