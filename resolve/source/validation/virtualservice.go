package validation

import (
	"fmt"
	"slices"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"
)

// routes is a VirtualService as the checks of its parts see it.
type routes struct {
	*networkingapi.VirtualService
	gateway  bool // is for gateways only, not for the mesh
	delegate bool // is part of another one
	internal bool // was made by Istio of a route of the Gateway API
}

func (r *report) virtualService(o Meta, v *networkingapi.VirtualService) {
	at := r.spec()
	s := routes{VirtualService: v, delegate: len(v.Hosts) == 0, internal: o.Annotations[internalRoute] == "gateway"}
	if s.delegate && (len(v.Gateways) > 0 || len(v.Tls) > 0 || len(v.Tcp) > 0) {
		r.add(CauseChoice, at, "a VirtualService without hosts is part of another and cannot have gateways, tls or tcp")
	}
	if len(v.Gateways) > 0 {
		r.gatewayNames(v.Gateways, s.internal, at.child("gateways"))
		s.gateway = !slices.Contains(v.Gateways, "mesh")
	}
	r.hostsOf(s, at.child("hosts"))
	if len(v.Http) == 0 && len(v.Tcp) == 0 && len(v.Tls) == 0 {
		r.add(CauseEmpty, at, "one of http, tls, tcp is needed")
	}
	for i, h := range v.Http {
		at := at.child("http").at(i)
		r.httpRoute(s, h, at)
		if !s.gateway {
			r.withoutClaims(h, at)
		}
	}
	for i, t := range v.Tls {
		r.tlsRoute(s, t, at.child("tls").at(i))
	}
	for i, t := range v.Tcp {
		r.tcpRoute(s, t, at.child("tcp").at(i))
	}
	r.exportTo(o.Namespace, v.ExportTo, exported{}, at.child("exportTo"))
}

// hostsOf checks the hosts, and that no two of them overlap.
func (r *report) hostsOf(s routes, at *place) {
	before := len(r.violations)
	for i, h := range s.Hosts {
		bad := badWildcard(h)
		if s.gateway {
			bad = badBound(h, hasSNI(s.VirtualService))
		}
		switch {
		case bad != "" && isIP(h):
		case bad != "":
			r.add(CauseHost, at.at(i), bad)
		case h == "*" && !s.gateway:
			r.add(CauseHost, at.at(i), "* is not allowed as a host for the mesh")
		}
	}
	if len(r.violations) > before {
		return
	}
	for i, a := range s.Hosts {
		for j, b := range s.Hosts[:i] {
			if hostsOverlap(b, a) {
				r.add(CauseDuplicate, at.at(i), fmt.Sprintf("host %s overlaps with host %s", Quoted(a), Quoted(s.Hosts[j])))
				break
			}
		}
	}
}

func hasSNI(v *networkingapi.VirtualService) bool {
	return slices.ContainsFunc(v.Tls, func(t *networkingapi.TLSRoute) bool {
		return slices.ContainsFunc(t.GetMatch(), func(m *networkingapi.TLSMatchAttributes) bool { return len(m.GetSniHosts()) > 0 })
	})
}

func (r *report) gatewayNames(names []string, internal bool, at *place) {
	for i, n := range names {
		namespace, name, ok := strings.Cut(n, "/")
		if !ok {
			r.host(badDomain(n), at.at(i))
			return // as Istio does
		}
		if !isLabel(namespace) || name == "" || !isLabel(name) && !internal {
			r.add(CauseName, at.at(i), fmt.Sprintf("%s is not namespace/name of a Gateway", Quoted(n)))
		}
	}
}

func (r *report) tlsRoute(s routes, t *networkingapi.TLSRoute, at *place) {
	if len(t.Match) == 0 {
		r.add(CauseRequired, at, "match is required")
	}
	for i, m := range t.Match {
		at := at.child("match").at(i)
		if len(m.SniHosts) == 0 {
			r.add(CauseRequired, at, "sniHosts is required")
		}
		for j, h := range m.SniHosts {
			r.sniHost(s, h, at.child("sniHosts").at(j))
		}
		r.l4Match(m.DestinationSubnets, m.Port, m.SourceLabels, m.Gateways, at)
	}
	r.routeTo(s, t.Route, at)
}

func (r *report) sniHost(s routes, h string, at *place) {
	bad := badWildcard(h)
	if !slices.Contains(s.Gateways, "mesh") {
		bad = badBound(h, true)
	}
	switch {
	case bad != "" && isIP(h):
	case bad != "":
		r.add(CauseHost, at, bad)
	case !slices.ContainsFunc(s.Hosts, func(host string) bool { return covers(host, h) }):
		r.add(CauseHost, at, fmt.Sprintf("%s is not one of the hosts of the VirtualService", Quoted(h)))
	}
}

func (r *report) tcpRoute(s routes, t *networkingapi.TCPRoute, at *place) {
	for i, m := range t.Match {
		r.l4Match(m.DestinationSubnets, m.Port, m.SourceLabels, m.Gateways, at.child("match").at(i))
	}
	r.routeTo(s, t.Route, at)
}

func (r *report) l4Match(subnets []string, port uint32, labels map[string]string, gateways []string, at *place) {
	for i, subnet := range subnets {
		r.subnet(subnet, at.child("destinationSubnets").at(i))
	}
	if port != 0 {
		r.port(port, at.child("port"))
	}
	r.labels(labels, at.child("sourceLabels"))
	r.gatewayNames(gateways, false, at.child("gateways"))
}

func (r *report) routeTo(s routes, list []*networkingapi.RouteDestination, at *place) {
	if len(list) == 0 {
		r.add(CauseRequired, at, "route is required")
	}
	var weights []int32
	for i, d := range list {
		r.weighted(s, d.Destination, d.Weight, at.child("route").at(i))
		weights = append(weights, d.Weight)
	}
	r.total(weights, at.child("route"))
}

func (r *report) weighted(s routes, to *networkingapi.Destination, weight int32, at *place) {
	if to == nil {
		r.add(CauseRequired, at, "destination is required")
	}
	if !s.internal {
		r.destination(to, at.child("destination"))
	}
	r.atLeastZero(weight, at.child("weight"))
}

func (r *report) total(weights []int32, at *place) {
	var sum int32
	for _, w := range weights {
		sum += w
	}
	if len(weights) > 1 && sum == 0 {
		r.add(CauseValue, at, "the weights add up to 0")
	}
}

func (r *report) destination(d *networkingapi.Destination, at *place) {
	if d == nil {
		return
	}
	if d.Host == "*" {
		r.add(CauseHost, at.child("host"), "* is not allowed as a host here")
	} else {
		r.host(badWildcard(d.Host), at.child("host"))
	}
	if d.Subset != "" {
		r.subsetName(d.Subset, at.child("subset"))
	}
	if d.Port != nil {
		r.port(d.Port.Number, at.child("port").child("number"))
	}
}
