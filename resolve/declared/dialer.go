package declared

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// dialer is a controller, or a proxy that a controller configures, that calls the backends of
// routes in a way of its own.
type dialer struct {
	// name is how sentences call it.
	name string
	// controllers begin the names that an IngressClass or a GatewayClass has it by.
	controllers []string
	// classes are the usual names of its classes; one that ends with * stands for all that
	// begin so.
	classes []string
	// pods are the names that its pods have: of the workload, in app.kubernetes.io/name or app.
	pods []string
	way  Way
	// byService is the annotation that makes it call the address of the Service, on the
	// object that byServiceOn names; host the annotation with the Host that it then sends.
	byService   string
	byServiceOn resolve.Kind
	host        string
	// source is where its documentation says so.
	source string
}

// dialers are those that are well known. Where a row's way is ToPods, its pods need no Service to
// be reached: https://istio.io/latest/docs/ops/configuration/traffic-management/traffic-routing/.
var dialers = []dialer{
	{
		name: "ingress-nginx", controllers: []string{"k8s.io/ingress-nginx"}, classes: []string{"nginx", "ingress-nginx", "nginx-internal", "nginx-external", "webapprouting.kubernetes.azure.com"},
		pods: []string{"ingress-nginx", "ingress-nginx-controller", "nginx-ingress-controller", "rke2-ingress-nginx"}, way: ToPods,
		byService: "nginx.ingress.kubernetes.io/service-upstream", byServiceOn: resolve.KindIngress, host: "nginx.ingress.kubernetes.io/upstream-vhost",
		source: "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#service-upstream",
	},
	{
		name: "F5 NGINX", controllers: []string{"nginx.org/ingress-controller", "gateway.nginx.org/"}, classes: []string{"nginx-plus"},
		pods: []string{"nginx-ingress", "nginx-gateway", "nginx-gateway-fabric"}, way: ToPods,
		byService: "nginx.org/use-cluster-ip", byServiceOn: resolve.KindIngress,
		source: "https://docs.nginx.com/nginx-ingress-controller/configuration/ingress-resources/advanced-configuration-with-annotations/",
	},
	{
		name: "Traefik", controllers: []string{"traefik.io/"}, classes: []string{"traefik", "traefik-internal", "traefik-external"}, pods: []string{"traefik"}, way: ToPods,
		byService: "traefik.ingress.kubernetes.io/service.nativelb", byServiceOn: resolve.KindService,
		source: "https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/#nativelb",
	},
	{
		name: "HAProxy", controllers: []string{"haproxy.org/", "haproxy-ingress.github.io/"}, classes: []string{"haproxy"}, pods: []string{"haproxy-ingress", "kubernetes-ingress", "haproxy-ingress-controller"}, way: ToPods,
		byService: "haproxy-ingress.github.io/service-upstream", byServiceOn: resolve.KindIngress,
		source: "https://haproxy-ingress.github.io/docs/configuration/keys/#service-upstream",
	},
	{
		name: "Contour", controllers: []string{"projectcontour.io/"}, classes: []string{"contour"}, pods: []string{"contour", "contour-envoy", "envoy"}, way: ToPods,
		source: "https://projectcontour.io/docs/main/architecture/",
	},
	{
		name: "Kong", controllers: []string{"ingress-controllers.konghq.com/", "konghq.com/"}, classes: []string{"kong"}, pods: []string{"kong", "ingress-kong", "kong-gateway"}, way: ToPods,
		byService: "ingress.kubernetes.io/service-upstream", byServiceOn: resolve.KindService,
		source: "https://developer.konghq.com/kubernetes-ingress-controller/reference/annotations/#ingress-kubernetes-io-service-upstream",
	},
	{
		name: "Envoy Gateway", controllers: []string{"gateway.envoyproxy.io/"}, classes: []string{"eg", "envoy-gateway"}, pods: []string{"envoy"}, way: ToPods,
		source: "https://gateway.envoyproxy.io/docs/tasks/traffic/routing-outside-kubernetes/",
	},
	{
		name: "Cilium", controllers: []string{"io.cilium/", "cilium.io/"}, classes: []string{"cilium"}, pods: []string{"cilium-envoy"}, way: ToPods,
		source: "https://docs.cilium.io/en/stable/network/servicemesh/ingress/",
	},
	{
		name: "APISIX", controllers: []string{"apisix.apache.org/"}, classes: []string{"apisix"}, pods: []string{"apisix"}, way: ToPods,
		source: "https://apisix.apache.org/docs/ingress-controller/reference/api-reference/",
	},
	{
		name: "Emissary", controllers: []string{"getambassador.io/"}, classes: []string{"ambassador", "emissary", "emissary-ingress"}, pods: []string{"emissary-ingress", "ambassador", "edge-stack"}, way: ToAddress,
		source: "https://emissary-ingress.dev/docs/3.10/topics/running/resolvers/",
	},
	{
		name: "AWS Load Balancer Controller", controllers: []string{"ingress.k8s.aws/", "elbv2.k8s.aws/", "gateway.k8s.aws/", "application-networking.k8s.aws/"}, classes: []string{"alb", "alb-*", "amazon-vpc-lattice", "aws-alb"}, way: Outside,
		source: "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/how-it-works/",
	},
	{
		name: "Google Cloud load balancer", controllers: []string{"networking.gke.io/", "ingress-gce.k8s.io/"}, classes: []string{"gce", "gce-internal", "gke-l7-*", "gke-managed-*"}, way: Outside,
		source: "https://cloud.google.com/kubernetes-engine/docs/concepts/ingress",
	},
	{
		name: "Azure Application Gateway", controllers: []string{"azure/application-gateway", "alb.networking.azure.io/"}, classes: []string{"azure-application-gateway", "azure/application-gateway", "azure-alb-external", "azure-alb-internal"}, way: Outside,
		source: "https://learn.microsoft.com/azure/application-gateway/ingress-controller-overview",
	},
	{
		name: "cloud load balancer", controllers: []string{"ingress.k8s.alibabacloud/", "ingress.k8s.nsx.vmware.com/", "ingress.cloud.tencent.com/"}, classes: []string{"mse", "nsx", "qcloud", "cce", "oci-native-ic", "ibm-k8s-iks-alb"}, way: Outside,
		source: "https://kubernetes.io/docs/concepts/services-networking/ingress-controllers/",
	},
	{
		name: "OpenShift router", controllers: []string{"openshift.io/ingress-to-route"}, classes: []string{"openshift-default"}, pods: []string{"router-default"}, way: Outside,
		source: "https://docs.openshift.com/container-platform/latest/networking/routes/route-configuration.html",
	},
}

