package validation

import (
	"cmp"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// The functions below say what is wrong with a list of values of an
// AuthorizationPolicy, "" for nothing.

func hasEmpty(values []string) string { return firstBad(values, "a value is empty", isEmpty) }

func isEmpty(v string) bool { return v == "" }

func firstBad(values []string, why string, bad func(string) bool) string {
	for _, v := range values {
		if bad(v) {
			if v == "" {
				return "a value is empty"
			}
			return fmt.Sprintf("%s: %s", Quoted(v), why)
		}
	}
	return ""
}

func hasNoIP(values []string) string {
	return firstBad(values, "not an IP address or CIDR block", func(v string) bool {
		if strings.Contains(v, "/") {
			_, err := netip.ParsePrefix(v)
			return err != nil
		}
		return !isIP(v)
	})
}

func hasNoPort(values []string) string {
	return firstBad(values, "not a port number", func(v string) bool {
		n, err := strconv.ParseUint(v, 10, 32)
		return err != nil || n > 65535
	})
}

func hasBadWildcard(values []string) string {
	return firstBad(values, "* is allowed once, at the beginning or the end", func(v string) bool {
		n := strings.Count(v, "*")
		return v == "" || n > 1 || n == 1 && !strings.HasPrefix(v, "*") && !strings.HasSuffix(v, "*")
	})
}

func hasBadTrustDomain(values []string) string {
	return cmp.Or(hasBadWildcard(values), firstBad(values, "a trust domain has no /", func(v string) bool { return strings.Contains(v, "/") }))
}

func hasBadAccount(values []string) string {
	if len(values) > 16 {
		return "more than 16 values"
	}
	return firstBad(values, "a service account is name or namespace/name, without *", func(v string) bool {
		namespace, name, placed := strings.Cut(v, "/")
		return v == "" || strings.ContainsRune(v, '*') || strings.Contains(name, "/") || len(v) > 320 || placed && (namespace == "" || name == "")
	})
}

// hasBadPath checks paths, which may have {*} for a part and at last {**} for the rest.
func hasBadPath(values []string) string {
	return firstBad(values, "a path can have {*} as a part, and {**} as the last such part", isBadPath)
}

func isBadPath(path string) bool {
	template, rest := strings.Contains(path, "{*}") || strings.Contains(path, "{**}"), false
	for _, part := range strings.Split(strings.Trim(path, "/"), "/") {
		switch {
		case part == "{*}" || part == "{**}":
			if rest {
				return true
			}
			rest = part == "{**}"
		case strings.ContainsAny(part, "{}"), template && !pathText.MatchString(part):
			return true
		}
	}
	return path == ""
}
