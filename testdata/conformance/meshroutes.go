package conformance

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
	gatewayv1beta1 "sigs.k8s.io/gateway-api/apis/v1beta1"

	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/constants"
	"istio.io/istio/pkg/config/schema/gvk"
	"istio.io/istio/pkg/config/schema/gvr"
	"istio.io/istio/pkg/kube"
	"istio.io/istio/pkg/kube/kclient/clienttest"
	"istio.io/istio/pkg/test"
)

const gatewayAPI = "gateway.networking.k8s.io"

// routed reports a world with routes of the Gateway API.
func (w world) routed() bool {
	for _, d := range w {
		if d.routes() {
			return true
		}
	}
	return false
}

func (d document) routes() bool {
	switch d.kind() {
	case "HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "ReferenceGrant", "GatewayClass":
		return d.group() == gatewayAPI
	}
	return d.isRouter()
}

// storeRoutes gives the API server the routes of a world.
func (w world) storeRoutes(t test.Failer, client kube.Client) {
	ctx, create := context.Background(), metav1.CreateOptions{}
	for _, d := range w {
		var err error
		switch {
		case !d.routes():
		case d.kind() == "HTTPRoute":
			var o gatewayv1.HTTPRoute
			if err = into(d, &o); err == nil {
				fillPaths(&o)
				_, err = client.GatewayAPI().GatewayV1().HTTPRoutes(o.Namespace).Create(ctx, aged(&o), create)
			}
		case d.kind() == "GRPCRoute":
			var o gatewayv1.GRPCRoute
			if err = into(d, &o); err == nil {
				_, err = client.GatewayAPI().GatewayV1().GRPCRoutes(o.Namespace).Create(ctx, aged(&o), create)
			}
		case d.kind() == "TLSRoute":
			var o gatewayv1.TLSRoute
			if err = into(d, &o); err == nil {
				_, err = client.GatewayAPI().GatewayV1().TLSRoutes(o.Namespace).Create(ctx, aged(&o), create)
			}
		case d.kind() == "ReferenceGrant":
			var o gatewayv1beta1.ReferenceGrant
			if err = into(d, &o); err == nil {
				_, err = client.GatewayAPI().GatewayV1beta1().ReferenceGrants(o.Namespace).Create(ctx, aged(&o), create)
			}
		case d.kind() == "GatewayClass":
			var o gatewayv1.GatewayClass
			if err = into(d, &o); err == nil {
				_, err = client.GatewayAPI().GatewayV1().GatewayClasses().Create(ctx, aged(&o), create)
			}
		case d.isRouter():
			var o gatewayv1.Gateway
			if err = into(d, &o); err == nil {
				_, err = client.GatewayAPI().GatewayV1().Gateways(o.Namespace).Create(ctx, aged(&o), create)
			}
		default:
			var o gatewayv1.TCPRoute
			if err = into(d, &o); err == nil {
				_, err = client.GatewayAPI().GatewayV1().TCPRoutes(o.Namespace).Create(ctx, aged(&o), create)
			}
		}
		if err != nil {
			t.Fatal(fmt.Errorf("%s %s: %w", d.kind(), d.name(), err))
		}
	}
}

// fillPaths says what the API server says where a match does not.
func fillPaths(o *gatewayv1.HTTPRoute) {
	kind, value := gatewayv1.PathMatchPathPrefix, "/"
	for at := range o.Spec.Rules {
		rule := &o.Spec.Rules[at]
		if len(rule.Matches) == 0 {
			rule.Matches = make([]gatewayv1.HTTPRouteMatch, 1)
		}
		for i := range rule.Matches {
			m := &rule.Matches[i]
			if m.Path == nil {
				m.Path = &gatewayv1.HTTPPathMatch{}
			}
			if m.Path.Type == nil {
				m.Path.Type = &kind
			}
			if m.Path.Value == nil {
				m.Path.Value = &value
			}
		}
	}
}

// aged gives what says no age the age of all that say none.
func aged[T metav1.Object](o T) T {
	if stamp := o.GetCreationTimestamp(); stamp.IsZero() {
		o.SetCreationTimestamp(metav1.Time{Time: ageless})
	}
	return o
}

// settleRoutes waits until istiod has made VirtualServices of routes, and makes it look again.
func (i *istiod) settleRoutes(t test.Failer, w world) {
	for _, kind := range []schema.GroupVersionResource{gvr.GRPCRoute, gvr.TCPRoute, gvr.TLSRoute, gvr.ReferenceGrant} { // read from some version on only
		clienttest.MakeCRDWithAnnotations(t, i.KubeClient(), kind, map[string]string{"gateway.networking.k8s.io/bundle-version": "v9.0.0"})
	}
	await := w.routesOfServices()
	for end := time.Now().Add(time.Second); !i.knowsRoutes(await) && time.Now().Before(end); {
		time.Sleep(2 * time.Millisecond)
	}
	if w.hasRouter() {
		i.settleGateways(t)
	}
	i.push(t)
}

// routesOfServices are the routes of which istiod makes something, by its names for them.
func (w world) routesOfServices() []string {
	services := map[string]bool{}
	for _, d := range w {
		if d.kind() == "Service" {
			services[d.namespace()+"/"+d.name()] = true
		}
	}
	var out []string
	for _, d := range w {
		parents, _ := d.at("spec", "parentRefs").([]any)
		for _, p := range parents {
			parent, _ := p.(map[string]any)
			if group, ok := parent["group"].(string); ok && group == "" && d.routes() && services[fmt.Sprint(cmp.Or(parent["namespace"], any(d.namespace())), "/", parent["name"])] {
				out = append(out, d.kind()+"/"+d.name()+"."+d.namespace())
			}
		}
	}
	return out
}

func (i *istiod) knowsRoutes(names []string) bool {
	var known []string
	for _, v := range i.Env().GatewayAPIController.List(gvk.VirtualService, "") {
		known = append(known, strings.Split(v.Annotations[constants.InternalParentNames], ",")...)
	}
	return !slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(known, name) })
}

// isRouter reports a Gateway of the Gateway API of a class with Envoys at the edge.
func (d document) isRouter() bool {
	return d.kind() == "Gateway" && d.group() == gatewayAPI && slices.Contains([]string{"istio", "mine", "nginx"}, d.text("spec", "gatewayClassName"))
}

func (w world) hasRouter() bool { return slices.ContainsFunc(w, document.isRouter) }

// settleGateways waits until istiod makes nothing else of Gateways and routes any more.
func (i *istiod) settleGateways(t test.Failer) {
	before, same := "", 0
	for end := time.Now().Add(2 * time.Second); same < 20 && time.Now().Before(end); {
		time.Sleep(2 * time.Millisecond)
		if same++; same == 1 {
			i.push(t) // routes may wait for what istiod knows of Services
		}
		if is := i.generated(); is != before {
			before, same = is, 0
		}
	}
}

// generated are the Gateways and VirtualServices that istiod makes of the Gateway API, as text.
func (i *istiod) generated() string {
	var out []string
	for _, kind := range []config.GroupVersionKind{gvk.Gateway, gvk.VirtualService} {
		for _, k := range i.Env().GatewayAPIController.List(kind, "") {
			out = append(out, fmt.Sprint(k.Namespace, k.Name, k.Spec))
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}