// dialerOf finds a row by the controller of a class, where the input says it, else by the name
// of the class; nil for none.
func dialerOf(controller, class string) *dialer {
	i := slices.IndexFunc(dialers, func(d dialer) bool {
		if controller != "" {
			return slices.ContainsFunc(d.controllers, func(begin string) bool { return strings.HasPrefix(controller, begin) })
		}
		return slices.ContainsFunc(d.classes, func(name string) bool {
			begin, all := strings.CutSuffix(name, "*")
			return class == name || all && strings.HasPrefix(class, begin)
		})
	})
	if i < 0 {
		return nil
	}
	return &dialers[i]
}

// dialerNamed finds a row by its name.
func dialerNamed(name string) *dialer {
	i := slices.IndexFunc(dialers, func(d dialer) bool { return d.name == name })
	return &dialers[i]
}

// is reports a workload that has one of the names of the dialer's pods. Of a chart that runs
// several, the admission webhook and the default backend dial nobody.
func (d *dialer) is(w *inbound.Workload) bool {
	switch component := w.Labels[resolve.ComponentLabel]; {
	case d == nil || strings.Contains(component, "webhook") || strings.Contains(component, "default-backend") || component == "contour":
		return false
	}
	for _, name := range []string{w.Labels[resolve.NameLabel], w.Labels["app"], w.Ref.Name} {
		if name != "" && slices.Contains(d.pods, name) {
			return true
		}
	}
	return false
}

// workload is the one that runs the dialer; nil where none does, and where several do.
func (m reader) workload(d *dialer) *inbound.Workload { return m.only(d.is) }

// only is the one workload that is something, nil for none or several.
func (m reader) only(is func(*inbound.Workload) bool) *inbound.Workload {
	var found *inbound.Workload
	for _, w := range m.Workloads() {
		if !is(w) {
			continue
		}
		if found != nil && found.Ref != w.Ref {
			return nil
		}
		found = w
	}
	return found
}

// wayTo is how the dialer calls a Service for an object: to its pods, unless an annotation asks
// for the Service's address; then it depends on the Host whether the mesh knows it.
func (d *dialer) wayTo(on, service map[string]string, names []string) Way {
	from := on
	if d.byServiceOn == resolve.KindService {
		from = service
	}
	switch {
	case d.byService == "" || from[d.byService] != "true":
		return d.way
	case d.host != "" && slices.Contains(names, on[d.host]):
		return ByName
	}
	return ToAddress
}

// helps is what makes it call the Service by its name, "" where no setting does.
func (d *dialer) helps(h *outbound.Host) string {
	if d.byService == "" || d.host == "" {
		return ""
	}
	return fmt.Sprintf("annotate the %s with %s: \"true\" and %s: %s", d.byServiceOn, d.byService, d.host, h.Name)
}
