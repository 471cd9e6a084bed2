package outbound

import (
	"cmp"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// networkOfEndpoint is the network of an endpoint, "" where nothing says any: pods and addresses of
// the cluster are where their label or the cluster is, machines and addresses of
// ServiceEntries only where they say themselves.
func networkOfEndpoint(n *config.Networks, e *Endpoint) string {
	w := e.Workload
	switch {
	case e.InCluster:
		return n.In(e.cluster).At(e.Address)
	case w == nil || e.Address != "":
		return e.network
	case inbound.IsMachine(w.Ref.Kind):
		return w.Network
	case w.Labels[resolve.NetworkLabel] != "":
		return w.Labels[resolve.NetworkLabel]
	}
	return n.In(w.Cluster).At(w.Addresses...)
}

// networkOf is the network that a client's proxy says it is in: by the pod's label,
// else by the injector's values. Where these are not in the input it is taken for
// that of the cluster, as Istio's installation guides set both alike.
func (side *Side) networkOf(w *inbound.Workload) string {
	revision := cmp.Or(w.Membership.Revision, resolve.DefaultRevision)
	n := &side.In.Control.Of(revision).Networks
	if len(n.Gateways) == 0 {
		return "" // it makes no difference
	}
	if inbound.IsMachine(w.Ref.Kind) {
		return w.Network
	}
	if label, ok := w.Labels[resolve.NetworkLabel]; ok {
		return label
	}
	if i := side.In.Control.Injector(revision); i != config.NoInjector {
		return i.Network
	}
	return n.Default
}
