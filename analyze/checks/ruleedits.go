package checks

import (
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// newRule is a DestinationRule to be added.
func newRule(ref resolve.Ref, spec *networkingapi.DestinationRule) analyze.Edit {
	return analyze.Edit{Object: ref, Verb: analyze.Create, Value: map[string]any{
		"apiVersion": "networking.istio.io/v1", "kind": "DestinationRule",
		"metadata": map[string]any{"name": ref.Name, "namespace": ref.Namespace}, "spec": analyze.Tree(spec),
	}}
}

// rulesNow are the mesh's rules by name.
func rulesNow(p *analyze.Pass) map[resolve.Ref]*outbound.DestinationRule {
	p.DestinationRules()
	return analyze.Shared(p, "rules", func(m *mesh.Mesh) map[resolve.Ref]*outbound.DestinationRule {
		rules := map[resolve.Ref]*outbound.DestinationRule{}
		for _, r := range m.DestinationRules() {
			rules[r.Ref] = r
		}
		return rules
	})
}

// remedyEdits are the changes of a remedy, field by field.
func remedyEdits(rules map[resolve.Ref]*outbound.DestinationRule, changes []remedy.RuleChange) []analyze.Edit {
	var out []analyze.Edit
	for _, c := range changes {
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

// proved are changes of rules as edits, where the mesh shows that no call gets worse by
// them; nil where one would, as where a rule that does not count says DISABLE.
func proved(p *analyze.Pass, changes ...remedy.RuleChange) []analyze.Edit {
	if len(changes) == 0 {
		return nil
	}
	harmless, ok := p.Harmless(changes)
	if !ok {
		return nil
	}
	return remedyEdits(rulesNow(p), harmless)
}

// respelled is a rule with its spec changed.
func respelled(r *outbound.DestinationRule, change func(*networkingapi.DestinationRule)) remedy.RuleChange {
	spec := r.Spec().DeepCopy()
	change(spec)
	return remedy.ChangeRule(r.Ref, spec, r)
}

// rewritten makes a rule say what another spec says.
func rewritten(r *outbound.DestinationRule, spec *networkingapi.DestinationRule) []analyze.Edit {
	return analyze.Rewrite(r.Ref, "spec", analyze.Tree(r.Spec()), analyze.Tree(spec))
}

// freeName is a name for a rule beside the others of a namespace, and those that are to be
// added with it.
func freeName(rules map[resolve.Ref]*outbound.DestinationRule, added []remedy.RuleChange, namespace, like string) resolve.Ref {
	ref := resolve.Ref{Kind: resolve.KindDestinationRule, Namespace: namespace, Name: like}
	for rules[ref] != nil || slices.ContainsFunc(added, func(c remedy.RuleChange) bool { return c.Ref == ref }) {
		ref.Name += "-tls"
	}
	return ref
}
