package conformance

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pkg/test"
	"istio.io/istio/pkg/util/protomarshal"
	"istio.io/istio/pkg/workloadapi/security"
)

// dumped is what a member's Envoy would print at /config_dump, with istiod's own configuration
// for it; camel is how istioctl writes the keys.
func (i *istiod) dumped(m *member, camel bool) (string, error) {
	p := i.proxy(m)
	clusters := i.Clusters(p)
	key := func(snake, camelled string) string {
		if camel {
			return camelled
		}
		return snake
	}
	write := protomarshal.MarshalProtoNames
	if camel {
		write = protomarshal.Marshal
	}
	var parts [3][]string
	var failed error
	add := func(n int, format string, text []byte, err error) {
		parts[n] = append(parts[n], fmt.Sprintf(format, text))
		failed = cmp.Or(failed, err)
	}
	for _, c := range clusters {
		text, err := write(c)
		add(0, `{"cluster": %s}`, text, err)
		if load := i.assigned(c, p); load != nil && strings.HasPrefix(c.Name, "outbound|") {
			text, err := write(load)
			add(2, `{"`+key("endpoint_config", "endpointConfig")+`": %s}`, text, err)
		}
	}
	for _, l := range i.Listeners(p) {
		text, err := write(l)
		add(1, `{"name": "x", "`+key("active_state", "activeState")+`": {"listener": %s}}`, text, err)
	}
	node, err := json.Marshal(nodeOf(p, m))
	list := func(n int) string { return "[" + strings.Join(parts[n], ",\n") + "]" }
	return fmt.Sprintf(`{"configs": [{"bootstrap": {"node": %s}}, {"%s": %s}, {"%s": %s}, {"%s": %s}]}`, node,
		key("dynamic_active_clusters", "dynamicActiveClusters"), list(0), key("dynamic_listeners", "dynamicListeners"), list(1),
		key("dynamic_endpoint_configs", "dynamicEndpointConfigs"), list(2)), cmp.Or(failed, err)
}

// nodeOf is how the proxy presents itself.
func nodeOf(p *model.Proxy, m *member) map[string]any {
	return map[string]any{
		"id": fmt.Sprintf("%s~%s~%s.%s~%s.svc.cluster.local", p.Type, m.address, podName(m), m.namespace, m.namespace),
		"metadata": map[string]any{
			"NAME": podName(m), "NAMESPACE": m.namespace, "ISTIO_VERSION": "1.31.0", "LABELS": m.labels, "ANNOTATIONS": m.annotations,
			"OWNER":        fmt.Sprintf("kubernetes://apis/apps/v1/namespaces/%s/%ss/%s", m.namespace, strings.ToLower(m.kind), m.name),
			"PROXY_CONFIG": map[string]any{"discoveryAddress": discoveryOf(m.revision)},
		},
	}
}

func discoveryOf(revision string) string {
	if revision == "" || revision == "default" {
		return "istiod.istio-system.svc:15012"
	}
	return "istiod-" + revision + ".istio-system.svc:15012"
}

func podName(m *member) string { return m.name }

// writeDumps writes the dumps of all proxies of a world to a folder.
func writeDumps(t test.Failer, w world, c *cluster, folder string, camel bool) (n int, err error) {
	revisions := map[string]bool{}
	if c.mixed {
		revisions["default"] = true
	}
	for _, m := range c.members {
		if m.proxy && m.pod != nil {
			revisions[m.revision] = true
		}
	}
	for _, revision := range slices.Sorted(maps.Keys(revisions)) {
		i, err := startIstiod(t, w, c, cmp.Or(revision, "default"))
		if err != nil {
			return n, err
		}
		if c.mixed && cmp.Or(revision, "default") == "default" {
			if err := os.WriteFile(filepath.Join(folder, "ztunnel.json"), []byte(i.ztunnel()), 0o600); err != nil {
				return n, err
			}
		}
		for _, routers := range []bool{true, false} { // as truthOf asks
			for _, m := range c.members {
				if !m.proxy || m.pod == nil || m.revision != revision || m.router != routers {
					continue
				}
				text, err := i.dumped(m, camel)
				if err == nil {
					err = os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%s.%s.json", m.kind, podName(m), m.namespace)), []byte(text), 0o600)
				}
				if err != nil {
					return n, err
				}
				n++
			}
		}
	}
	return n, nil
}

// running is a world as a cluster holds it: pods in the place of what makes them.
func (w world) running(c *cluster) (string, error) {
	var rest world
	for _, d := range w {
		switch d.kind() {
		case "Deployment", "StatefulSet", "DaemonSet", "Pod":
		default:
			rest = append(rest, d)
		}
	}
	text := rest.YAML()
	for _, m := range c.members {
		if m.pod == nil {
			continue
		}
		p := m.pod.DeepCopy()
		p.APIVersion, p.Kind, p.Labels = "v1", "Pod", m.labels
		p.Annotations = maps.Clone(m.annotations)
		if p.Annotations == nil {
			p.Annotations = map[string]string{}
		}
		if m.proxy && !slices.ContainsFunc(append(p.Spec.InitContainers, p.Spec.Containers...), func(k corev1.Container) bool { return k.Name == "istio-proxy" && len(k.Args) > 1 }) {
			role := "sidecar"
			if m.router {
				role = "router"
			}
			p.Spec.Containers = slices.DeleteFunc(p.Spec.Containers, func(k corev1.Container) bool { return k.Name == "istio-proxy" })
			p.Spec.Containers = append(p.Spec.Containers, corev1.Container{Name: "istio-proxy", Args: []string{"proxy", role}})
			p.Annotations["sidecar.istio.io/status"] = fmt.Sprintf(`{"revision":%q}`, m.revision)
		}
		one, err := yaml.Marshal(p)
		if err != nil {
			return "", err
		}
		text += "---\n" + string(one)
	}
	return text, nil
}

// ztunnel is what a ztunnel would dump that was told all of istiod's index.
func (i *istiod) ztunnel() string {
	x := i.index()
	workloads, policies := []any{}, []any{}
	for _, w := range x.workloads {
		if !strings.Contains(w.Uid, "/Pod/") {
			continue
		}
		workloads = append(workloads, map[string]any{
			"uid": w.Uid, "name": w.Name, "namespace": w.Namespace, "workloadName": w.WorkloadName, "workloadIps": addressesOf(w), "node": w.Node, "protocol": w.TunnelProtocol.String(),
			"authorizationPolicies": w.AuthorizationPolicies,
		})
	}
	for _, p := range x.policies {
		rules := [][][]any{}
		for _, g := range p.Groups {
			parts := [][]any{}
			for _, r := range g.Rules {
				matches := []any{}
				for _, m := range r.Matches {
					matches = append(matches, map[string]any{
						"notPrincipals": m.NotPrincipals, "principals": m.Principals, "namespaces": m.Namespaces, "sourceIps": m.SourceIps, "destinationPorts": m.DestinationPorts, "notDestinationPorts": m.NotDestinationPorts,
					})
				}
				parts = append(parts, matches)
			}
			rules = append(rules, parts)
		}
		policies = append(policies, map[string]any{"name": p.Name, "namespace": p.Namespace, "action": map[bool]string{true: "Deny", false: "Allow"}[p.Action == security.Action_DENY], "rules": rules})
	}
	text, err := json.Marshal(map[string]any{"workloads": workloads, "policies": policies, "certificates": []any{}})
	if err != nil {
		panic(err) // texts and lists
	}
	return string(text)
}
