package plan

import (
	"fmt"
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// mendScope lets the Sidecar resource of a client import a host that the client calls.
func (p *planner) mendScope(v *Violation) bool {
	o := v.Hidden
	if o.Client == nil || o.Host == nil || !o.Host.VisibleTo(o.Client.Ref.Namespace) {
		return false
	}
	var ref resolve.Ref
	for _, class := range p.start.mesh.Clients() {
		if slices.ContainsFunc(class.Workloads, func(w *inbound.Workload) bool { return w.Ref == o.Client.Ref }) {
			ref = class.Sidecar
		}
	}
	was, there := p.start.mesh.Input(ref)
	if m, mended := p.mended[ref]; mended {
		was = m.is
	}
	if _, ok := was.Value.(*networkingv1.Sidecar); !there || !ok || p.hopeless[ref] > 0 || !p.mayWrite(ref.Namespace) {
		return false
	}
	is := clone(was)
	spec := &is.Value.(*networkingv1.Sidecar).Spec
	i := slices.IndexFunc(spec.Egress, func(l *networkingapi.IstioEgressListener) bool { return l.GetPort() == nil })
	if i < 0 {
		return false
	}
	host := fmt.Sprintf("%s/%s", o.Host.Namespace, o.Host.Name)
	m := p.mended[ref]
	if slices.Contains(spec.Egress[i].Hosts, host) {
		if m == nil || m.round != p.round {
			return false // that did not help
		}
		m.servers = append(m.servers, v.Servers...)
		return true // another call of the attempt asked for it already
	}
	spec.Egress[i].Hosts = append(spec.Egress[i].Hosts, host)
	if m == nil {
		m = &mending{why: "clients that do not see a host pass plaintext through"}
		p.mended[ref] = m
	} else {
		m.what += ", "
	}
	m.is, m.servers, m.round = is, append(m.servers, v.Servers...), p.round
	m.what += fmt.Sprintf("import %s in egress[%d]", host, i)
	return true
}
