package validation

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	securityapi "istio.io/api/security/v1beta1"
)

const dryRun = "istio.io/dry-run"

func (r *report) authorizationPolicy(o Meta, p *securityapi.AuthorizationPolicy) {
	at := r.spec()
	custom := p.Action == securityapi.AuthorizationPolicy_CUSTOM
	if value, ok := o.Annotations[dryRun]; ok {
		_, err := strconv.ParseBool(value)
		if err != nil || p.Action != securityapi.AuthorizationPolicy_ALLOW && p.Action != securityapi.AuthorizationPolicy_DENY {
			r.add(CauseLabel, r.metadata().child("annotations").child(dryRun), "it is true or false, and for actions ALLOW and DENY only")
			return
		}
	}
	r.attached(p.Selector, p.TargetRef, p.TargetRefs, at)
	switch {
	case p.Rules == nil && (custom || p.Action == securityapi.AuthorizationPolicy_DENY):
		r.add(CauseEmpty, at, p.Action.String()+" without rules never applies; a rule {} stands for every request")
	case custom && p.GetProvider().GetName() == "":
		r.add(CauseRequired, at, "CUSTOM needs provider.name")
	}
	if p.GetProvider() != nil && !custom {
		r.add(CauseChoice, at.child("provider"), "it is for action CUSTOM only")
	}
	for i, rule := range p.Rules {
		at := at.child("rules").at(i)
		if custom {
			r.customRule(rule, at)
		}
		r.authorizationRule(rule, at)
	}
}

// customRule checks that nothing is matched that a CUSTOM policy cannot.
func (r *report) customRule(rule *securityapi.Rule, at *place) {
	unsupported := func(what string) { r.add(CauseUnsupported, at, what+" is not supported with action CUSTOM") }
	for _, f := range rule.GetFrom() {
		for _, l := range valuesOf(f.GetSource()) {
			if l.identity && len(l.values) > 0 {
				unsupported("source." + l.name)
			}
		}
	}
	for _, w := range rule.GetWhen() {
		if slices.Contains([]string{"source.namespace", "source.serviceAccount", "source.trustDomain", "source.principal"}, w.Key) || strings.HasPrefix(w.Key, "request.auth.") {
			unsupported(w.Key)
		}
	}
}

// listed is one list of values of a source or an operation.
type listed struct {
	name     string
	values   []string
	identity bool // needs mTLS or a JWT to be known
	bad      func([]string) string
}

func valuesOf(s *securityapi.Source) []listed {
	return []listed{
		{"principals", s.GetPrincipals(), true, hasEmpty}, {"notPrincipals", s.GetNotPrincipals(), true, hasEmpty},
		{"requestPrincipals", s.GetRequestPrincipals(), true, hasEmpty}, {"notRequestPrincipals", s.GetNotRequestPrincipals(), true, hasEmpty},
		{"namespaces", s.GetNamespaces(), true, hasEmpty}, {"notNamespaces", s.GetNotNamespaces(), true, hasEmpty},
		{"serviceAccounts", s.GetServiceAccounts(), true, hasBadAccount}, {"notServiceAccounts", s.GetNotServiceAccounts(), true, hasBadAccount},
		{"trustDomains", s.GetTrustDomains(), true, hasBadTrustDomain}, {"notTrustDomains", s.GetNotTrustDomains(), true, hasBadTrustDomain},
		{"ipBlocks", s.GetIpBlocks(), false, hasNoIP}, {"notIpBlocks", s.GetNotIpBlocks(), false, hasNoIP},
		{"remoteIpBlocks", s.GetRemoteIpBlocks(), false, hasNoIP}, {"notRemoteIpBlocks", s.GetNotRemoteIpBlocks(), false, hasNoIP},
	}
}

