package checks

import (
	"fmt"
	"slices"

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
		spaces := map[string]*sidecarSpace{}
		for _, o := range p.Objects(resolve.KindSidecar) {
			s, ok := o.Value.(*networkingv1.Sidecar)
			if !ok || s.Namespace == root || o.Refused != nil || !slices.ContainsFunc(byNamespace[s.Namespace], isAmbient) {
				continue
			}
			if spaces[s.Namespace] == nil {
				spaces[s.Namespace] = &sidecarSpace{}
			}
			spaces[s.Namespace].sidecars = append(spaces[s.Namespace].sidecars, &selectedAmbient{object: o, spec: &s.Spec})
		}
		for _, namespace := range sortedKeys(spaces) {
			x := spaces[namespace]
			x.fill(byNamespace[namespace])
			for _, s := range x.sidecars {
				if len(s.ambient) > 0 && !s.others {
					p.Report(s.finding())
				}
			}
		}
	},
})

// sidecarSpace is the Sidecars of a namespace in which workloads are ambient.
type sidecarSpace struct{ sidecars []*selectedAmbient }

// selectedAmbient is a Sidecar with the ambient workloads that it selects, and whether it selects
// others that read it, or may.
type selectedAmbient struct {
	object  resolve.Object
	spec    *networkingapi.Sidecar
	ambient []*inbound.Workload
	others  bool
}

// fill finds whom each of them selects.
func (x *sidecarSpace) fill(list []*inbound.Workload) {
	index := resolve.NewSelectorIndex(x.sidecars, func(s *selectedAmbient) map[string]string { return s.spec.GetWorkloadSelector().GetLabels() })
	var all selectedAmbient
	for _, w := range list {
		all.add(w)
		for _, s := range index.Matching(w.Labels) {
			s.add(w)
		}
	}
	for _, s := range x.sidecars {
		if len(s.spec.GetWorkloadSelector().GetLabels()) == 0 {
			s.ambient, s.others = all.ambient, all.others
		}
	}
}

func (s *selectedAmbient) add(w *inbound.Workload) {
	switch w.Membership.Dataplane {
	case resolve.DataplaneAmbient:
		s.ambient = append(s.ambient, w)
	case resolve.DataplaneSidecar, resolve.DataplaneUnknown, resolve.DataplaneVM:
		s.others = true
	}
}

func (s *selectedAmbient) finding() analyze.Finding {
	return analyze.Finding{
		Object: s.object.Ref(), Origin: s.object.Origin, Involved: []resolve.Ref{s.ambient[0].Ref}, Affected: affectedWorkloads(s.ambient),
		Message: fmt.Sprintf("has no effect: it selects only ambient workloads (%s), and ztunnel reads no Sidecar: %s", firstNames(s.ambient), unlimited(s.spec)),
	}
}

func isAmbient(w *inbound.Workload) bool {
	return w.Membership.Dataplane == resolve.DataplaneAmbient
}

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
