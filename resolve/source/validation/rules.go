package validation

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// rule stands for a CEL rule of a definition. holds sees a value of the right type.
type rule struct {
	cause   Cause
	message string
	holds   func(v Value) bool
	at      string // the field of the object that is meant, "" for the value itself
}

// rules are all of them, by the names that the tables use.
var rules = map[string]rule{
	"duration":         {CauseValue, "a duration of at least 1ms is needed, such as 30s", ofText(isLongEnough), ""},
	"port":             {CausePort, "a port is a number from 1 to 65535", isPortValue, ""},
	"own-namespace":    {CauseSelector, "a target in another namespace is not supported", ofText(func(s string) bool { return s == "" }), ""},
	"no-wildcard":      {CauseSelector, "a label value in a selector cannot hold *", ofText(withoutStar), ""},
	"unix-absolute":    {CauseAddress, "a unix socket is an absolute path, or abstract and begins with @", ofText(isUnixAbsolute), ""},
	"unix-file":        {CauseAddress, "a unix socket is a file, not a directory", ofText(isUnixFile), ""},
	"http-url":         {CauseAddress, "a URL with http:// or https:// is needed", ofText(isWebURL), ""},
	"host-not-all":     {CauseHost, "* is not allowed as a host here", ofText(func(s string) bool { return s != "*" }), ""},
	"probe-scheme":     {CauseValue, "the scheme is HTTP or HTTPS", ofText(func(s string) bool { return s == "" || s == "HTTP" || s == "HTTPS" }), ""},
	"keys-no-wildcard": {CauseSelector, "a label key in a selector cannot hold *", ofKeys(withoutStar), ""},
	"keys-not-empty":   {CauseSelector, "a label key in a selector cannot be empty", ofKeys(func(s string) bool { return s != "" }), ""},
	"keys-port-name":   {CausePort, "a port name has up to 62 letters, digits and -", ofKeys(func(s string) bool { return len(s) < 63 && dnsLabel.MatchString(s) }), ""},
	"keys-port":        {CausePort, "a port is a number from 1 to 65535", ofKeys(isPortText), ""},

	"unix-no-ports":             {CausePort, "a unix socket has no ports", ofFields(func(f Value) bool { return !strings.HasPrefix(textOf(f, "address"), unixPrefix) || !has(f, "ports") }), "ports"},
	"one-target":                {CauseSelector, "only one of selector, targetRef, targetRefs can be set", ofFields(func(f Value) bool { return countSet(f, "selector", "targetRef", "targetRefs") <= 1 }), ""},
	"one-filter-target":         {CauseSelector, "only one of workloadSelector, targetRefs can be set", ofFields(func(f Value) bool { return countSet(f, "workloadSelector", "targetRefs") <= 1 }), ""},
	"one-names-or-certificates": {CauseTLS, "only one of credentialNames, tlsCertificates can be set", ofFields(func(f Value) bool { return countSet(f, "credentialNames", "tlsCertificates") <= 1 }), "tlsCertificates"},
	"one-credential":            {CauseTLS, "only one of credentialName, credentialNames can be set", ofFields(func(f Value) bool { return countSet(f, "credentialName", "credentialNames") <= 1 }), "credentialNames"},
	"address":                   {CauseAddress, "address or network is required", ofFields(func(f Value) bool { return countSet(f, "address", "network") > 0 }), ""},
	"selector-or-endpoints":     {CauseSelector, "only one of workloadSelector, endpoints can be set", ofFields(func(f Value) bool { return countSet(f, "workloadSelector", "endpoints") <= 1 }), "endpoints"},
	"one-jwks":                  {CauseChoice, "only one of jwks, jwksUri can be set", ofFields(func(f Value) bool { return countSet(f, "jwksUri", "jwks_uri", "jwks") <= 1 }), "jwks"},
	"cidr":                      {CauseAddress, "an address with a prefix length needs resolution NONE or STATIC", ofFields(isCIDRAllowed), "addresses"},
	"none-no-endpoints":         {CauseAddress, "resolution NONE cannot have endpoints", ofFields(func(f Value) bool { return textOr(f, "resolution", "NONE") != "NONE" || !has(f, "endpoints") }), "endpoints"},
	"round-robin-one":           {CauseAddress, "resolution DNS_ROUND_ROBIN has at most one endpoint", ofFields(func(f Value) bool { return textOf(f, "resolution") != "DNS_ROUND_ROBIN" || sizeOf(f, "endpoints") <= 1 }), "endpoints"},
	"ports-differ":              {CauseDuplicate, "two ports have one number", portsDiffer, ""},
	"accounts-alone":            {CauseChoice, "serviceAccounts cannot be set with principals or namespaces", ofFields(areAccountsAlone), "serviceAccounts"},
	"ports-need-selector":       {CauseSelector, "portLevelMtls needs a selector with labels", ofFields(haveSelector), "portLevelMtls"},
	"upsert-value": {CauseRequired, "UPSERT needs a value", ofFields(func(f Value) bool {
		return textOf(f, "operation") != "UPSERT" || has(f, "value") && textOf(f, "value") != ""
	}), ""},
	"remove-no-value":  {CauseChoice, "REMOVE cannot have a value", ofFields(func(f Value) bool { return textOf(f, "operation") != "REMOVE" || !has(f, "value") }), "value"},
	"waypoint-context": {CauseChoice, "a waypoint match needs context WAYPOINT, and that context needs it", ofFields(func(f Value) bool { return (textOf(f, "context") == "WAYPOINT") == has(f, "waypoint") }), ""},
}