func operationsOf(o *securityapi.Operation) []listed {
	return []listed{
		{"hosts", o.GetHosts(), false, hasEmpty}, {"notHosts", o.GetNotHosts(), false, hasEmpty},
		{"ports", o.GetPorts(), false, hasNoPort}, {"notPorts", o.GetNotPorts(), false, hasNoPort},
		{"methods", o.GetMethods(), false, hasEmpty}, {"notMethods", o.GetNotMethods(), false, hasEmpty},
		{"paths", o.GetPaths(), false, hasBadPath}, {"notPaths", o.GetNotPaths(), false, hasBadPath},
	}
}

// lists checks lists of which one has to say something.
func (r *report) lists(lists []listed, at *place) {
	if !slices.ContainsFunc(lists, func(l listed) bool { return len(l.values) > 0 }) {
		r.add(CauseEmpty, at, "it is empty")
	}
	for _, l := range lists {
		if bad := l.bad(l.values); bad != "" {
			r.add(CauseValue, at.child(l.name), bad)
		}
	}
}

func (r *report) authorizationRule(rule *securityapi.Rule, at *place) {
	for i, f := range rule.From {
		at := at.child("from").at(i)
		s := f.GetSource()
		if s == nil {
			r.add(CauseRequired, at, "source is required")
			continue
		}
		if len(s.ServiceAccounts)+len(s.NotServiceAccounts) > 0 && len(s.Principals)+len(s.NotPrincipals)+len(s.Namespaces)+len(s.NotNamespaces) > 0 {
			r.add(CauseChoice, at.child("source"), "serviceAccounts cannot be set with principals or namespaces")
		}
		r.lists(valuesOf(s), at.child("source"))
	}
	for i, t := range rule.To {
		at := at.child("to").at(i)
		if t.GetOperation() == nil {
			r.add(CauseRequired, at, "operation is required")
			continue
		}
		r.lists(operationsOf(t.Operation), at.child("operation"))
	}
	for i, w := range rule.When {
		r.condition(w, at.child("when").at(i))
	}
}

func (r *report) condition(w *securityapi.Condition, at *place) {
	switch {
	case w.Key == "":
		r.add(CauseRequired, at, "key is required")
	case len(w.Values) == 0 && len(w.NotValues) == 0:
		r.add(CauseRequired, at, "values or notValues is required")
	default:
		if bad := badAttribute(w.Key, w.Values); bad != "" {
			r.add(CauseValue, at, bad)
		} else if bad := badAttribute(w.Key, w.NotValues); bad != "" {
			r.add(CauseValue, at, bad)
		}
	}
}

// attributes are the keys of conditions, and what their values have to be. A key that
// ends in a dot or a bracket's beginning names a part: request.headers[x].
var attributes = []struct {
	key  string
	part bool
	bad  func([]string) string
}{
	{"request.headers", true, hasEmpty}, {"request.auth.claims", true, hasEmpty}, {"experimental.envoy.filters.", true, hasEmpty},
	{"source.ip", false, hasNoIP}, {"remote.ip", false, hasNoIP}, {"destination.ip", false, hasNoIP}, {"destination.port", false, hasNoPort},
	{"source.serviceAccount", false, hasBadAccount}, {"source.trustDomain", false, hasBadWildcard}, {"source.namespace", false, hasEmpty},
	{"source.principal", false, hasEmpty}, {"request.auth.principal", false, hasEmpty}, {"request.auth.audiences", false, hasEmpty},
	{"request.auth.presenter", false, hasEmpty}, {"connection.sni", false, hasEmpty},
}

func badAttribute(key string, values []string) string {
	for _, a := range attributes {
		switch {
		case !a.part && a.key == key:
			return cmp.Or(hasEmpty(values), a.bad(values))
		case a.part && strings.HasPrefix(key, a.key):
			if open := strings.Index(key, "["); !strings.HasSuffix(key, "]") || open <= 0 || open >= len(key)-2 {
				return fmt.Sprintf("key %s must be of the form a[b]", Quoted(key))
			}
			return hasEmpty(values)
		}
	}
	return fmt.Sprintf("key %s is unknown", Quoted(key))
}

var pathText = regexp.MustCompile("^[a-zA-Z0-9-._~%!$&'()+,;:@=]+$")
