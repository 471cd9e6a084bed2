package checks

import (
	"fmt"
	"slices"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// bundle is the rules of one namespace that one cause keeps from counting: one
// finding, about the first of them.
type bundle struct {
	reach outbound.Reach
	field resolve.Field
	rules []*outbound.DestinationRule
}

// bundled adds a rule to the bundle of its cause, or begins one.
func bundled(list []*bundle, r *outbound.DestinationRule, field resolve.Field, reach outbound.Reach) []*bundle {
	for _, b := range list {
		if b.rules[0].Ref.Namespace == r.Ref.Namespace && b.sameCause(reach) && b.sameDomain(r) {
			b.rules = append(b.rules, r)
			return list
		}
	}
	return append(list, &bundle{reach, field, []*outbound.DestinationRule{r}})
}

func (b *bundle) sameCause(o outbound.Reach) bool {
	a := b.reach
	if a.Unused != o.Unused || a.By != o.By || a.Guess != o.Guess || a.Fallback != o.Fallback {
		return false
	}
	// These name what is to be done for the one rule.
	return a.Unused != outbound.UnusedSpelling && a.Unused != outbound.UnusedAlias && a.Unused != outbound.UnusedMasked
}

// sameDomain keeps apart rules whose hosts are of different namespaces where the
// sentence names the namespace.
func (b *bundle) sameDomain(r *outbound.DestinationRule) bool {
	_, one, _ := strings.Cut(b.rules[0].FQDN, ".")
	_, other, _ := strings.Cut(r.FQDN, ".")
	return one == other || b.reach.Unused == outbound.UnusedMerged || b.reach.Unused == outbound.UnusedBeaten
}

// repair makes the rules count, or moves them to where they do, where there is one way for
// all of them that makes no call worse.
func (b *bundle) repair(p *analyze.Pass) []analyze.Edit {
	var changes []remedy.RuleChange
	for _, r := range b.rules {
		switch {
		case b.reach.Unused == outbound.UnusedSpelling && looksThere(p, r, b.reach.Intended):
			changes = append(changes, respelled(r, func(spec *networkingapi.DestinationRule) { spec.Host = b.reach.Intended.Name }))
		case b.reach.Unused == outbound.UnusedPlace && !strings.HasPrefix(r.FQDN, "*") && len(b.rules) == 1:
			changes = append(changes, moved(p, r, p.Reach(r).Hosts)...)
		default:
			return nil
		}
	}
	return proved(p, changes...)
}

// looksThere reports whether clients look for a rule of a host where the rule stands.
func looksThere(p *analyze.Pass, r *outbound.DestinationRule, h *outbound.Host) bool {
	return r.Ref.Namespace == h.Namespace || r.Ref.Namespace == p.RootNamespace() || slices.ContainsFunc(p.Workloads(), func(w *inbound.Workload) bool {
		return w.Ref.Namespace == r.Ref.Namespace && w.Membership.Dataplane == resolve.DataplaneSidecar
	})
}

// moved puts a rule beside the service that it is for, nil where one is there already.
func moved(p *analyze.Pass, r *outbound.DestinationRule, hosts []*outbound.Host) []remedy.RuleChange {
	rules := rulesNow(p)
	for _, other := range rules {
		if other.FQDN == r.FQDN && other.Ref.Namespace == hosts[0].Namespace {
			return nil
		}
	}
	spec := r.Spec().DeepCopy()
	spec.Host = r.FQDN
	return []remedy.RuleChange{remedy.ChangeRule(r.Ref, nil, r), remedy.ChangeRule(freeName(rules, nil, hosts[0].Namespace, r.Ref.Name), spec, r)}
}

func (b *bundle) finding() analyze.Finding {
	r, reach := b.rules[0], b.reach
	f := analyze.Finding{Object: r.Ref, Origin: r.Origin, Field: b.field, Confidence: sure(!reach.Guess), Mild: reach.Fallback, Fix: unusedFixes[reach.Unused]}
	f.Message = fmt.Sprintf("its tls has no effect: %s (%s)", words.Because(reach.Why), words.Rule(reach.Why))
	switch {
	case reach.Unused == outbound.UnusedAbsent:
		f.Message = fmt.Sprintf("%s (%s): unless something else makes it, its tls has no effect", words.Because(reach.Why), words.Rule(reach.Why))
	case reach.Unused == outbound.UnusedUnplaced:
		f.Message = "as these files are read " + f.Message
	case reach.Unused == outbound.UnusedSpelling && reach.Guess: // of a name that anybody may own
		f.Confidence, f.Fix = analyze.Likely, "write "+reach.Intended.Name
	case reach.Fallback:
		f.Fix = "nothing, if it is meant for services to come; else delete it"
		f.Message = fmt.Sprintf("its tls has no effect on the services at hand, each has a rule that comes before it: %s (%s)", words.Because(reach.Why), words.Rule(reach.Why))
	}
	if len(reach.Hosts) == 0 {
		f.Field = "spec.host"
	}
	if !reach.By.IsZero() {
		f.Involved = append(f.Involved, reach.By)
	}
	for _, more := range b.rules[1:] {
		f.Involved = append(f.Involved, more.Ref)
	}
	for _, r := range b.rules {
		f.Affected = append(f.Affected, affectedObjects([]resolve.Ref{r.Ref})...)
	}
	f.Message += b.others()
	return f
}

// others counts the rest of the bundle and names some.
func (b *bundle) others() string {
	rest := b.rules[1:]
	if len(rest) == 0 {
		return ""
	}
	var names []string
	for _, r := range rest[:min(len(rest), maxExamples)] {
		names = append(names, r.Ref.Path())
	}
	if len(rest) == 1 {
		return "; the same holds for " + names[0]
	}
	such := ":"
	if len(rest) > maxExamples {
		such = ", such as"
	}
	return fmt.Sprintf("; the same holds for %d more rules%s %s", len(rest), such, strings.Join(names, ", "))
}

// unusedFixes say what to do about a rule that counts nowhere, by the cause.
var unusedFixes = map[outbound.Unused]string{
	outbound.UnusedRevision: "remove the label istio.io/rev, or give it the revision of the clients",
	outbound.UnusedSelector: "correct the labels of spec.workloadSelector, or delete the rule",
	outbound.UnusedPlace:    "move the rule to the namespace of the service, or to that of the clients that it is for",
	outbound.UnusedMerged:   "merge the two rules into one, or delete the one that is not meant",
	outbound.UnusedExport:   "let spec.exportTo name the namespace of the clients, or delete the rule",
	outbound.UnusedBeaten:   "put the tls into the rule that comes first, or delete one of the two",
	outbound.UnusedMasked:   "give the other rule a twin without workloadSelector or with exportTo, or merge the two",
	outbound.UnusedAlias:    "write the rule for the host that the Service stands for",
	outbound.UnusedAbsent:   "its Service is not in the input: read it too, or correct the host",
	outbound.UnusedSpelling: "write the full name: <service>.<namespace>.svc.cluster.local",
	outbound.UnusedUnplaced: "read these files with -n and the namespace that they are applied to",
}
