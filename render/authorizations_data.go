package render

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

func newAuthorizationList(scope wire.Scope, m *mesh.Mesh, policies []*authz.Policy) *wire.AuthorizationList {
	list := &wire.AuthorizationList{APIVersion: wire.APIVersion, Kind: "AuthorizationList", Whole: true, Scope: filled(scope), Items: []wire.AuthorizationItem{}}
	court := authz.In(m)
	on := map[*authz.Policy][]*inbound.Workload{}
	for _, w := range m.Workloads() {
		for _, p := range court.Set(w).On(w) {
			on[p] = append(on[p], w)
		}
	}
	acted := calls.Acted(m, policies)
	for _, p := range policies {
		list.Items = append(list.Items, newAuthorization(p, on[p], acted[p]))
	}
	return list
}

func newAuthorization(p *authz.Policy, on []*inbound.Workload, rows []*calls.Row) wire.AuthorizationItem {
	item := wire.AuthorizationItem{
		Kind: string(resolve.KindAuthorizationPolicy), AuthorizationBrief: authorizationBrief(p, len(on)+len(rows) > 0), Selector: map[string]string{}, Targets: []string{},
		Workloads: []wire.Ref{}, Denies: []wire.RuleCall{}, Depends: []wire.RuleCall{}, Admits: []wire.RuleCall{},
	}
	maps.Copy(item.Selector, p.Selector)
	for _, t := range p.Targets {
		item.Targets = append(item.Targets, t.GetKind()+"/"+t.GetName())
	}
	for _, w := range on {
		item.Workloads = append(item.Workloads, refOf(w.Ref))
	}
	for _, r := range rows {
		switch call := newRuleCall(r); {
		case slices.Contains(r.By, p):
			item.Denies = append(item.Denies, call)
		case r.Depends():
			item.Depends = append(item.Depends, call)
		default:
			item.Admits = append(item.Admits, call)
		}
	}
	return item
}

// authorizationBrief is a policy in a few words; acts is true where some proxy acts on it.
func authorizationBrief(p *authz.Policy, acts bool) wire.AuthorizationBrief {
	b := wire.AuthorizationBrief{Namespace: p.Ref.Namespace, Name: p.Ref.Name, Action: p.Action.String(), Rules: []string{}, Position: positionOf(p.Origin.At(""))}
	for _, r := range p.Rules {
		b.Rules = append(b.Rules, authorizationRule(r))
	}
	if why := p.Inactive(); why != "" {
		b.NoEffect = why
	} else if !acts && len(p.Targets) == 0 {
		b.NoEffect = "it selects no workload with a proxy of the mesh"
	}
	return b
}

// atWaypoints are the policies that waypoints carry out on some calls.
func atWaypoints(court *authz.Court, rows []*calls.Row) []wire.AuthorizationBrief {
	type seat struct {
		waypoint resolve.Ref
		policy   *authz.Policy
	}
	told := map[seat]bool{}
	var out []wire.AuthorizationBrief
	for _, r := range rows {
		for _, part := range r.Parts {
			for _, p := range court.Through(&part.Connection).Policies() {
				at := seat{part.Legs[len(part.Legs)-1].From, p}
				if !told[at] {
					brief := authorizationBrief(p, true)
					brief.Waypoint = refOrNull(at.waypoint)
					out = append(out, brief)
				}
				told[at] = true
			}
		}
	}
	slices.SortFunc(out, func(a, b wire.AuthorizationBrief) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Waypoint.Name, b.Waypoint.Name))
	})
	return out
}

// authorizationRule is what a rule matches.
func authorizationRule(r *authz.Rule) string {
	var parts []string
	for i, alternatives := range [][]authz.Clause{r.Sources, r.Operations, {r.Conditions}} {
		var texts []string
		for _, c := range alternatives {
			if len(c) > 0 {
				texts = append(texts, clauseText(c))
			}
		}
		if len(texts) > 0 {
			parts = append(parts, []string{"from ", "to ", "when "}[i]+strings.Join(texts, " or "))
		}
	}
	if parts == nil {
		return "everything"
	}
	return strings.Join(parts, ", ")
}

// mostValues is how many values of a term are told.
const mostValues = 3

func clauseText(c authz.Clause) string {
	var texts []string
	for _, t := range c {
		name := t.Name
		if t.Condition && t.Not {
			name = "not " + name
		}
		texts = append(texts, strings.TrimSpace(name+" "+valuesText(t)))
	}
	return strings.Join(texts, " and ")
}

// valuesText are the values of a term; those of headers and tokens are nobody's business.
func valuesText(t authz.Term) string {
	if t.About == authz.HTTP && (t.Condition || strings.HasSuffix(t.Name, "equestPrincipals")) {
		return ""
	}
	text := strings.Join(t.Values[:min(len(t.Values), mostValues)], ", ")
	if n := len(t.Values) - mostValues; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}
