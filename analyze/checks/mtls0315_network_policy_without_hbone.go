package checks

import (
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// NetworkPolicyWithoutHBONE finds policies of the network that name ports of applications where
// HBONE comes and goes, which is port 15008 (3.6.11).
var NetworkPolicyWithoutHBONE = register(&analyze.Check{
	Code:     "MTLS0315",
	Name:     "network-policy-without-hbone",
	Severity: analyze.Error,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    append([]resolve.Kind{resolve.KindNamespace, resolve.KindService, resolve.KindServiceEntry}, append(slices.Clone(resolve.NetworkPolicyKinds), whoCalls...)...),
	Title:    "A NetworkPolicy that blocks HBONE",
	Why: `The network enforces a NetworkPolicy outside the pod. There, an HBONE call is a connection to port 15008, whatever port the
client called. A policy that allows application ports only drops every such call before ztunnel sees it; clients without a
proxy still get through. The tunnel carries calls to any port of the pod: a policy that allows 15008 limits who calls, but
no longer to which port; an AuthorizationPolicy does. With ambient, probes of the kubelet come from 169.254.7.127 and
fd16:9254:7127:1337:ffff:ffff:ffff:ffff: some network plugins need a rule for these addresses.`,
	Fix:      "add port 15008 (TCP) to the rule, and limit ports with an AuthorizationPolicy",
	Docs:     []string{"https://istio.io/latest/docs/ambient/usage/networkpolicy/"},
	Controls: available,
	Before:   ambientServer("STRICT") + networkPolicyWorld(""),
	After:    ambientServer("STRICT") + networkPolicyWorld(", {port: 15008}"),
	Run: func(p *analyze.Pass) {
		readCallers(p)
		p.Namespaces()
		p.Services()
		parts := networkParts(p)
		if len(parts) == 0 {
			return
		}
		ambient := slices.ContainsFunc(p.Clients(), func(c *outbound.ClientClass) bool { return c.Dataplane == resolve.DataplaneAmbient })
		blocked := blockedRules{p: p, index: map[string]*blockedRule{}}
		for _, w := range p.Workloads() {
			selected := slices.DeleteFunc(slices.Concat(parts[w.Ref.Namespace], parts[""]), func(part *networkPart) bool { return !part.selects(w) })
			captured := w.Membership.Dataplane == resolve.DataplaneAmbient
			if captured || ambient && w.Tunnel != inbound.NoTunnel && w.Tunnel != inbound.TunnelDeaf {
				blocked.server(w, selected)
			}
			if captured {
				blocked.client(w, selected)
			}
		}
		for _, b := range blocked.list {
			p.Report(b.finding())
		}
	},
})

// networkPolicyWorld allows the port of the application from everywhere, and more.
func networkPolicyWorld(more string) string {
	return `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: pay, namespace: mesh}
spec:
  podSelector: {matchLabels: {app: pay}}
  ingress:
    - ports: [{port: 8080}` + more + `]
`
}

// networkPart is one selector of a policy of the network.
type networkPart struct {
	object resolve.Object
	*resolve.NetworkPolicyPart
	selector labels.Selector
}

// networkParts are those of all policies, by namespace; "" for policies of the cluster.
func networkParts(p *analyze.Pass) map[string][]*networkPart {
	out := map[string][]*networkPart{}
	for _, kind := range resolve.NetworkPolicyKinds {
		for _, o := range p.Objects(kind) {
			policy, ok := o.Value.(*resolve.NetworkPolicy)
			if !ok {
				continue
			}
			for i := range policy.Parts {
				selector, err := metav1.LabelSelectorAsSelector(&policy.Parts[i].Selector)
				if err == nil && (policy.Parts[i].Ingress != nil || policy.Parts[i].Egress != nil) {
					out[policy.Namespace] = append(out[policy.Namespace], &networkPart{o, &policy.Parts[i], selector})
				}
			}
		}
	}
	return out
}

// selects reports pods that a policy which may select them does.
func (n *networkPart) selects(w *inbound.Workload) bool {
	return !w.HostNetwork && n.selector.Matches(podLabels{w})
}

// podLabels are the labels of pods, with the one by which Cilium names their namespace.
type podLabels struct{ *inbound.Workload }

// Has implements labels.Labels.
func (l podLabels) Has(key string) bool {
	_, has := l.Lookup(key)
	return has
}

// Get implements labels.Labels.
func (l podLabels) Get(key string) string {
	value, _ := l.Lookup(key)
	return value
}

// Lookup implements labels.Labels.
func (l podLabels) Lookup(key string) (string, bool) {
	if key == resolve.NamespaceOfPod {
		return l.Ref.Namespace, true
	}
	value, has := l.Labels[key]
	return value, has
}

// blockedRule is a rule that names a port of an application, where nothing lets HBONE pass.
type blockedRule struct {
	object    resolve.Object
	rule      *resolve.NetworkRule
	egress    bool
	port      int32
	workloads []*inbound.Workload
	calls     []*declared.Call
}

type blockedRules struct {
	p     *analyze.Pass
	index map[string]*blockedRule
	list  []*blockedRule
	// hosts are those that lead to a workload, nil until they are asked for.
	hosts map[*inbound.Workload][]*outbound.Host
}

func (b *blockedRules) add(part *networkPart, rule *resolve.NetworkRule, port int32, w *inbound.Workload) *blockedRule {
	key := part.object.Ref().String() + string(rule.Field)
	one := b.index[key]
	if one == nil {
		one = &blockedRule{object: part.object, rule: rule, port: port}
		b.index[key], b.list = one, append(b.list, one)
	}
	one.workloads = append(one.workloads, w)
	return one
}

// server looks at what lets connections to a workload pass.
func (b *blockedRules) server(w *inbound.Workload, parts []*networkPart) {
	limits := slices.DeleteFunc(slices.Clone(parts), func(n *networkPart) bool { return n.Ingress == nil })
	if slices.ContainsFunc(limits, func(n *networkPart) bool { return passes(n.Ingress) }) {
		b.otherPeers(w, limits)
		return
	}
	for _, n := range limits {
		for i := range n.Ingress {
			for _, port := range w.Ports {
				if n.Ingress[i].Has(port.Number, port.Name) && port.Protocol != resolve.ProtocolUDP {
					one := b.add(n, &n.Ingress[i], port.Number, w)
					one.calls = append(one.calls, b.callsOf(w)...)
					return
				}
			}
		}
	}
}

// client looks at what lets connections from a workload pass, where it is known to call somebody
// with HBONE.
func (b *blockedRules) client(w *inbound.Workload, parts []*networkPart) {
	limits := slices.DeleteFunc(slices.Clone(parts), func(n *networkPart) bool { return n.Egress == nil })
	if len(limits) == 0 || slices.ContainsFunc(limits, func(n *networkPart) bool { return passes(n.Egress) }) {
		return
	}
	for _, d := range b.p.DependenciesOf(w) {
		if d.Handed {
			continue
		}
		for _, e := range tunnelsOf(d) {
			for _, n := range limits {
				for i := range n.Egress {
					if r := &n.Egress[i]; (r.Pods || r.AnyPeer) && r.Has(e.Port, "") {
						one := b.add(n, r, e.Port, w)
						one.egress, one.calls = true, append(one.calls, d)
						return
					}
				}
			}
		}
	}
}

// passes reports rules that let HBONE pass.
func passes(rules []resolve.NetworkRule) bool {
	return slices.ContainsFunc(rules, func(r resolve.NetworkRule) bool { return r.Has(resolve.HBONEPort, "") })
}

// tunnelsOf are the endpoints of a call that accept HBONE.
func tunnelsOf(d *declared.Call) []outbound.Endpoint {
	var out []outbound.Endpoint
	for i := range d.Host.Ports {
		if port := &d.Host.Ports[i]; d.Port == 0 || d.Port == port.Number {
			for _, e := range port.Endpoints {
				if e.Workload != nil && e.Workload.Tunnel != inbound.NoTunnel {
					out = append(out, e)
				}
			}
		}
	}
	return out
}

// callsOf are the calls that configuration says clients with HBONE make to a workload.
func (b *blockedRules) callsOf(w *inbound.Workload) []*declared.Call {
	var out []*declared.Call
	for _, h := range b.hostsOf(w) {
		for _, d := range b.p.DependenciesOn(h) {
			if d.Client == nil || d.Handed || d.Client == w {
				continue
			}
			switch plane := d.Client.Membership.Dataplane; {
			case plane == resolve.DataplaneAmbient, plane == resolve.DataplaneSidecar && w.Membership.Dataplane == resolve.DataplaneAmbient:
				out = append(out, d)
			}
		}
	}
	return out
}

func (b *blockedRules) hostsOf(w *inbound.Workload) []*outbound.Host {
	if b.hosts == nil {
		b.hosts = map[*inbound.Workload][]*outbound.Host{}
		for _, h := range b.p.Mesh().Hosts() {
			for i := range h.Ports {
				for _, e := range h.Ports[i].Endpoints {
					if e.Workload != nil && !slices.Contains(b.hosts[e.Workload], h) {
						b.hosts[e.Workload] = append(b.hosts[e.Workload], h)
					}
				}
			}
		}
	}
	return b.hosts[w]
}

func (b *blockedRule) finding() analyze.Finding {
	w := b.workloads[0]
	f := analyze.Finding{
		Object: b.object.Ref(), Origin: b.object.Origin, Field: b.rule.Field.Child("ports"), Affected: affectedWorkloads(b.workloads), Involved: []resolve.Ref{w.Ref},
		Confidence: analyze.Likely, Mild: len(b.calls) == 0,
	}
	if b.object.Kind != resolve.KindNetworkPolicy {
		f.Confidence, f.Field = analyze.Certain, b.rule.Field.Child("toPorts")
	}
	f.Message = fmt.Sprintf("allows connections to port %d of %s, but not to port 15008: HBONE calls to it are dropped (3.6.11)", b.port, w.Short())
	if b.egress {
		f.Message = fmt.Sprintf("allows connections from %s to port %d, but not to port 15008: its HBONE calls are dropped (3.6.11)", w.Short(), b.port)
	}
	if len(b.calls) > 0 {
		f.Message += fmt.Sprintf("; declared client %s: %s", b.calls[0].Client.Short(), b.calls[0].Says)
	}
	return f
}
