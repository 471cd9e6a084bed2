package verify

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/proxy"
)

// ztunnels compares ambient workloads with what the ztunnels of their nodes hold.
func (v *verifier) ztunnels() {
	if len(v.fleet.Ztunnels) == 0 {
		return
	}
	for _, w := range v.mesh.Workloads() {
		if w.Membership.Dataplane != resolve.DataplaneAmbient || !v.shows(w) {
			continue
		}
		for _, pod := range v.podsOf(w) {
			v.captured(w, pod)
		}
	}
	for _, z := range v.fleet.Ztunnels {
		v.tunnelCertificates(z)
	}
}

// podsOf are the pods of a workload: those of the input, else those that ztunnel is told of.
func (v *verifier) podsOf(w *inbound.Workload) (pods []proxy.Pod) {
	for _, name := range w.PodNames {
		pods = append(pods, proxy.Pod{Namespace: w.Ref.Namespace, Name: name})
	}
	if len(pods) > 0 {
		return pods
	}
	seen := map[proxy.Pod]bool{}
	for _, z := range v.fleet.Ztunnels {
		for i := range z.Workloads {
			t := &z.Workloads[i]
			if t.Pod.Namespace == w.Ref.Namespace && (t.Workload == w.Ref.Name || w.Ref.Kind == resolve.KindPod && t.Pod.Name == w.Ref.Name) && !seen[t.Pod] {
				seen[t.Pod] = true
				pods = append(pods, t.Pod)
			}
		}
	}
	return pods
}

// enforcing is the ztunnel that captures a pod: sure is false where only those of other nodes
// were read.
func (v *verifier) enforcing(p proxy.Pod) (z *proxy.Ztunnel, t *proxy.TunnelWorkload, sure bool) {
	var other *proxy.Ztunnel
	for _, z := range v.fleet.Ztunnels {
		w := z.Workload(p)
		if _, here := z.Local[p]; here || w != nil && z.Node != "" && z.Node == w.Node {
			return z, w, true
		}
		if other == nil && w != nil {
			other = z
		}
	}
	if other == nil {
		return nil, nil, false
	}
	return other, other.Workload(p), false
}

// captured compares one ambient pod.
func (v *verifier) captured(w *inbound.Workload, pod proxy.Pod) {
	z, t, sure := v.enforcing(pod)
	s := &subject{Envoy: &proxy.Envoy{Node: proxy.Node{Pod: pod}}, workload: w, synced: true} // istiod's list has its ztunnel
	defer func() { v.report.Items = append(v.report.Items, s.items...) }()
	if z == nil || t == nil {
		s.wrong(NotCapturedFound, analyze.Error, NotCaptured, Item{
			Config: "ambient", Proxy: "unknown to ztunnel",
			Message: "no ztunnel that was read has this pod: its traffic is plaintext, and no policy protects it",
		})
		v.mark(w, pod)
		return
	}
	if sure {
		v.mark(w, pod)
	}
	s.Files = []string{z.File}
	v.report.Proxies = append(v.report.Proxies, Proxy{Pod: pod, Workload: w, Kind: "ztunnel", Files: s.Files, Ports: len(w.Ports), Identity: t.TrustDomain})
	if !t.HBONE {
		s.wrong(NotCapturedFound, analyze.Error, NotCaptured, Item{
			Config: "HBONE", Proxy: "TCP",
			Message: "ztunnel has the pod as one without HBONE: clients send plaintext to it",
		})
	}
	if state, here := z.Local[pod]; z.Local != nil && z.Node != "" && z.Node == t.Node && (!here || state != "" && state != "Up") {
		s.wrong(NotCapturedFound, analyze.Error, NotCaptured, Item{
			Config: "Up", Proxy: orWord(state, "absent"),
			Message: fmt.Sprintf("the ztunnel of node %s does not capture the pod (state %s): its traffic bypasses ztunnel", z.Node, orWord(state, "absent")),
		})
	}
	missing := z.Dangling(t)
	for _, ref := range missing {
		s.wrong(DanglingPolicy, analyze.Error, Dangling, Item{
			Config: ref, Proxy: "absent",
			Message: fmt.Sprintf("the pod refers to policy %s, which ztunnel does not have: the policy denies nothing, so plaintext is accepted", ref),
		})
	}
	v.tunnelPorts(s, z, t, len(missing) > 0)
}

