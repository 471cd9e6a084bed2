package authz

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// known reports a key that conditions may have.
func known(key string) bool {
	if slices.Contains(ztunnelKeys, key) || slices.Contains(peerKeys, key) {
		return true
	}
	tokens := []string{"remote.ip", "connection.sni", "request.auth.principal", "request.auth.audiences", "request.auth.presenter"}
	maps := []string{"request.headers[", "request.auth.claims[", "experimental.envoy.filters."}
	return slices.Contains(tokens, key) || slices.ContainsFunc(maps, func(p string) bool { return strings.HasPrefix(key, p) && strings.HasSuffix(key, "]") })
}

// maxAccounts is how many service accounts a source may name.
const maxAccounts = 16

// badValue says what is wrong with the values of a term, "" for nothing.
func badValue(t Term) string {
	account := t.Name == "serviceAccounts" || t.Name == "notServiceAccounts" || t.Name == "source.serviceAccount"
	domain := t.untranslated() || t.Name == "source.trustDomain"
	if account && len(t.Values) > maxAccounts {
		return fmt.Sprintf("%s may have at most %d values", t.Name, maxAccounts)
	}
	for _, v := range t.Values {
		switch {
		case v == "":
			return t.Written() + " has an empty value"
		case t.About == Port && !isPort(v):
			return fmt.Sprintf("%s must contain port numbers, but has %q", t.Written(), v)
		case t.isAddress() && !isAddress(v):
			return fmt.Sprintf("%s must contain addresses and CIDR blocks, but has %q", t.Written(), v)
		case account && strings.Contains(v, "*"):
			return fmt.Sprintf("%s must not contain wildcards, but has %q", t.Name, v)
		case account && (strings.Count(v, "/") > 1 || strings.HasPrefix(v, "/") || strings.HasSuffix(v, "/")):
			return fmt.Sprintf("%s must be <name> or <namespace>/<name>, but has %q", t.Name, v)
		case domain && !t.Condition && strings.Contains(v, "/"):
			return fmt.Sprintf("a trust domain has no slash, but %s has %q", t.Name, v)
		case domain && (strings.Count(v, "*") > 1 || strings.Contains(strings.Trim(v, "*"), "*")):
			return fmt.Sprintf("%s allows a wildcard only at one end, but has %q", t.Name, v)
		}
	}
	return ""
}

func isPort(v string) bool {
	_, err := strconv.ParseUint(v, 10, 16)
	return err == nil
}

func (t Term) isAddress() bool {
	if t.Condition {
		return t.Name == "source.ip" || t.Name == "remote.ip" || t.Name == "destination.ip"
	}
	return strings.HasSuffix(strings.ToLower(t.Name), "ipblocks")
}

func isAddress(v string) bool {
	if strings.Contains(v, "/") {
		_, err := netip.ParsePrefix(v)
		return err == nil
	}
	_, err := netip.ParseAddr(v)
	return err == nil
}
