package manifest

import (
	"cmp"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// istioOperator reads an IstioOperator: spec.meshConfig, over it the Helm values
// that it passes through, and istiod's environment.
func istioOperator(d *decoder, n *yaml.Node) metav1.Object {
	revision := cmp.Or(Scalar(n, "spec", "revision"), Scalar(n, "spec", "values", "revision"))
	namespace := cmp.Or(Scalar(n, "spec", "values", "global", "istioNamespace"), Scalar(n, "spec", "namespace"))
	if mtls := Child(n, "spec", "values", "global", "mtls"); mtls != nil {
		d.mark(mtls, markLegacy, "IstioOperator spec.values.global.mtls")
	}
	m := d.newMeshConfig(n, "IstioOperator", revision, namespace)
	if installsIstiod(n) {
		m.Version = cmp.Or(Scalar(n, "spec", "components", "pilot", "tag"), Scalar(n, "spec", "values", "pilot", "tag"), Scalar(n, "spec", "tag"), Scalar(n, "spec", "values", "global", "tag"))
	}
	return d.installed(n, m, []string{"spec", "meshConfig"})
}

// installsIstiod reports an IstioOperator that is not about gateways alone.
func installsIstiod(n *yaml.Node) bool {
	enabled := Scalar(n, "spec", "components", "pilot", "enabled")
	return enabled == "true" || enabled == "" && Scalar(n, "spec", "profile") != "empty"
}

// sailIstio reads the Istio and IstioRevision of the sail operator.
func sailIstio(d *decoder, n *yaml.Node) metav1.Object {
	kind := resolve.Kind(Scalar(n, "kind"))
	m := d.newMeshConfig(n, kind, Scalar(n, "spec", "values", "revision"), Scalar(n, "spec", "namespace"))
	m.Version = cmp.Or(Scalar(n, "spec", "values", "pilot", "tag"), Scalar(n, "spec", "values", "global", "tag"), Scalar(n, "spec", "version"))
	return d.installed(n, m)
}

// installed reads what an installer's object says about the mesh, nil when it
// says nothing: one that only installs gateways must not look like a default.
func (d *decoder) installed(n *yaml.Node, m *resolve.MeshConfig, places ...[]string) metav1.Object {
	says := false
	for _, place := range append(places, []string{"spec", "values", "meshConfig"}) {
		config := Child(n, place...)
		if config == nil {
			continue
		}
		says = true
		d.layers = append([]*lines{newLines(d.doc, append(d.item.clone(), place...))}, d.layers...)
		if !d.meshAt(config, place, m) {
			return nil
		}
	}
	m.Env = environment(n)
	if says || len(m.Env) > 0 {
		return m
	}
	if _, ok := release.Parse(m.Version); !ok {
		return nil
	}
	return &resolve.Installation{ObjectMeta: metav1.ObjectMeta{Namespace: m.Namespace, Name: m.Source.Name}, Source: m.Source, Revision: m.Revision, Version: m.Version}
}

func (d *decoder) meshAt(n *yaml.Node, place []string, m *resolve.MeshConfig) bool {
	var at way
	for _, key := range place {
		at = append(at, step{key: key})
	}
	return d.meshNode(d.doc, n, at, m.Config.ProtoReflect())
}

// environment is istiod's environment as an installer's object sets it.
func environment(n *yaml.Node) map[string]string {
	env := map[string]string{}
	if values := Child(n, "spec", "values", "pilot", "env"); values != nil && values.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(values.Content); i += 2 {
			if v := Follow(values.Content[i+1]); v != nil && v.Kind == yaml.ScalarNode {
				env[values.Content[i].Value] = jsonText(v)
			}
		}
	}
	if list := Child(n, "spec", "components", "pilot", "k8s", "env"); list != nil && list.Kind == yaml.SequenceNode {
		for _, e := range list.Content {
			if name := Scalar(e, "name"); name != "" {
				env[name] = Scalar(e, "value")
			}
		}
	}
	if len(env) == 0 {
		return nil
	}
	return env
}
