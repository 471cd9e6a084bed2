package checks

import (
	"fmt"

	networkingapi "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// SidecarForAmbient finds Sidecar resources that select ambient workloads alone (3.6.2).
var SidecarForAmbient = register(&analyze.Check{
	Code:     "MTLS0235",
	Name:     "sidecar-for-ambient",
	Severity: analyze.Warning,
	Needs:    []resolve.Kind{resolve.KindSidecar, resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindNamespace, resolve.KindMeshConfig},
	Title:    "A Sidecar resource that ambient workloads do not read",
	Why: `ztunnel reads no Sidecar resource. Ambient workloads can call every host of the mesh, whatever the egress listeners import;
REGISTRY_ONLY does not keep them from calling unknown hosts; and ingress listeners, with their ports and TLS settings, do not
exist. A Sidecar resource that is left over from sidecars looks like a restriction and is none.`,
	Fix:      "delete it; restrict the calls of ambient workloads with AuthorizationPolicies of the servers, and egress with a waypoint or a NetworkPolicy",
	Docs:     []string{"https://istio.io/latest/docs/ambient/migrate/", "https://istio.io/latest/docs/reference/config/networking/sidecar/"},
	Controls: access,
	Before: ambientServer("STRICT") + `---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: mesh}
spec: {egress: [{hosts: [./*]}]}
`,
	After: ambientServer("STRICT"),
	Run: func(p *analyze.Pass) {
		p.Namespaces()
		root, byNamespace := p.RootNamespace(), workloadsByNamespace(p)
		for _, o := range p.Objects(resolve.KindSidecar) {
			s, ok := o.Value.(*networkingv1.Sidecar)
			if !ok || s.Namespace == root || o.Refused != nil {
				continue
			}
			var ambient []*inbound.Workload
			others := false
			for _, w := range byNamespace[s.Namespace] {
				if !resolve.Selects(s.Spec.GetWorkloadSelector().GetLabels(), w.Labels) {
					continue
				}
				switch w.Membership.Dataplane {
				case resolve.DataplaneAmbient:
					ambient = append(ambient, w)
				case resolve.DataplaneSidecar, resolve.DataplaneUnknown, resolve.DataplaneVM:
					others = true
				}
			}
			if len(ambient) == 0 || others {
				continue
			}
			p.Report(analyze.Finding{
				Object: o.Ref(), Origin: o.Origin, Involved: []resolve.Ref{ambient[0].Ref}, Affected: affectedWorkloads(ambient),
				Message: fmt.Sprintf("has no effect: it selects only ambient workloads (%s), and ztunnel reads no Sidecar: %s", firstNames(ambient), unlimited(&s.Spec)),
			})
		}
	},
})

// unlimited is what a Sidecar says that is not so.
func unlimited(s *networkingapi.Sidecar) string {
	switch {
	case s.GetOutboundTrafficPolicy().GetMode() == networkingapi.OutboundTrafficPolicy_REGISTRY_ONLY && s.GetOutboundTrafficPolicy() != nil:
		return "they can call unknown hosts despite REGISTRY_ONLY"
	case len(s.GetIngress()) > 0:
		return "its ingress listeners do not exist"
	}
	return "they can call every host"
}