func ofText(holds func(string) bool) func(Value) bool {
	return func(v Value) bool { return v.Type() != Text || holds(v.Text()) }
}

func ofFields(holds func(Value) bool) func(Value) bool {
	return func(v Value) bool { return v.Type() != Object || holds(v) }
}

func ofKeys(holds func(string) bool) func(Value) bool {
	return func(v Value) bool {
		for i := range v.Len() {
			if key, _ := v.Field(i); !holds(key) {
				return false
			}
		}
		return true
	}
}

// countSet is how many of some fields are set and not null.
func countSet(v Value, names ...string) (n int) {
	for _, name := range names {
		if has(v, name) {
			n++
		}
	}
	return n
}

const unixPrefix = "unix://"

var dnsLabel = regexp.MustCompile("^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$")

func withoutStar(s string) bool { return !strings.Contains(s, "*") }

func isLongEnough(s string) bool {
	d, err := time.ParseDuration(s)
	return err == nil && d >= time.Millisecond
}

func isPortValue(v Value) bool { n := v.Number(); return n > 0 && n <= 65535 }

// isPortText is CEL's int(): a sign is allowed, a fraction is not.
func isPortText(s string) bool {
	n, err := strconv.ParseInt(s, 10, 64)
	return err == nil && n > 0 && n <= 65535
}

func isUnixAbsolute(s string) bool {
	path, ok := strings.CutPrefix(s, unixPrefix)
	return !ok || strings.HasPrefix(path, "/") || strings.HasPrefix(path, "@")
}

func isUnixFile(s string) bool {
	return !strings.HasPrefix(s, unixPrefix) || !strings.HasSuffix(s, "/")
}

// isWebURL is what the API server takes for a URL: absolute, or a path; without
// scheme it is not http.
func isWebURL(s string) bool {
	u, err := url.ParseRequestURI(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https")
}

func isCIDRAllowed(f Value) bool {
	addresses := f.Get("addresses")
	if addresses == nil {
		return true
	}
	for i := range addresses.Len() {
		if strings.Contains(addresses.Item(i).Text(), "/") {
			r := textOr(f, "resolution", "NONE")
			return r == "STATIC" || r == "NONE"
		}
	}
	return true
}

func portsDiffer(v Value) bool {
	seen := map[float64]bool{}
	for i := range v.Len() {
		number := v.Item(i).Get("number")
		if number == nil {
			continue // which is refused for itself
		}
		if seen[number.Number()] {
			return false
		}
		seen[number.Number()] = true
	}
	return true
}

func areAccountsAlone(f Value) bool {
	return countSet(f, "serviceAccounts", "notServiceAccounts") == 0 || countSet(f, "principals", "notPrincipals", "namespaces", "notNamespaces") == 0
}

func haveSelector(f Value) bool {
	if !has(f, "portLevelMtls") {
		return true
	}
	selector := f.Get("selector")
	return selector != nil && sizeOf(selector, "matchLabels") > 0
}
