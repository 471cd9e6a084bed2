package checks

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// Disabled finds every place where mTLS is switched off.
var Disabled = register(&analyze.Check{
	Code:     "MTLS0108",
	Name:     "disabled",
	Severity: analyze.Warning,
	Open:     true,
	Needs:    []resolve.Kind{resolve.KindPeerAuthentication},
	Reads:    []resolve.Kind{resolve.KindWorkload},
	Local:    true,
	Title:    "DISABLE turns encryption and identity off",
	Why: `A DISABLE port accepts only plaintext: calls are neither encrypted nor authenticated, and policies that name a
principal see none. PERMISSIVE accepts the same plaintext clients and still gives the others mTLS, so DISABLE is
needed only where the sidecar must not touch the bytes. For a whole namespace DISABLE also makes clients send
plaintext to workloads that are STRICT (3.4.2). Ambient ignores DISABLE (2A.1).`,
	Fix:      "use PERMISSIVE; accept the risk: limit DISABLE to the one port that needs it and write down why",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/security/peer_authentication/#PeerAuthentication-MutualTLS-Mode"},
	Controls: inTransit,
	Before: `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: DISABLE}
`,
	After: `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: PERMISSIVE}
`,
	Run: func(p *analyze.Pass) {
		byNamespace := workloadsByNamespace(p)
		lost := losers(p.Workloads())
		for _, pa := range p.PeerAuthentications() {
			if pa.Rejected != "" || lost[pa.Ref] || selectsNothing(p, pa, byNamespace) || ignoredInRoot(p, pa) {
				continue // it turns nothing off, and other checks say so
			}
			heeds := heeding(under(p, pa, byNamespace))
			if heeds == heededByNone {
				continue // ambient alone, of which MTLS0115 tells
			}
			if pa.Mode == resolve.Disable && !keptOpen(p, pa, 0) {
				p.Report(heeds.told(turnsOff(p, pa)))
			}
			for _, e := range pa.Ports {
				if e.Mode == resolve.Disable && !keptOpen(p, pa, e.Port) {
					p.Report(heeds.told(analyze.Finding{Object: pa.Ref, Origin: pa.Origin, Field: pa.PortField(e.Port), Message: fmt.Sprintf("turns mTLS off for port %d of %s", e.Port, reach(p, pa))}))
				}
			}
		}
	},
})

// heeded is what is known of the proxies that a DISABLE is for: ambient ignores it (2A.1).
type heeded int

const (
	heededPerhaps heeded = iota
	heededBySome
	heededByNone
)

func heeding(workloads []*inbound.Workload) heeded {
	out := heededByNone
	for _, w := range workloads {
		switch w.Membership.Dataplane {
		case resolve.DataplaneAmbient:
		case resolve.DataplaneUnknown:
			out = heededPerhaps
		default:
			return heededBySome
		}
	}
	if len(workloads) == 0 {
		return heededPerhaps
	}
	return out
}

// told makes a finding likely where nobody is known to heed it.
func (h heeded) told(f analyze.Finding) analyze.Finding {
	if h == heededPerhaps {
		f.Confidence = analyze.Likely
		f.Message += " (assumes sidecars: ambient ignores DISABLE)"
	}
	return f
}

// under are the workloads in the reach of a policy, whatever others decide about them.
func under(p *analyze.Pass, pa *inbound.PeerAuthentication, byNamespace map[string][]*inbound.Workload) []*inbound.Workload {
	switch pa.Scope {
	case resolve.ScopeMesh:
		return p.Workloads()
	case resolve.ScopeNamespace:
		return byNamespace[pa.Ref.Namespace]
	}
	return p.Mesh().Selected(pa)
}

// keptOpen reports that exceptions are about all that a policy decides, or its entry for a
// port where one is given.
func keptOpen(p *analyze.Pass, pa *inbound.PeerAuthentication, port int32) bool {
	decides := false
	for _, w := range p.Mesh().Selected(pa) {
		for i := range w.Ports {
			q := &w.Ports[i]
			if q.Decision.By != pa.Ref || port != 0 && q.Number != port {
				continue
			}
			if !p.Excepted(w, q) {
				return false
			}
			decides = true
		}
	}
	return decides
}

// ignoredInRoot reports a selector in the root namespace, which has no effect (2.2).
func ignoredInRoot(p *analyze.Pass, pa *inbound.PeerAuthentication) bool {
	return len(pa.Selector) > 0 && pa.Ref.Namespace == p.RootNamespace()
}

// turnsOff is the finding about a policy's own mode, which its portLevelMtls may
// take back port by port (2.5).
func turnsOff(p *analyze.Pass, pa *inbound.PeerAuthentication) analyze.Finding {
	f := analyze.Finding{Object: pa.Ref, Origin: pa.Origin, Field: pa.ModeField(), Message: "turns mTLS off for " + reach(p, pa)}
	var kept []string
	for _, e := range pa.Ports {
		if e.Mode != resolve.Disable && e.Mode != resolve.Unset {
			kept = append(kept, fmt.Sprintf("%d (%s)", e.Port, e.Mode))
		}
	}
	switch {
	case len(kept) == 0:
	case allKept(p, pa):
		f.Mild = true
		f.Message = fmt.Sprintf("turns mTLS off only for ports that %s does not declare: %s keep it", reach(p, pa), strings.Join(kept, ", "))
	default:
		f.Message = fmt.Sprintf("turns mTLS off for every port of %s except %s", reach(p, pa), strings.Join(kept, ", "))
	}
	return f
}

// allKept reports whether no port that the workloads are known to have is DISABLE.
func allKept(p *analyze.Pass, pa *inbound.PeerAuthentication) bool {
	known := 0
	for _, w := range p.Mesh().Selected(pa) {
		for _, q := range w.Ports {
			if !q.Declared && len(q.Services) == 0 {
				continue
			}
			if known++; q.Decision.Mode == resolve.Disable || q.Decision.IfMeshed == resolve.Disable {
				return false
			}
		}
	}
	return known > 0
}

// losers are the policies that were looked at and apply to no workload at all.
func losers(workloads []*inbound.Workload) map[resolve.Ref]bool {
	lost := map[resolve.Ref]bool{}
	for _, w := range workloads {
		for _, s := range w.Chain.Steps {
			if before, seen := lost[s.By]; !seen || before {
				lost[s.By] = !s.Applies
			}
		}
	}
	return lost
}

// reach says how far a policy goes.
func reach(p *analyze.Pass, pa *inbound.PeerAuthentication) string {
	on := p.Mesh().Selected(pa)
	switch {
	case pa.Scope == resolve.ScopeMesh:
		return "the mesh"
	case pa.Scope == resolve.ScopeNamespace:
		return "namespace " + pa.Ref.Namespace
	case len(on) == 1:
		return on[0].Short()
	case len(on) == 0:
		return "every workload with " + pairs(pa.Selector)
	}
	return fmt.Sprintf("%d workloads (%s)", len(on), pairs(pa.Selector))
}
