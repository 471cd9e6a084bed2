package outbound

import (
	"cmp"
	"fmt"
	"slices"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// kubeParent is what a route is for: what is called, or a listener of a gateway.
type kubeParent struct {
	// listener is nil for what is called.
	listener *inbound.Listener
	// hosts are those of what is called, ofEntry is true where that is a ServiceEntry, and port the
	// one of it, 0 for all.
	hosts   []string
	ofEntry bool
	port    int32
	// banned are hostnames of the gateway's other listeners for the port and protocol.
	banned []string
}

// internal is the name by which istiod binds routes to the parent.
func (p *kubeParent) internal() string {
	if p.listener == nil {
		return meshGateway
	}
	return p.listener.Internal
}

// kubeParents finds the parents of routes.
type kubeParents struct {
	listeners map[resolve.Ref][]inbound.Listener
	entries   map[resolve.Ref]*networkingv1.ServiceEntry
}

func newKubeParents(c *config.Collection, spaces map[string]*config.Namespace) *kubeParents {
	p := &kubeParents{inbound.ListenersOf(c, spaces), map[resolve.Ref]*networkingv1.ServiceEntry{}}
	for _, o := range c.ServiceEntries {
		p.entries[o.Ref()] = o.As
	}
	return p
}

// of are the parents of a route that take it, in istiod's order.
func (k *kubeParents) of(r *kubeRoute) (out []kubeParent) {
	refs := slices.Clone(r.parents)
	slices.SortStableFunc(refs, func(a, b gatewayv1.ParentReference) int {
		return cmp.Compare(spelled(a, r.Value.GetNamespace()), spelled(b, r.Value.GetNamespace()))
	})
	for _, ref := range refs {
		out = append(out, k.named(r, ref)...)
	}
	slices.SortStableFunc(out, func(a, b kubeParent) int { return cmp.Compare(a.internal(), b.internal()) })
	return out
}

// spelled is a reference as istiod orders them.
func spelled(p gatewayv1.ParentReference, namespace string) string {
	group, kind := gatewayv1.Group(gatewayv1.GroupName), gatewayv1.Kind("Gateway")
	if p.Group != nil {
		group = *p.Group
	}
	if p.Kind != nil {
		kind = *p.Kind
	}
	return fmt.Sprintf("%s/%s/%s/%s/%d.%s", group, kind, p.Name, deref(p.SectionName), deref(p.Port), cmp.Or(string(deref(p.Namespace)), namespace))
}

// named are the parents that a reference names: several listeners where it names a gateway alone.
func (k *kubeParents) named(r *kubeRoute, p gatewayv1.ParentReference) []kubeParent {
	ref := resolve.Ref{Namespace: cmp.Or(string(deref(p.Namespace)), r.Value.GetNamespace()), Name: string(p.Name)}
	kind := gatewayv1.Kind("Gateway")
	if p.Kind != nil {
		kind = *p.Kind
	}
	switch group := gatewayv1.Group(gatewayv1.GroupName); {
	case p.Group != nil && *p.Group != group && kind == "Service" && (*p.Group == "" || *p.Group == "core"):
		return []kubeParent{{hosts: []string{serviceHostName(ref.Name, ref.Namespace)}, port: deref(p.Port)}}
	case kind == "ServiceEntry" && p.Group != nil && *p.Group == "networking.istio.io":
		ref.Kind = resolve.KindServiceEntry
		if e := k.entries[ref]; e != nil {
			return []kubeParent{{hosts: e.Spec.GetHosts(), ofEntry: true, port: deref(p.Port)}}
		}
	case kind == "Gateway" && (p.Group == nil || *p.Group == group):
		ref.Kind = resolve.KindKubeGateway
		return k.listening(r, p, k.listeners[ref])
	}
	return nil
}

// listening are the listeners of a gateway that take a route.
func (k *kubeParents) listening(r *kubeRoute, p gatewayv1.ParentReference, listeners []inbound.Listener) (out []kubeParent) {
	for i := range listeners {
		l := &listeners[i]
		if l.LosesTo != nil || p.Port != nil && *p.Port != l.Port || p.SectionName != nil && string(*p.SectionName) != l.Section || !l.Takes(r.Kind, r.Value.GetNamespace(), r.hostnames) {
			continue
		}
		one := kubeParent{listener: l}
		for j := range listeners {
			if o := &listeners[j]; j != i && o.LosesTo == nil && o.Port == l.Port && o.Protocol == l.Protocol && o.Hostname != l.Hostname {
				one.banned = append(one.banned, o.Hostname)
			}
		}
		out = append(out, one)
	}
	return out
}

// isolates reports a host that another listener of the gateway is for, more specifically.
func (p *kubeParent) isolates(host string) bool {
	own := p.listener.Hostname
	switch {
	case own != "" && !resolve.IsWildcard(own):
		return false
	case own != "" && !resolve.Overlaps(host, own):
		return true
	}
	return slices.ContainsFunc(p.banned, func(other string) bool { return len(own) <= len(other) && resolve.SubsetOf(host, other) })
}
