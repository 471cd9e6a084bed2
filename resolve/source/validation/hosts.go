package validation

import (
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// wildcardLabel is a label of a host name that may begin with *, or be it.
var wildcardLabel = regexp.MustCompile(`^(\*|(\*|\*-)?[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)$`)

const longestLabel = 63

// isLabel reports whether s is one label of a host name, as Istio sees them: upper
// case is allowed.
func isLabel(s string) bool { return len(s) <= longestLabel && dnsLabel.MatchString(s) }

// The functions below say why a name is not valid, "" when it is.

// badDomain is for a name without wildcard. A dot at the end is allowed.
func badDomain(name string) string {
	if bad := badLength(name); bad != "" {
		return bad
	}
	return badLabels(name)
}

func badLength(name string) string {
	switch {
	case name == "":
		return "the host name is empty"
	case len(name) > 255:
		return "the host name is longer than 255 characters"
	}
	return ""
}

func badLabels(name string) string {
	labels := strings.Split(name, ".")
	last := labels[len(labels)-1]
	if _, err := strconv.Atoi(last); err == nil {
		return fmt.Sprintf("host name %s: the last label cannot be a number", Quoted(name))
	}
	for i, l := range labels {
		if i == len(labels)-1 && l == "" {
			break
		}
		if !isLabel(l) {
			return fmt.Sprintf("host name %s: label %s is not valid", Quoted(name), Quoted(l))
		}
	}
	return ""
}

// badWildcard is for a name whose first label may be or begin with *.
func badWildcard(name string) string {
	if bad := badLength(name); bad != "" {
		return bad
	}
	first, rest, more := strings.Cut(name, ".")
	switch {
	case len(first) > longestLabel || !wildcardLabel.MatchString(first):
		return fmt.Sprintf("host name %s: label %s is not valid", Quoted(name), Quoted(first))
	case more:
		return badLabels(rest)
	}
	return ""
}

var digit, letter = regexp.MustCompile("[0-9]"), regexp.MustCompile("[a-zA-Z]")

// badBound is for a name of a VirtualService that is bound to gateways. With SNI it
// may be the name of a cluster: outbound_.80_._.host.
func badBound(name string, sni bool) string {
	if !sni || !strings.HasPrefix(name, "outbound_") || badLength(name) != "" {
		return badWildcard(name)
	}
	parts := strings.Split(name, "_")
	if len(parts) < 4 || !digit.MatchString(strings.Trim(parts[1], ".")) || !letter.MatchString(strings.Trim(parts[3], ".")) {
		return fmt.Sprintf("host name %s is not of the form outbound_.<port>_._.<host>", Quoted(name))
	}
	return ""
}

// badScoped is for the hosts of Sidecars and of servers of Gateways: namespace/host,
// where a Gateway may leave the namespace out.
func badScoped(host string, gateway bool) string {
	namespace, name, ok := strings.Cut(host, "/")
	switch {
	case !ok && gateway:
		return badScopedName(host, true)
	case !ok:
		return fmt.Sprintf("%s is not of the form namespace/host", Quoted(host))
	case namespace == "" || name == "":
		return fmt.Sprintf("%s needs a namespace and a host", Quoted(host))
	}
	if !gateway {
		namespace = strings.TrimPrefix(namespace, "~") // excludes
	}
	if namespace != "" && namespace != "*" && namespace != "." && !isLabel(namespace) {
		return fmt.Sprintf("%s: %s is not a namespace", Quoted(host), Quoted(namespace))
	}
	return badScopedName(name, gateway)
}

func badScopedName(name string, gateway bool) string {
	if name != "*" && !strings.Contains(name, ".") {
		return fmt.Sprintf("host %s has no domain; short names are not allowed here", Quoted(name))
	}
	if bad := badWildcard(name); bad != "" && !(gateway && isIP(name)) {
		return bad
	}
	if strings.Contains(name, "*") && len(name) != 1 && !strings.HasPrefix(name, "*.") {
		return fmt.Sprintf("host %s: * must be a whole label", Quoted(name))
	}
	return ""
}

func isIP(s string) bool { _, err := netip.ParseAddr(s); return err == nil }

// isSubnet reports an IP address or a CIDR block.
func isSubnet(s string) bool {
	if strings.Count(s, "/") == 1 {
		_, err := netip.ParsePrefix(s)
		return err == nil
	}
	return isIP(s)
}

// isUnixSocket reports a path of a socket behind unix://.
func isUnixSocket(path string) bool {
	return strings.HasPrefix(path, "@") || strings.HasPrefix(path, "/") && !strings.HasSuffix(path, "/")
}

// hostsOverlap reports names of which one covers the other.
func hostsOverlap(a, b string) bool { return covers(a, b) || covers(b, a) }

// covers reports whether every name of b is one of a.
func covers(a, b string) bool {
	if !strings.HasPrefix(a, "*") {
		return a == b
	}
	if strings.HasPrefix(b, "*") {
		return len(b) >= len(a) && strings.HasSuffix(b[1:], a[1:])
	}
	return strings.HasSuffix(b, a[1:])
}
