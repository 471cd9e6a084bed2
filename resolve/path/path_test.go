package path_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/path"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// world is a server, behind a Service with and without an address of its own, and an ingress
// controller; %s is a mode, labels of the controller's namespace, and a Sidecar's traffic policy.
const world = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: edge, labels: {istio-injection: %s}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec: {mtls: {mode: %s}}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: edge}
spec: {egress: [{hosts: ["*/*"]}], outboundTrafficPolicy: {mode: %s}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  template:
    metadata: {labels: {app: pay}}
    spec: {containers: [{name: pay, ports: [{containerPort: 8080}, {containerPort: 9000}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: shop}
spec: {selector: {app: pay}, ports: [{name: http, port: 80, targetPort: 8080}, {name: tcp, port: 9000}]}
---
apiVersion: v1
kind: Service
metadata: {name: peers, namespace: shop}
spec: {clusterIP: None, selector: {app: pay}, ports: [{name: http, port: 8080}, {name: tcp, port: 9000}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: nginx, namespace: edge}
spec:
  template:
    metadata: {labels: {app.kubernetes.io/name: ingress-nginx}}
    spec: {containers: [{name: controller}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: pay, namespace: shop, annotations: {%s}}
spec:
  ingressClassName: nginx
  defaultBackend: {service: {name: %s, port: {number: %d}}}
`

// TestWays: what becomes of the call of an ingress controller, by how it dials and what it has.
func TestWays(t *testing.T) {
	const upstream = `nginx.ingress.kubernetes.io/service-upstream: "true"`
	for _, c := range []struct {
		name, injection, mode, unknown, annotations, service string
		port                                                 int32
		want                                                 string
	}{
		{"pods, STRICT", "enabled", "STRICT", "ALLOW_ANY", "", "pay", 80, "dials-pods PLAINTEXT broken"},
		{"pods, PERMISSIVE", "enabled", "PERMISSIVE", "ALLOW_ANY", "", "pay", 80, "dials-pods PLAINTEXT plaintext"},
		{"pods, TCP", "enabled", "STRICT", "ALLOW_ANY", "", "pay", 9000, "dials-pods PLAINTEXT broken"},
		{"pods, and unknown hosts are refused", "enabled", "PERMISSIVE", "REGISTRY_ONLY", "", "pay", 80, "dials-pods NOTHING broken"},
		{"no sidecar", "disabled", "STRICT", "ALLOW_ANY", "", "pay", 80, "client-without-proxy PLAINTEXT broken"},
		{"the pods of a headless Service, TCP", "enabled", "STRICT", "ALLOW_ANY", "", "peers", 9000, "own ISTIO_MUTUAL mtls"},
		{"the pods of a headless Service, HTTP", "enabled", "STRICT", "ALLOW_ANY", "", "peers", 8080, "dials-pods PLAINTEXT broken"},
		{"the address, HTTP", "enabled", "STRICT", "ALLOW_ANY", upstream, "pay", 80, "foreign-host PLAINTEXT broken"},
		{"the address, TCP", "enabled", "STRICT", "ALLOW_ANY", upstream, "pay", 9000, "own ISTIO_MUTUAL mtls"},
		{"the address and the name", "enabled", "STRICT", "ALLOW_ANY", upstream + `, nginx.ingress.kubernetes.io/upstream-vhost: pay.shop.svc.cluster.local`, "pay", 80, "own ISTIO_MUTUAL mtls"},
		{"the address and another name", "enabled", "STRICT", "ALLOW_ANY", upstream + `, nginx.ingress.kubernetes.io/upstream-vhost: shop.example.com`, "pay", 80, "foreign-host PLAINTEXT broken"},
	} {
		m := meshOf(t, fmt.Sprintf(world, c.injection, c.mode, c.unknown, c.annotations, c.service, c.port))
		var got []string
		for _, d := range declared.In(m).All() {
			for _, p := range path.In(m).Of(d) {
				why := string(p.Sends.Why.Cause)
				if p.Own() && p.Sends.Auto {
					why = "own"
				}
				got = append(got, fmt.Sprintf("%s %s %s", why, p.Sends.TLS, p.Outcome.Verdict))
			}
		}
		if !slices.Equal(got, []string{c.want}) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func meshOf(t *testing.T, text string) *mesh.Mesh {
	t.Helper()
	in, err := source.Read(t.Context(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(text)})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range in.Problems {
		t.Error(p)
	}
	return mesh.Build(config.Options{MeshConfig: in.MeshConfig}, in.Objects)
}

// started is a STRICT server, and a client of it in an init container; %s are an istiod's
// Deployment, or nothing, and the client.
const started = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: %s}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: store, namespace: shop}
spec:
  template:
    metadata: {labels: {app: store}}
    spec: {containers: [{name: store, ports: [{containerPort: 6379}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: store, namespace: shop}
spec: {selector: {app: store}, ports: [{name: tcp, port: 6379}]}
---
%s
---
%s
`

// TestInit: a dial before the pod's proxy runs, or not.
func TestInit(t *testing.T) {
	const dials = `{name: wait, env: [{name: STORE, value: "store:6379"}]}`
	const proxy = `{name: istio-proxy, image: proxyv2, args: [proxy, sidecar]%s}`
	template := func(annotations, init string) string {
		return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {template: {metadata: {labels: {app: web}, annotations: {" + annotations + "}}, spec: {initContainers: [" + init + "], containers: [{name: web}]}}}"
	}
	pod := func(init, containers string) string {
		return "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {app: web, security.istio.io/tlsMode: istio}, annotations: {sidecar.istio.io/status: '{}'}}\nspec: {nodeName: node1, initContainers: [" + init + "], containers: [" + containers + "]}\nstatus: {phase: Running, podIP: 10.0.0.9}"
	}
	istiod := func(value string) string {
		return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}\nspec: {template: {metadata: {labels: {app: istiod}}, spec: {containers: [{name: discovery, env: [{name: ENABLE_NATIVE_SIDECARS, value: \"" + value + "\"}]}]}}}"
	}
	native := fmt.Sprintf(proxy, ", restartPolicy: Always")
	classic := fmt.Sprintf(proxy, "")
	for _, c := range []struct{ name, mode, istiod, client, want string }{
		{"a template", "STRICT", "", template("", dials), "perhaps-before-proxy unknown"},
		{"a template, native by annotation", "STRICT", istiod("false"), template(`sidecar.istio.io/nativeSidecar: "true"`, dials), "auto-mtls mtls"},
		{"a template, not native by annotation", "STRICT", istiod("true"), template(`sidecar.istio.io/nativeSidecar: "false"`, dials), "before-proxy broken"},
		{"a template, native by istiod", "STRICT", istiod("true"), template("", dials), "auto-mtls mtls"},
		{"a template, not native by istiod", "STRICT", istiod("false"), template("", dials), "before-proxy broken"},
		{"a template, by the nodes", "STRICT", istiod("auto"), template("", dials), "perhaps-before-proxy unknown"},
		{"a pod", "STRICT", "", pod(dials, "{name: web}, "+classic), "before-proxy broken"},
		{"a pod with a native proxy", "STRICT", "", pod(native+", "+dials, "{name: web}"), "auto-mtls mtls"},
		{"a pod with a native proxy behind", "STRICT", "", pod(dials+", "+native, "{name: web}"), "before-proxy broken"},
		{"what stays asks again", "STRICT", istiod("false"), template("", strings.Replace(dials, "{name: wait,", "{name: wait, restartPolicy: Always,", 1)), "auto-mtls mtls"},
		{"plaintext may get through, or be led to a proxy that is not there yet", "PERMISSIVE", istiod("false"), template("", dials), "before-proxy unknown"},
		{"no proxy", "STRICT", "", template(`sidecar.istio.io/inject: "false"`, dials), "client-without-proxy broken"},
	} {
		m := meshOf(t, fmt.Sprintf(started, c.mode, c.istiod, c.client))
		var got []string
		for _, d := range declared.In(m).All() {
			for _, p := range path.In(m).Of(d) {
				got = append(got, fmt.Sprintf("%s %s", p.Sends.Why.Cause, p.Outcome.Verdict))
			}
		}
		if !slices.Equal(got, []string{c.want}) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
