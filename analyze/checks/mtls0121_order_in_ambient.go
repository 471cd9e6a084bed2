package checks

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// OrderInAmbient finds policies of ambient workloads that STRICT survives in one order of events
// only (2C.7).
var OrderInAmbient = register(&analyze.Check{
	Code:     "MTLS0121",
	Name:     "order-in-ambient",
	Severity: analyze.Error,
	Open:     true,
	Needs:    []resolve.Kind{resolve.KindPeerAuthentication, resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindNamespace},
	Title:    "An exception in ambient that leaves ports open if STRICT is applied after it",
	Why: `For ztunnel, istiod converts a policy with port exceptions into a policy of its own. The result depends on the policies of the
namespace and of the mesh that exist when the exception is written, and istiod does not convert it again when those
change. If STRICT is applied after the exception, the workload refers to a policy that does not exist: plaintext is accepted
on every port, or on those that should be STRICT, until istiod restarts or somebody edits the exception. Within one kubectl
apply the order of the documents decides. An exception with mtls.mode: STRICT of its own needs no other policy and is safe.
In a cluster the times of the policies (creation, last change) and of istiod's pods show what happened. The check is silent where
istiod converted the exception after STRICT. Where istiod converted it before, describe shows PERMISSIVE, and where the
times leave both possible, UNKNOWN. Files have no such times: describe then shows the mode that a restarted istiod enforces.`,
	Fix:      "set mtls.mode: STRICT in the exception itself, beside the entries of its ports",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/security/peer_authentication/", "https://istio.io/latest/docs/ambient/usage/l4-policy/"},
	Controls: inTransit,
	Before:   ambientServer("STRICT") + openPort(""),
	After:    ambientServer("STRICT") + openPort("\n  mtls: {mode: STRICT}"),
	Run: func(p *analyze.Pass) {
		p.PeerAuthentications()
		p.Namespaces()
		index, list := map[resolve.Ref]*lateParents{}, []*lateParents(nil)
		for _, w := range p.Workloads() {
			late := lateOf(w)
			if late == nil {
				continue
			}
			if known := index[late.policy.Ref]; known != nil {
				known.workloads = append(known.workloads, w)
				continue
			}
			index[late.policy.Ref] = late
			list = append(list, late)
		}
		for _, late := range list {
			p.Report(late.finding())
		}
	},
})

func openPort(mode string) string {
	return `---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: pay, namespace: mesh}
spec:
  selector:
    matchLabels: {app: pay}` + mode + `
  portLevelMtls:
    8080: {mode: PERMISSIVE}
`
}

// lateParents are the policies that open ports of workloads if they come after another one.
type lateParents struct {
	policy    *inbound.PeerAuthentication
	parents   []*inbound.PeerAuthentication
	port      int32 // 0 for those that nothing names
	history   inbound.History
	workloads []*inbound.Workload
}

// lateOf is nil for a workload whose ports are what they are in every order of events, or of
// which a cluster shows that the order was the right one.
func lateOf(w *inbound.Workload) *lateParents {
	ports := []int32{0}
	for i := range w.Ports {
		ports = append(ports, w.Ports[i].Number)
	}
	for _, port := range ports {
		l := &lateParents{policy: w.In.Winners[resolve.ScopeWorkload], parents: w.Late(port), port: port, workloads: []*inbound.Workload{w}}
		history, hangs := w.History(port)
		switch l.history = history; {
		case hangs != nil:
			l.parents = []*inbound.PeerAuthentication{hangs}
			return l
		case history == inbound.HistoryRight:
		case slices.ContainsFunc(l.parents, func(o *inbound.PeerAuthentication) bool { return l.policy.Follows(o) != inbound.OrderAfter }):
			return l
		}
	}
	return nil
}

func (l *lateParents) finding() analyze.Finding {
	w, last := l.workloads[0], l.parents[len(l.parents)-1]
	f := analyze.Finding{
		Object: l.policy.Ref, Origin: l.policy.Origin, Field: "spec.portLevelMtls", Involved: []resolve.Ref{w.Ref}, Affected: affectedWorkloads(l.workloads), Mild: true,
	}
	what := fmt.Sprintf("port %d", l.port)
	if l.port == 0 {
		what = "every port without an entry in it"
	}
	named := last.Ref.String()
	if len(l.parents) > 1 {
		named = l.parents[0].Ref.String() + " and " + named
	}
	for _, o := range l.parents {
		f.Involved = append(f.Involved, o.Ref)
		f.Mild = f.Mild && l.history == inbound.HistoryUntold && l.policy.Follows(o) != inbound.OrderBefore
	}
	says := "accepts plaintext unless istiod was restarted or this policy was edited since: %s changed after it, and istiod does not convert this policy again (2C.7)"
	switch {
	case l.history == inbound.HistoryWrong:
		says = "accepts plaintext: %s changed after this policy, and since then istiod was not restarted and did not convert this policy again (2C.7)"
	case f.Mild:
		says = "accepts plaintext if %s is applied after this policy, until istiod restarts: istiod does not convert this policy again (2C.7)"
	}
	f.Message = fmt.Sprintf("%s of %s "+says, what, w.Short(), named)
	if l.policy.Mode == resolve.Unset && w.Early(0, false, false) == resolve.Strict {
		f.Fix = "set mtls.mode: STRICT in this policy: then its conversion needs no other policy"
		f.Repair = []analyze.Edit{{Object: l.policy.Ref, Verb: analyze.Set, Field: "spec.mtls.mode", Value: "STRICT"}}
	}
	return f
}