func orWord(s, word string) string {
	if s == "" {
		return word
	}
	return s
}

func (v *verifier) mark(w *inbound.Workload, pod proxy.Pod) {
	if v.seen[w] == nil {
		v.seen[w] = map[string]bool{}
	}
	v.seen[w][pod.Name] = true
}

// tunnelPorts compares what ztunnel enforces with the configuration.
func (v *verifier) tunnelPorts(s *subject, z *proxy.Ztunnel, t *proxy.TunnelWorkload, dangling bool) {
	compare := func(port int32, d *resolve.Decision) {
		got := z.Mode(t, port)
		i := Item{Port: port, Any: port == 0, Proxy: got.String(), Config: d.Mode.String(), By: d.By, At: d.Position(), State: Same}
		switch {
		case d.Mode == resolve.Unknown:
			i.State = Settled
		case d.Mode == resolve.None:
			i.State, i.Proxy = Unknown, ""
			i.Message = "an annotation lets inbound connections bypass ztunnel, which its dump does not show"
		case d.Mode != got:
			v.tunnelDiffers(s, &i, d, got, dangling)
			return
		}
		s.add(i)
	}
	for i := range s.workload.Ports {
		if p := &s.workload.Ports[i]; p.Protocol != resolve.ProtocolUDP && !s.workload.ProxyPort(p.Number) {
			compare(p.Number, &p.Decision)
		}
	}
	compare(0, &s.workload.Default)
}

func (v *verifier) tunnelDiffers(s *subject, i *Item, d *resolve.Decision, got resolve.Mode, dangling bool) {
	severity, effect := analyze.Warning, "ztunnel refuses calls that the configuration allows"
	if got.Weaker(d.Mode) {
		severity, effect = analyze.Error, "ztunnel accepts plaintext"
	}
	why, because := v.why(s, i, "listener")
	if dangling {
		why, because = Dangling, "ztunnel does not have the policy that the pod refers to"
	}
	i.State = Differs
	i.Message = fmt.Sprintf("%s is %s in the configuration and %s in ztunnel: %s; %s", portText(i), d.Mode, got, effect, because)
	s.wrong(PortDiffers, severity, why, *i)
}

// tunnelCertificates looks at what a ztunnel holds for the pods of its node.
func (v *verifier) tunnelCertificates(z *proxy.Ztunnel) {
	for i := range z.Certificates {
		c := &z.Certificates[i]
		pod := z.Pod
		if pod.Name == "" {
			pod.Name = z.File
		}
		e := &proxy.Envoy{Node: proxy.Node{Pod: pod}, Taken: z.Taken, Secrets: []proxy.Secret{{Name: proxy.OwnRoots, Roots: c.Roots}}}
		s := &subject{Envoy: e, workload: v.accountOf(c.Identity)}
		if s.workload == nil || !v.shows(s.workload) {
			continue
		}
		if c.State != "" && c.State != "Available" {
			s.wrong(SecretMissing, analyze.Error, Unexplained, Item{
				Config: c.Identity, Proxy: c.State,
				Message: fmt.Sprintf("ztunnel has no certificate for %s (%s): calls of its pods fail", c.Identity, c.State),
			})
		}
		if len(c.Chain) > 0 {
			v.dates(s, c.Chain)
			v.believed(s, c.Chain)
		}
		v.report.Items = append(v.report.Items, s.items...)
	}
}

// accountOf is the first workload that an identity is of, nil for none of the input.
func (v *verifier) accountOf(identity string) *inbound.Workload {
	name := strings.TrimPrefix(identity, "spiffe://")
	for _, w := range v.mesh.Workloads() {
		if w.Identity() == name {
			return w
		}
	}
	return nil
}
