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
		add("spec.targetRefs", "remove one of them", "only one of targetRefs and selector can be set")
	}
	if p.Action == Deny && len(p.Rules) == 0 {
		add("spec.action", "add rules, or rules: [{}] to deny every request", "DENY without rules never matches; an empty rule ({}) matches every request")
	}
	if p.Action == Custom && len(p.Rules) == 0 {
		add("spec.action", "add rules, or rules: [{}] to check every request", "CUSTOM without rules never matches; an empty rule ({}) matches every request")
	}
	if p.Action == Custom && len(p.Rules) > 0 && spec.GetProvider().GetName() == "" {
		add("spec.provider", "name one of meshConfig.extensionProviders", "CUSTOM needs provider.name")
	}
	if p.Action != Custom && spec.GetProvider() != nil {
		add("spec.provider", "remove provider, or set action: CUSTOM", "provider is only for the action CUSTOM, but the action is %s", p.Action)
	}
	for i, r := range p.Rules {
		out = append(out, empty(r, spec.GetRules()[i])...)
		if p.Action == Custom {
			out = append(out, custom(r)...)
		}
		for _, s := range r.Sources {
			out = append(out, mixed(s)...)
		}
		for _, t := range r.Conditions {
			if t.Name != "" && !known(t.Name) {
				add(t.Field.Parent().Child("key"), "use one of Istio's attributes, such as source.principal or request.headers[x-name]", "attribute %s does not exist", t.Name)
			}
		}
		for _, t := range r.Terms() {
			if why := badValue(t); why != "" {
				add(t.Field, "correct the value", "%s", why)
			}
		}
	}
	return firstOfField(out)
}

// firstOfField keeps one rejection of each field.
func firstOfField(list []Rejection) []Rejection {
	told := map[resolve.Field]bool{}
	return slices.DeleteFunc(list, func(r Rejection) bool {
		again := told[r.Field]
		told[r.Field] = true
		return again
	})
}

// empty are the parts of a rule that say nothing: an empty rule is everything, an empty
// source, operation or condition is refused.
func empty(r *Rule, rule *securityapi.Rule) []Rejection {
	var out []Rejection
	for i, c := range r.Sources {
		if len(c) == 0 {
			out = append(out, Rejection{r.Field.Child("from").Index(i).Child("source"), "a source must not be empty", "name a source, or remove from to match every source"})
		}
	}
	for i, c := range r.Operations {
		if len(c) == 0 {
			out = append(out, Rejection{r.Field.Child("to").Index(i).Child("operation"), "an operation must not be empty", "name an operation, or remove to to match every operation"})
		}
	}
	for i, c := range rule.GetWhen() {
		at := r.Field.Child("when").Index(i)
		switch {
		case c.GetKey() == "":
			out = append(out, Rejection{at, "a condition needs a key", "set the key, or remove the condition"})
		case len(c.GetValues())+len(c.GetNotValues()) == 0:
			out = append(out, Rejection{at, "a condition needs values or notValues", "set them, or remove the condition"})
		}
	}
	return out
}

// askOnly is how identities and CUSTOM go together.
const askOnly = "move identities to an ALLOW or DENY policy of their own, and use CUSTOM only for the external authorizer's decision"

// custom are the terms that the action CUSTOM does not take.
func custom(r *Rule) []Rejection {
	var out []Rejection
	for _, t := range r.Terms() {
		token := strings.HasPrefix(t.Name, "request.auth.") || t.Name == "requestPrincipals" || t.Name == "notRequestPrincipals"
		if t.About == Peer || token {
			out = append(out, Rejection{t.Field, "the action CUSTOM does not support " + t.Written(), askOnly})
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
		"use one kind of identity in a source: two sources mean either of them, principals with the namespace in them mean both",
	}}
}
