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
	holds   func(v any) bool
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

	"unix-no-ports":             {CausePort, "a unix socket has no ports", ofFields(func(f fields) bool { return !strings.HasPrefix(f.text("address"), unixPrefix) || !f.has("ports") }), "ports"},
	"one-target":                {CauseSelector, "only one of selector, targetRef, targetRefs can be set", ofFields(func(f fields) bool { return f.count("selector", "targetRef", "targetRefs") <= 1 }), ""},
	"one-filter-target":         {CauseSelector, "only one of workloadSelector, targetRefs can be set", ofFields(func(f fields) bool { return f.count("workloadSelector", "targetRefs") <= 1 }), ""},
	"one-names-or-certificates": {CauseTLS, "only one of credentialNames, tlsCertificates can be set", ofFields(func(f fields) bool { return f.count("credentialNames", "tlsCertificates") <= 1 }), "tlsCertificates"},
	"one-credential":            {CauseTLS, "only one of credentialName, credentialNames can be set", ofFields(func(f fields) bool { return f.count("credentialName", "credentialNames") <= 1 }), "credentialNames"},
	"address":                   {CauseAddress, "address or network is required", ofFields(func(f fields) bool { return f.count("address", "network") > 0 }), ""},
	"selector-or-endpoints":     {CauseSelector, "only one of workloadSelector, endpoints can be set", ofFields(func(f fields) bool { return f.count("workloadSelector", "endpoints") <= 1 }), "endpoints"},
	"one-jwks":                  {CauseChoice, "only one of jwks, jwksUri can be set", ofFields(func(f fields) bool { return f.count("jwksUri", "jwks_uri", "jwks") <= 1 }), "jwks"},
	"cidr":                      {CauseAddress, "an address with a prefix length needs resolution NONE or STATIC", ofFields(isCIDRAllowed), "addresses"},
	"none-no-endpoints":         {CauseAddress, "resolution NONE cannot have endpoints", ofFields(func(f fields) bool { return f.textOr("resolution", "NONE") != "NONE" || !f.has("endpoints") }), "endpoints"},
	"round-robin-one":           {CauseAddress, "resolution DNS_ROUND_ROBIN has at most one endpoint", ofFields(func(f fields) bool { return f.text("resolution") != "DNS_ROUND_ROBIN" || f.size("endpoints") <= 1 }), "endpoints"},
	"ports-differ":              {CauseDuplicate, "two ports have one number", portsDiffer, ""},
	"accounts-alone":            {CauseChoice, "serviceAccounts cannot be set with principals or namespaces", ofFields(areAccountsAlone), "serviceAccounts"},
	"ports-need-selector":       {CauseSelector, "portLevelMtls needs a selector with labels", ofFields(haveSelector), "portLevelMtls"},
	"upsert-value":              {CauseRequired, "UPSERT needs a value", ofFields(func(f fields) bool { return f.text("operation") != "UPSERT" || f.has("value") && f["value"] != "" }), ""},
	"remove-no-value":           {CauseChoice, "REMOVE cannot have a value", ofFields(func(f fields) bool { return f.text("operation") != "REMOVE" || !f.has("value") }), "value"},
	"waypoint-context":          {CauseChoice, "a waypoint match needs context WAYPOINT, and that context needs it", ofFields(func(f fields) bool { return (f.text("context") == "WAYPOINT") == f.has("waypoint") }), ""},
}

// fields is an object as a rule sees it.
type fields map[string]any

// has is CEL's has: a field that is there and null is not.
func (f fields) has(name string) bool { return f[name] != nil }

func (f fields) text(name string) string { s, _ := f[name].(string); return s }

func (f fields) textOr(name, otherwise string) string {
	if f.has(name) {
		return f.text(name)
	}
	return otherwise
}

func (f fields) size(name string) int { l, _ := f[name].([]any); return len(l) }

func (f fields) count(names ...string) (n int) {
	for _, name := range names {
		if f.has(name) {
			n++
		}
	}
	return n
}

func ofText(holds func(string) bool) func(any) bool {
	return func(v any) bool { s, ok := v.(string); return !ok || holds(s) }
}

func ofFields(holds func(fields) bool) func(any) bool {
	return func(v any) bool { m, ok := v.(map[string]any); return !ok || holds(m) }
}

func ofKeys(holds func(string) bool) func(any) bool {
	return func(v any) bool {
		m, _ := v.(map[string]any)
		for key := range m {
			if !holds(key) {
				return false
			}
		}
		return true
	}
}

const unixPrefix = "unix://"

var dnsLabel = regexp.MustCompile("^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$")

func withoutStar(s string) bool { return !strings.Contains(s, "*") }

func isLongEnough(s string) bool {
	d, err := time.ParseDuration(s)
	return err == nil && d >= time.Millisecond
}

func isPortValue(v any) bool { n := numberOf(v); return n > 0 && n <= 65535 }

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

func isCIDRAllowed(f fields) bool {
	addresses, _ := f["addresses"].([]any)
	for _, a := range addresses {
		if s, _ := a.(string); strings.Contains(s, "/") {
			r := f.textOr("resolution", "NONE")
			return r == "STATIC" || r == "NONE"
		}
	}
	return true
}

func portsDiffer(v any) bool {
	list, _ := v.([]any)
	seen := map[float64]bool{}
	for _, item := range list {
		port, _ := item.(map[string]any)
		n := numberOf(port["number"])
		if seen[n] {
			return false
		}
		seen[n] = true
	}
	return true
}

func areAccountsAlone(f fields) bool {
	return f.count("serviceAccounts", "notServiceAccounts") == 0 || f.count("principals", "notPrincipals", "namespaces", "notNamespaces") == 0
}

func haveSelector(f fields) bool {
	selector, _ := f["selector"].(map[string]any)
	labels, _ := selector["matchLabels"].(map[string]any)
	return !f.has("portLevelMtls") || len(labels) > 0
}
