package checks

import (
	"cmp"
	"fmt"
	"slices"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// SeveralSidecars finds Sidecars of which an older one leaves nothing (3.1.2).
var SeveralSidecars = register(&analyze.Check{
	Code:     "MTLS0309",
	Name:     "several-sidecars",
	Severity: analyze.Warning,
	Istioctl: []string{"IST0110", "IST0111"},
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindSidecar},
	Local:    true,
	Title:    "Two Sidecars for the same workloads: only the oldest applies",
	Why: `One Sidecar applies to a proxy: the oldest one that selects it, or else the oldest one of its namespace without a
workloadSelector. They are not merged. The other Sidecars have no effect: hosts that only they import are hidden, and calls
to those hosts are in plaintext; ports in their ingress have no listener. Files have no creation time, so applying them in
another order makes another one the oldest; if both are created in the same second, the one whose name sorts first applies.`,
	Fix:  "merge them, or add a different workloadSelector to each",
	Docs: []string{"https://istio.io/latest/docs/reference/config/networking/sidecar/"},

	Controls: available,
	Before:   sidecarsWorld + "---\napiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: more, namespace: shop}\nspec: {egress: [{hosts: [\"istio-system/*\"]}]}\n",
	After:    sidecarsWorld,
	Run: func(p *analyze.Pass) {
		sidecars := sidecarsByNamespace(p)
		workloads := workloadsByNamespace(p)
		for _, ns := range sortedKeys(sidecars) {
			having := byLabel(workloads[ns])
			for i, loser := range sidecars[ns] {
				reportBeaten(p, loser, sidecars[ns][:i], selectedBy(loser, workloads[ns], having))
			}
		}
	},
})

// sidecar is one Sidecar, older ones before it in its list.
type sidecar struct {
	object resolve.Object
	value  *networkingv1.Sidecar
}

// sidecarsByNamespace are all of a mesh as istiod prefers them (3.1.2).
func sidecarsByNamespace(p *analyze.Pass) map[string][]sidecar {
	out := map[string][]sidecar{}
	for _, o := range p.Objects(resolve.KindSidecar) {
		if v, ok := o.Value.(*networkingv1.Sidecar); ok && !p.Mesh().Hides(v.Namespace) {
			out[v.Namespace] = append(out[v.Namespace], sidecar{o, v})
		}
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b sidecar) int {
			return cmp.Or(a.value.CreationTimestamp.Compare(b.value.CreationTimestamp.Time), cmp.Compare(a.value.Name, b.value.Name))
		})
	}
	return out
}

// reportBeaten reports a Sidecar of which an older one takes all, or some workloads.
func reportBeaten(p *analyze.Pass, loser sidecar, older []sidecar, selected []*inbound.Workload) {
	if !loser.selects() {
		if i := slices.IndexFunc(older, func(s sidecar) bool { return !s.selects() && s.readWith(loser) }); i >= 0 {
			f := beatenBy(older[i], loser)
			f.Message = fmt.Sprintf("has no effect: %s has no workloadSelector either and is older%s", older[i].object.Ref(), older[i].byName(loser))
			p.Report(f)
		}
		return
	}
	taken := map[resolve.Ref][]*inbound.Workload{}
	for _, w := range selected {
		taken[w.Sidecar] = append(taken[w.Sidecar], w)
	}
	if len(taken) == 0 {
		return
	}
	for _, winner := range older {
		both := taken[winner.object.Ref()]
		if len(both) == 0 || !winner.readWith(loser) || !winner.selects() {
			continue
		}
		f := beatenBy(winner, loser)
		for _, w := range both {
			f.Involved = append(f.Involved, w.Ref)
		}
		f.Field = "spec.workloadSelector"
		f.Message = fmt.Sprintf("has no effect on %s: %s selects it too and is older%s", firstNames(both), winner.object.Ref(), winner.byName(loser))
		f.Involved = f.Involved[:min(len(f.Involved), 1+maxExamples)]
		p.Report(f)
	}
}

// selectedBy are the workloads of its namespace that a Sidecar selects, in their order: of
// those that have one of its labels, so that not each selector is tried on each workload.
func selectedBy(s sidecar, few []*inbound.Workload, having map[labelled][]*inbound.Workload) (out []*inbound.Workload) {
	selector := s.value.Spec.GetWorkloadSelector().GetLabels()
	for k, v := range selector {
		if some := having[labelled{s.value.Namespace, k, v}]; len(some) < len(few) {
			few = some
		}
	}
	for _, w := range few {
		if holds(w.Labels, selector) {
			out = append(out, w)
		}
	}
	return out
}

func beatenBy(winner, loser sidecar) analyze.Finding {
	return analyze.Finding{Object: loser.object.Ref(), Origin: loser.object.Origin, Involved: []resolve.Ref{winner.object.Ref()}, Subject: winner.value.Name, Cause: analyze.Cause{Object: winner.object.Ref()}}
}

func (s sidecar) selects() bool { return s.value.Spec.GetWorkloadSelector() != nil }

// readWith reports that each control plane which reads o reads s too (1.14).
func (s sidecar) readWith(o sidecar) bool {
	const label = resolve.RevisionLabel
	own, labelled := s.value.Labels[label]
	other, otherLabelled := o.value.Labels[label]
	return !labelled || otherLabelled && own == other
}

// byName says why one of two of the same age comes first.
func (s sidecar) byName(o sidecar) string {
	switch {
	case s.value.CreationTimestamp.IsZero() && o.value.CreationTimestamp.IsZero():
		return ", or comes first by name: the files have no creation time"
	case s.value.CreationTimestamp.Equal(&o.value.CreationTimestamp):
		return " by its name: both were created in the same second"
	}
	return ""
}
