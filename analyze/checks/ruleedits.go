package checks

import (
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// newRule is a DestinationRule to be added.
func newRule(ref resolve.Ref, spec *networkingapi.DestinationRule) analyze.Edit {
	return analyze.Edit{Object: ref, Verb: analyze.Create, Value: map[string]any{
		"apiVersion": "networking.istio.io/v1", "kind": "DestinationRule",
		"metadata": map[string]any{"name": ref.Name, "namespace": ref.Namespace}, "spec": analyze.Tree(spec),
	}}
}

// rulesNow are the specs of the mesh's rules by name.
func rulesNow(p *analyze.Pass) map[resolve.Ref]*resolve.DestinationRule {
	rules := map[resolve.Ref]*resolve.DestinationRule{}
	for _, r := range p.DestinationRules() {
		rules[r.Ref] = r
	}
	return rules
}

// remedyEdits are the changes of a remedy, field by field.
func remedyEdits(rules map[resolve.Ref]*resolve.DestinationRule, r resolve.Remedy) []analyze.Edit {
	var out []analyze.Edit
	for _, c := range r.Changes {
		was := rules[c.Ref]
		switch {
		case c.Spec == nil:
			out = append(out, analyze.Edit{Object: c.Ref, Verb: analyze.Remove})
		case was == nil:
			out = append(out, newRule(c.Ref, c.Spec))
		default:
			out = append(out, rewritten(was, c.Spec)...)
		}
	}
	return out
}

// rewritten makes a rule say what another spec says; one that says nothing any more but
// its host goes.
func rewritten(r *resolve.DestinationRule, spec *networkingapi.DestinationRule) []analyze.Edit {
	if spec.GetTrafficPolicy() == nil && len(spec.GetSubsets()) == 0 {
		return []analyze.Edit{{Object: r.Ref, Verb: analyze.Remove}}
	}
	return analyze.Rewrite(r.Ref, "spec", analyze.Tree(r.Spec()), analyze.Tree(spec))
}

// freeName is a name for a rule beside the others of a namespace.
func freeName(rules map[resolve.Ref]*resolve.DestinationRule, namespace, like string) resolve.Ref {
	ref := resolve.Ref{Kind: resolve.KindDestinationRule, Namespace: namespace, Name: strings.ReplaceAll(like, "*", "any")}
	for rules[ref] != nil {
		ref.Name += "-tls"
	}
	return ref
}
