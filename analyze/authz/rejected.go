package authz

import (
	"fmt"
	"slices"
	"strings"

	securityapi "istio.io/api/security/v1beta1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Rejection is a reason for which Istio's validation refuses a policy.
type Rejection struct {
	Field resolve.Field
	Why   string
	// Fix is what to write instead.
	Fix string
}

// rejections are those that concern identities, and what decides whether a policy acts
// at all (5.5).
func rejections(p *Policy, spec *securityapi.AuthorizationPolicy) []Rejection {
	var out []Rejection
	add := func(field resolve.Field, fix, format string, args ...any) {
		out = append(out, Rejection{field, fmt.Sprintf(format, args...), fix})
	}
	if spec.GetSelector() != nil && len(p.Targets) > 0 {
		add("spec.targetRefs", "take one of them away", "only one of targetRefs and selector can be set")
	}
	if p.Action == Deny && len(p.Rules) == 0 {
		add("spec.action", "write the rules, or rules: [{}] to deny everything", "DENY without rules never fires; an empty rule ({}) is every request")
	}
	if p.Action == Custom && len(p.Rules) == 0 {
		add("spec.action", "write the rules, or rules: [{}] to ask about everything", "CUSTOM without rules never asks anybody; an empty rule ({}) is every request")
	}
	if p.Action == Custom && len(p.Rules) > 0 && spec.GetProvider().GetName() == "" {
		add("spec.provider", "name one of meshConfig.extensionProviders", "CUSTOM needs provider.name")
	}
	if p.Action != Custom && spec.GetProvider() != nil {
		add("spec.provider", "take provider away, or set action: CUSTOM", "provider is for the action CUSTOM only, and this is %s", p.Action)
	}
	for _, r := range p.Rules {
		if p.Action == Custom {
			out = append(out, custom(r)...)
		}
		for _, s := range r.Sources {
			out = append(out, mixed(s)...)
		}
		for _, t := range r.Conditions {
			if !known(t.Name) {
				add(t.Field.Parent().Child("key"), "write one of Istio's attributes, such as source.principal or request.headers[x-name]", "there is no attribute %s", t.Name)
			}
		}
		for _, t := range r.Terms() {
			if why := badValue(t); why != "" {
				add(t.Field, "correct the value", "%s", why)
			}
		}
	}
	return out
}

// askOnly is how identities and CUSTOM go together.
const askOnly = "say who may come in an ALLOW or DENY policy of its own, and leave to CUSTOM what the authorizer decides"

// custom are the terms that the action CUSTOM does not take.
func custom(r *Rule) []Rejection {
	var out []Rejection
	for _, t := range r.Terms() {
		token := strings.HasPrefix(t.Name, "request.auth.") || t.Name == "requestPrincipals" || t.Name == "notRequestPrincipals"
		if t.About == Peer || token {
			out = append(out, Rejection{t.Field, "the action CUSTOM does not take " + t.Written(), askOnly})
		}
	}
	return out
}

// mixed is a source that names service accounts and identities in another way as well.
func mixed(source Clause) []Rejection {
	accounts := slices.IndexFunc(source, func(t Term) bool { return t.Name == "serviceAccounts" || t.Name == "notServiceAccounts" })
	others := slices.IndexFunc(source, func(t Term) bool {
		return slices.Contains([]string{"principals", "notPrincipals", "namespaces", "notNamespaces"}, t.Name)
	})
	if accounts < 0 || others < 0 {
		return nil
	}
	return []Rejection{{
		source[accounts].Field, fmt.Sprintf("one source cannot have %s together with %s", source[accounts].Name, source[others].Name),
		"name whom you mean in one way: a source of its own for either is any of both, principals with the namespace in them is the two together",
	}}
}

// known reports a key that conditions may have.
func known(key string) bool {
	if slices.Contains(ztunnelKeys, key) || slices.Contains(peerKeys, key) {
		return true
	}
	tokens := []string{"remote.ip", "connection.sni", "request.auth.principal", "request.auth.audiences", "request.auth.presenter"}
	prefixes := []string{"request.headers", "request.auth.claims", "experimental.envoy.filters."}
	return slices.Contains(tokens, key) || slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(key, p) })
}

// maxAccounts is how many service accounts a source may name.
const maxAccounts = 16

// badValue says what is wrong with the values of a term, "" for nothing.
func badValue(t Term) string {
	account := t.Name == "serviceAccounts" || t.Name == "notServiceAccounts" || t.Name == "source.serviceAccount"
	domain := t.untranslated() || t.Name == "source.trustDomain"
	if account && len(t.Values) > maxAccounts {
		return fmt.Sprintf("%s may have %d values at most", t.Name, maxAccounts)
	}
	for _, v := range t.Values {
		switch {
		case v == "":
			return t.Written() + " has an empty value"
		case account && strings.Contains(v, "*"):
			return fmt.Sprintf("%s takes no wildcards, and has %q", t.Name, v)
		case account && (strings.Count(v, "/") > 1 || strings.HasPrefix(v, "/") || strings.HasSuffix(v, "/")):
			return fmt.Sprintf("%s takes <name> or <namespace>/<name>, and has %q", t.Name, v)
		case domain && !t.Condition && strings.Contains(v, "/"):
			return fmt.Sprintf("a trust domain has no slash, and %s has %q", t.Name, v)
		case domain && (strings.Count(v, "*") > 1 || strings.Contains(strings.Trim(v, "*"), "*")):
			return fmt.Sprintf("%s takes a wildcard at one end only, and has %q", t.Name, v)
		}
	}
	return ""
}
