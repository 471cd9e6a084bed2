package checks

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// PortOnNothing finds portLevelMtls entries for ports that nothing else names.
var PortOnNothing = register(&analyze.Check{
	Code:     "MTLS0105",
	Name:     "port-on-nothing",
	Severity: analyze.Warning,
	Needs:    []resolve.Kind{resolve.KindPeerAuthentication, resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindMeshConfig},
	Local:    true,
	Title:    "portLevelMtls names a port that no container and no Service has",
	Why: `The entry is enforced for that port number (2.8). If the application does not listen there, the entry protects nothing,
and the port that the application uses keeps the mode of the workload. Check the number. If the application does listen
there, declare the port as a containerPort so that people and tools can see it.`,
	Fix:      "use the port on which the application listens, or delete the entry",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/security/peer_authentication/"},
	Controls: inTransit,
	Before: payWorld + `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: pay, namespace: shop}
spec:
  selector:
    matchLabels: {app: pay}
  portLevelMtls:
    8008: {mode: PERMISSIVE}
`,
	After: payWorld + `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: pay, namespace: shop}
spec:
  selector:
    matchLabels: {app: pay}
  portLevelMtls:
    8080: {mode: PERMISSIVE}
`,
	Run: func(p *analyze.Pass) {
		p.Workloads()
		eachPortEntry(p, func(pa *inbound.PeerAuthentication, e inbound.PortMode) {
			var known []string
			for _, w := range p.Mesh().Selected(pa) {
				if w.Listens(e.Port) || len(w.Behind(e.Port)) > 0 {
					return
				}
				known = append(known, knownPorts(w)...)
			}
			if len(known) > 0 { // a workload that declares no port at all may listen anywhere
				p.Policy(pa, pa.PortField(e.Port), "", "port %d is neither a container port nor a target port of %s (known: %s), so the entry has no effect unless the application listens there", e.Port, p.Mesh().Selected(pa)[0].Short(), strings.Join(known, ", "))
			}
		})
	},
})

// eachPortEntry visits the portLevelMtls entries that Istio reads.
func eachPortEntry(p *analyze.Pass, visit func(*inbound.PeerAuthentication, inbound.PortMode)) {
	for _, pa := range p.PeerAuthentications() {
		if pa.Rejected != "" || len(p.Mesh().Selected(pa)) == 0 || pa.Ref.Namespace == p.RootNamespace() {
			continue
		}
		for _, e := range pa.Ports {
			visit(pa, e)
		}
	}
}

func knownPorts(w *inbound.Workload) []string {
	var out []string
	for _, q := range w.Ports {
		if q.Declared || len(q.Services) > 0 {
			out = append(out, fmt.Sprint(q.Number))
		}
	}
	return out
}
