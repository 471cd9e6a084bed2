package diagnose

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// mostFixes is how many ways are shown for one cause.
const mostFixes = 2

// repaired are the ways to repair a call that help, each tried; what is no change of
// configuration is told in words, where nothing else helps.
func (c *Case) repaired(call *Call, s *Suspect) (out []Fix) {
	for _, way := range ways(c, call) {
		if tried, helps := c.try(way, call, s, ""); helps {
			out = append(out, tried)
		}
	}
	if len(out) > 0 {
		return safest(out)
	}
	if text := inWords(call, s); text != "" {
		return []Fix{{Text: text}}
	}
	return nil
}

// safest are the ways that keep most of mTLS first; one that leads to plaintext where another does not
// is marked.
func safest(ways []Fix) []Fix {
	slices.SortStableFunc(ways, func(a, b Fix) int { return b.After.Compare(a.After) })
	for i := range ways {
		if ways[i].After == resolve.VerdictPlaintext && ways[0].After != resolve.VerdictPlaintext {
			ways[i].Text = "accept the risk: " + ways[i].Text
		}
	}
	return ways[:min(len(ways), mostFixes)]
}

// inWords is what to do where no change that can be tried helps.
func inWords(call *Call, s *Suspect) string {
	if call.Host != nil && call.Client() != nil && call.Outcome.Verdict == resolve.VerdictBroken {
		if text := remedy.Fix(&call.Connection); text != "" {
			return text
		}
	}
	return s.Fix
}

// try applies a fix to the mesh and asks the suspect again: neither may the cause with the key be
// there, nor a likely one.
func (c *Case) try(f Fix, call *Call, s *Suspect, key string) (Fix, bool) {
	after, ok := changed(c.tried(), f.Edits)
	if !ok {
		return f, false
	}
	c.options.trials++
	if !f.expected && worsens(c.Mesh, after) {
		return f, false
	}
	next := c.in(after)
	for _, cause := range s.find(next) {
		if cause.State == Likely || key != "" && cause.Key == key {
			return f, false
		}
	}
	f.Tried = true
	if call == nil {
		return f, true
	}
	worst, found := next.verdictOf(call)
	f.After = worst
	return f, found && worst != resolve.VerdictBroken && worst != resolve.VerdictUnknown
}

// verdictOf is what becomes of a call in this mesh: the worst of its endpoints.
func (c *Case) verdictOf(call *Call) (worst resolve.Verdict, found bool) {
	for _, one := range c.Calls() {
		if call.Client() != nil && (one.Client() == nil || !slices.ContainsFunc(one.Clients, func(w *inbound.Workload) bool { return w.Ref == call.Client().Ref })) {
			continue
		}
		if one.Denied() {
			return resolve.VerdictBroken, true
		}
		if !found || one.Outcome.Verdict.Compare(worst) < 0 {
			worst, found = one.Outcome.Verdict, true
		}
	}
	return worst, found
}

// ways are the changes that may repair a call: of DestinationRules, of who has a sidecar, and of
// what the sidecars capture. None weakens a server.
func ways(c *Case, call *Call) (out []Fix) {
	if c.tried() == nil {
		return nil
	}
	if call.Host != nil {
		for _, r := range remedy.Of(&call.Connection) {
			if edits := harmless(c, r.Changes); edits != nil {
				out = append(out, Fix{Text: ruleText(c, r), Edits: edits})
			}
		}
	}
	cause := call.Sends.Why.Cause
	switch client := call.Client(); {
	case client == nil:
	case cause == resolve.CauseNoProxy:
		out = append(out, injected(client, "the client"))
	case cause == resolve.CausePortExcluded:
		out = append(out, without(client, resolve.ExcludeOutboundPortsAnnotation))
	case cause == resolve.CauseRangeExcluded:
		out = append(out, without(client, resolve.ExcludeOutboundIPRangesAnnotation))
	case cause == resolve.CauseRangeNotIncluded:
		out = append(out, without(client, resolve.IncludeOutboundIPRangesAnnotation))
	}
	if call.Server != nil && call.Server.Workload != nil && call.Serves.Mode == resolve.None {
		out = append(out, served(call)...)
	}
	if call.Host != nil && call.Outcome.Verdict == resolve.VerdictPassthroughTLS {
		out = append(out, withoutTLS(c, call)...)
	}
	if d := &call.Serves; d.Mode == resolve.Disable && d.By.Kind == resolve.KindPeerAuthentication && call.Sends.TLS == resolve.SendsIstioMutual {
		out = append(out, Fix{Text: fmt.Sprintf("set %s of %s to PERMISSIVE, so that the port accepts mTLS and plaintext", d.Field, d.By),
			Edits: []analyze.Edit{{Object: d.By, Verb: analyze.Set, Field: modeField(d.Field), Value: "PERMISSIVE"}}})
	}
	if call.Sends.By.Kind == resolve.KindPeerAuthentication {
		out = append(out, Fix{Text: fmt.Sprintf("set %s to PERMISSIVE, so that clients check the endpoints", call.Sends.By),
			Edits: []analyze.Edit{{Object: call.Sends.By, Verb: analyze.Set, Field: call.Sends.Field, Value: "PERMISSIVE"}}})
	}
	return out
}

