package outbound

import (
	"cmp"
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"
)

// delegation names the VirtualService that has the routes for what a route matches.
type delegation struct{ namespace, name string }

func (v *VirtualService) delegation(d *networkingapi.Delegate) *delegation {
	if d == nil {
		return nil
	}
	return &delegation{cmp.Or(d.GetNamespace(), v.Namespace), d.GetName()}
}

// delegate puts the routes of those without hosts where others hand calls to them. A route that
// hands them to one that its namespace does not see is none.
func delegate(list []*VirtualService) {
	delegates := map[delegation]*VirtualService{}
	for _, v := range list {
		if len(v.hosts) == 0 {
			delegates[delegation{v.Namespace, v.Ref.Name}] = v
		}
	}
	for _, v := range list {
		var rules []routeRule
		for _, r := range v.http {
			if r.delegate == nil {
				rules = append(rules, r)
				continue
			}
			to := delegates[*r.delegate]
			if to == nil {
				v.elsewhere = true
				continue
			}
			if !to.Exports.VisibleIn(v.Namespace, to.Namespace) {
				continue
			}
			for _, inner := range to.http {
				if inner.delegate == nil {
					rules = append(rules, r.with(inner))
				}
			}
			for i, d := range to.Destinations {
				v.leads(d, to.Fields[d], bothCallers(r.callers(), to.callers[i]))
			}
		}
		v.http = rules
	}
}

// callers are the namespaces that the matches of a route name, nil for none.
func (r *routeRule) callers() (namespaces []string) {
	for _, m := range r.matches {
		if m.sourceNamespace != "" {
			namespaces = append(namespaces, m.sourceNamespace)
		}
	}
	return namespaces
}

// bothCallers are the namespaces that two matches have in common, nil for all.
func bothCallers(a, b []string) []string {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return slices.DeleteFunc(slices.Clone(a), func(ns string) bool { return !slices.Contains(b, ns) })
}

// with is the rule of a delegate for the calls that a route hands to it.
func (r routeRule) with(inner routeRule) routeRule {
	out := routeRule{to: inner.to}
	for _, a := range r.matches {
		for _, b := range inner.matches {
			if m, ok := a.with(b); ok {
				out.matches = append(out.matches, m)
			}
		}
	}
	return out
}

// with is both matches, false where they exclude each other.
func (m routeMatch) with(inner routeMatch) (routeMatch, bool) {
	if m.port != 0 && inner.port != 0 && m.port != inner.port || m.sourceNamespace != "" && inner.sourceNamespace != "" && m.sourceNamespace != inner.sourceNamespace {
		return m, false
	}
	both := routeMatch{
		gateways: m.gateways, named: m.named || inner.named, port: max(m.port, inner.port), sourceNamespace: cmp.Or(m.sourceNamespace, inner.sourceNamespace),
		sourceLabels: map[string]string{}, every: m.every && inner.every, unsure: !m.every && !inner.every, // they may say what excludes each other
	}
	if len(both.gateways) == 0 {
		both.gateways = inner.gateways
	}
	for _, labels := range []map[string]string{m.sourceLabels, inner.sourceLabels} {
		for k, v := range labels {
			if was, set := both.sourceLabels[k]; set && was != v {
				return m, false
			}
			both.sourceLabels[k] = v
		}
	}
	return both, true
}
