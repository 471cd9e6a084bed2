package inbound

import (
	"cmp"
	"strings"

	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// istioClasses are the Gateway API classes that Istio serves with pods of its own, whether or
// not there is an object of the name; the value is what the pods are.
var istioClasses = map[string]resolve.Dataplane{
	"istio": resolve.DataplaneGateway, resolve.WaypointClass: resolve.DataplaneWaypoint, "istio-east-west": resolve.DataplaneGateway,
	resolve.AgentgatewayClass: resolve.DataplaneGateway, resolve.AgentgatewayWaypointClass: resolve.DataplaneWaypoint,
}

// istioControllers are the controllers that Istio has for classes of any name.
var istioControllers = map[string]resolve.Dataplane{
	"istio.io/gateway-controller": resolve.DataplaneGateway, "istio.io/mesh-controller": resolve.DataplaneWaypoint, eastWestController: resolve.DataplaneGateway,
}

const eastWestController = "istio.io/eastwest-controller"

// gatewayClasses are the controllers of classes that Istio serves, by class.
type gatewayClasses map[string]string

func gatewayClassesOf(c *config.Collection) gatewayClasses {
	classes := gatewayClasses{}
	for _, o := range c.Others[resolve.KindGatewayClass] {
		controller := o.Value.(*resolve.Class).Controller
		if _, ours := istioControllers[controller]; ours {
			classes[o.Value.GetName()] = controller
		}
	}
	return classes
}

// of is what the pods of a class are, false for one that Istio does not serve.
func (k gatewayClasses) of(class string) (dataplane resolve.Dataplane, ok bool) {
	if controller := k[class]; controller != "" && class != resolve.AgentgatewayClass && class != resolve.AgentgatewayWaypointClass {
		return istioControllers[controller], true
	}
	dataplane, ok = istioClasses[class]
	return dataplane, ok
}

// eastWest reports a class of gateways between networks.
func (k gatewayClasses) eastWest(class string) bool {
	return k[class] == eastWestController || k[class] == "" && class == "istio-east-west"
}

// managedGateway reports a Gateway for which istiod makes a Deployment and a Service: one that names
// no Service that is there.
func managedGateway(g *gatewayv1.Gateway) bool {
	addresses := g.Spec.Addresses
	return len(addresses) == 0 || len(addresses) == 1 && !isHostname(addresses[0].Type)
}

func isHostname(t *gatewayv1.AddressType) bool { return t != nil && *t != gatewayv1.IPAddressType }

// services are the names of the Services, in the namespace of a Gateway, behind which its proxies
// are.
func (k gatewayClasses) services(g *gatewayv1.Gateway) (names []string) {
	if managedGateway(g) {
		return []string{cmp.Or(g.Annotations[nameOverride], k.generated(g))}
	}
	for _, a := range g.Spec.Addresses {
		switch service, whole := strings.CutSuffix(a.Value, "."+g.Namespace+".svc."+resolve.ClusterDomain); {
		case a.Type != nil && *a.Type != gatewayv1.HostnameAddressType:
		case whole, !strings.Contains(a.Value, "."):
			names = append(names, service)
		}
	}
	return names
}

// nameOverride is the annotation that names a Gateway's Deployment and Service.
const nameOverride = "gateway.istio.io/name-override"

// generated is the name of what istiod makes for a Gateway: of what serves the mesh it has no suffix
// (2D.8).
func (k gatewayClasses) generated(g *gatewayv1.Gateway) string {
	class := string(g.Spec.GatewayClassName)
	dataplane, _ := k.of(class)
	if dataplane == resolve.DataplaneWaypoint || k.eastWest(class) || class == resolve.AgentgatewayClass {
		return g.Name
	}
	return g.Name + "-" + class
}
