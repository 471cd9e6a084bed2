package conformance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/testdata/conformance/dataplane"
)

// writeFrame begins a world: access logs, and a namespace that injects.
func writeFrame(b *strings.Builder) {
	b.WriteString("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata: {mesh: \"accessLogFile: /dev/stdout\\n\"}\n")
	b.WriteString("---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n")
}

// writeDeployment adds a workload that has all of spokenPorts.
func writeDeployment(b *strings.Builder, name string, injected bool) {
	var ports []string
	for _, p := range spokenPorts {
		port := p.name
		if slices.Contains(p.bytes, dataplane.ServerFirst) {
			port = fmt.Sprint("greet", p.number)
		}
		ports = append(ports, fmt.Sprintf("{name: %s, containerPort: %d}", port, p.number))
	}
	fmt.Fprintf(b, "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s, namespace: shop}\nspec:\n  selector: {matchLabels: {app: %[1]s}}\n", name)
	fmt.Fprintf(b, "  template:\n    metadata: {labels: {app: %s, sidecar.istio.io/inject: \"%t\"}}\n    spec: {containers: [{name: app, image: a, ports: [%s]}]}\n", name, injected, strings.Join(ports, ", "))
}

// writeService adds a Service with all of spokenPorts.
func writeService(b *strings.Builder, name, server string) {
	var ports []string
	for _, p := range spokenPorts {
		ports = append(ports, fmt.Sprintf("{name: %s, port: %d}", p.name, p.number))
	}
	fmt.Fprintf(b, "---\napiVersion: v1\nkind: Service\nmetadata: {name: %s, namespace: shop}\nspec: {selector: {app: %s}, ports: [%s]}\n", name, server, strings.Join(ports, ", "))
}

// writeRule adds a DestinationRule for a Service.
func writeRule(b *strings.Builder, host, traffic string) {
	fmt.Fprintf(b, "---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: %s, namespace: shop}\nspec: {host: %[1]s, trafficPolicy: {%s}}\n", host, traffic)
}
