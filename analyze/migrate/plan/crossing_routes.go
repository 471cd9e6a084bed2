package plan

import (
	"fmt"
	"slices"
	"strings"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// routes are the kinds that lead the calls of sidecars elsewhere, and no calls of ztunnel's.
var routes = []resolve.Kind{resolve.KindVirtualService, resolve.KindHTTPRoute, resolve.KindGRPCRoute, resolve.KindTCPRoute, resolve.KindTLSRoute}

// called is a port of a host by its name.
type called struct {
	host string
	port int32
}

// unrouted are calls of workloads that move, to ports from which a route leads calls elsewhere
// today: ztunnel does not read it, and where it would send plaintext, or nobody can tell what, the
// workload stays. A comparison of calls does not know them, as nobody makes them today.
func (c *crossing) unrouted(was, is *state, steps []step) (out []harm) {
	if !slices.ContainsFunc(routes, was.mesh.Has) {
		return nil
	}
	moves := func(class *outbound.ClientClass) bool {
		return slices.ContainsFunc(class.Workloads, func(w *inbound.Workload) bool { return len(ofSteps(steps, w.Ref)) > 0 })
	}
	made := map[*outbound.ClientClass]map[called]bool{}
	for con := range was.mesh.Connections(outbound.Filter{Client: moves}) {
		if con.Subset != "" || c.split(con.Host.Name) {
			continue
		}
		if made[con.Client] == nil {
			made[con.Client] = map[called]bool{}
		}
		made[con.Client][called{con.Host.Name, con.Port.Number}] = true
	}
	before := was.calling()
	for con := range is.mesh.Connections(outbound.Filter{Client: moves}) {
		if con.Outcome.Verdict == resolve.VerdictMTLS {
			continue
		}
		for _, w := range con.Client.Workloads {
			blames := ofSteps(steps, w.Ref)
			if len(blames) == 0 {
				continue
			}
			for _, old := range was.mesh.Variants(w.Ref) {
				class, at := before.classes[old], called{con.Host.Name, con.Port.Number}
				if class == nil || made[class][at] || !before.knows(class, at) {
					continue
				}
				out = append(out, harm{advise.Reason{
					Text: fmt.Sprintf("a route leads calls to %s:%d elsewhere, and ztunnel does not read routes: they would be %s", at.host, at.port, con.Outcome.Verdict), By: w.Ref,
					Fix: "let it call the destination of the route by name, or keep its sidecar",
				}, migrate.Blocked, blames})
			}
		}
	}
	return out
}

// split is splits, asked once for each host.
func (c *crossing) split(host string) bool {
	does, asked := c.splitting[host]
	if !asked {
		does = splits(c.start, host)
		c.splitting[host] = does
	}
	return does
}

// splits reports a host of which a VirtualService leads some calls to another host, or to a subset.
func splits(s *state, host string) bool {
	for _, o := range s.mesh.Objects(resolve.KindVirtualService) {
		v, ok := o.Value.(*networkingv1.VirtualService)
		if !ok || !slices.ContainsFunc(v.Spec.GetHosts(), func(name string) bool { return meant(name, host) }) {
			continue
		}
		for _, http := range v.Spec.GetHttp() {
			for _, route := range http.GetRoute() {
				if d := route.GetDestination(); d.GetSubset() != "" || !meant(d.GetHost(), host) {
					return true
				}
			}
		}
		if len(v.Spec.GetTcp())+len(v.Spec.GetTls()) > 0 {
			return true
		}
	}
	return false
}

// meant reports a name that may mean a host: short, whole, or with a wildcard.
func meant(name, host string) bool {
	if suffix, wild := strings.CutPrefix(name, "*"); wild {
		return strings.HasSuffix(host, suffix)
	}
	return name == host || strings.HasPrefix(host, name+".")
}

// knows reports a class that knows a port of a host.
func (c *calling) knows(class *outbound.ClientClass, at called) bool {
	return slices.ContainsFunc(c.hosts[at.host], func(h *outbound.Host) bool { return c.mesh.Knows(class, h, at.port) })
}