// modeField is where a PeerAuthentication has the mode: an entry of a port is a map of it.
func modeField(f resolve.Field) resolve.Field {
	if path := f.Segments(); len(path) > 0 && path[len(path)-1] == "mode" {
		return f
	}
	return f.Child("mode")
}

// maxEffort is how many clients are asked, and calls compared, to prove one change of rules.
const maxEffort = 300_000

// harmless are changes of rules as edits, where the mesh shows that no call gets worse by them. A rule
// that would be empty, which Istio refuses, is deleted.
func harmless(c *Case, changes []remedy.RuleChange) []analyze.Edit {
	effort := maxEffort
	proved, ok := remedy.Harmless(c.Mesh, changes, &effort)
	if !ok {
		return nil
	}
	return ruleEdits(c, proved)
}

// withoutTLS leaves a call to auto mTLS whose rule sends TLS that the application does not expect. To
// the court of remedies that is worse, since an application might expect it: here the symptom shows
// that it does not.
func withoutTLS(c *Case, call *Call) []Fix {
	rule := call.Call.Setting.Rule
	if call.Call.Setting.TLS == nil || rule == nil || rule.Backend || resolve.IsWildcard(rule.FQDN) {
		return nil
	}
	spec := rule.Spec().DeepCopy()
	field := call.Call.Setting.Spot.Clear(spec)
	if spec.GetTrafficPolicy() == nil && len(spec.GetSubsets()) == 0 {
		spec = nil // Istio refuses an empty one
	}
	edits := ruleEdits(c, []remedy.RuleChange{remedy.ChangeRule(rule.Ref, spec, rule)})
	return []Fix{{Text: fmt.Sprintf("delete %s so that auto mTLS applies (%s)", field, rule.Ref), Edits: edits, expected: true}}
}

// served are the ways to put a proxy in front of a port.
func served(call *Call) (out []Fix) {
	w := call.Server.Workload
	if w.Membership.Dataplane == resolve.DataplaneNone && remedy.NeverInjected(w) == "" {
		f := injected(w, "the server")
		if call.Serves.IfMeshed == resolve.Strict {
			f.Text += "; the port is then STRICT, and clients without a sidecar cannot call it"
		}
		out = append(out, f)
	}
	for _, annotation := range []string{resolve.ExcludeInboundPortsAnnotation, resolve.IncludeInboundPortsAnnotation} {
		if _, has := w.Annotations[annotation]; has {
			out = append(out, without(w, annotation))
		}
	}
	return out
}

// injected asks for a sidecar by the label of the pod, which wins over the namespace's.
func injected(w *inbound.Workload, side string) Fix {
	metadata := metadataField(w)
	f := Fix{Text: fmt.Sprintf("inject a sidecar into %s %s: label %s: \"true\" on the pod template, and restart the pods", side, w.Short(), resolve.InjectLabel)}
	f.Edits = []analyze.Edit{{Object: w.Ref, Verb: analyze.Set, Field: metadata.Child("labels").Child(resolve.InjectLabel), Value: "true"}}
	if _, has := w.Annotations[resolve.InjectLabel]; has {
		f.Edits = append(f.Edits, analyze.Edit{Object: w.Ref, Verb: analyze.Remove, Field: metadata.Child("annotations").Child(resolve.InjectLabel)})
	}
	return f
}

func without(w *inbound.Workload, annotation string) Fix {
	return Fix{Text: fmt.Sprintf("remove the annotation %s from the pods of %s", annotation, w.Short()),
		Edits: []analyze.Edit{{Object: w.Ref, Verb: analyze.Remove, Field: metadataField(w).Child("annotations").Child(annotation)}}}
}

// metadataField is where the metadata of a workload's pods is written.
func metadataField(w *inbound.Workload) resolve.Field {
	switch w.Ref.Kind {
	case resolve.KindPod, resolve.KindWorkloadEntry:
		return "metadata"
	case resolve.KindCronJob:
		return "spec.jobTemplate.spec.template.metadata"
	}
	return "spec.template.metadata"
}

// ruleText names the rule beside what to do with it.
func ruleText(c *Case, r remedy.Remedy) string {
	if ref := r.Changes[0].Ref; c.Mesh.RuleNamed(ref) != nil {
		return r.Text + " (" + ref.String() + ")"
	}
	return r.Text
}

// ruleEdits are changes of rules, field by field.
func ruleEdits(c *Case, changes []remedy.RuleChange) (out []analyze.Edit) {
	for _, r := range changes {
		was := c.Mesh.RuleNamed(r.Ref)
		switch {
		case r.Spec == nil:
			out = append(out, analyze.Edit{Object: r.Ref, Verb: analyze.Remove})
		case was == nil:
			out = append(out, analyze.Edit{Object: r.Ref, Verb: analyze.Create, Value: map[string]any{
				"apiVersion": "networking.istio.io/v1", "kind": resolve.KindDestinationRule.Word(),
				"metadata": map[string]any{"name": r.Ref.Name, "namespace": r.Ref.Namespace}, "spec": analyze.Tree(r.Spec),
			}})
		default:
			out = append(out, analyze.Rewrite(r.Ref, "spec", analyze.Tree(was.Spec()), analyze.Tree(r.Spec))...)
		}
	}
	return out
}
