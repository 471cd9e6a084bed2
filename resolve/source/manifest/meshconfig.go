package manifest

import (
	"cmp"
	"strings"

	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/reflect/protoreflect"
	meshv1alpha1 "istio.io/api/mesh/v1alpha1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// configMap reads the ConfigMap istio or istio-<revision>, those of the injector and of istio-cni, and
// of any other the hosts that it names.
func configMap(d *decoder, n *yaml.Node) metav1.Object {
	name := Scalar(n, "metadata", "name")
	if name == InjectorName || strings.HasPrefix(name, InjectorName+"-") {
		return injectorMap(d, n, strings.TrimPrefix(strings.TrimPrefix(name, InjectorName), "-"))
	}
	if name == nodeAgentName {
		return nodeAgentMap(n)
	}
	mesh, networks := Child(n, "data", "mesh"), Child(n, "data", "meshNetworks")
	own := name == "istio" || strings.HasPrefix(name, "istio-")
	if mesh == nil && networks == nil || !own && !sharedText(d, mesh) {
		return namingMap(d, n)
	}
	revision := strings.TrimPrefix(strings.TrimPrefix(name, "istio"), "-")
	m := d.newMeshConfig(n, "ConfigMap", revision, "")
	m.Labels = ofPlans(n)
	if !own {
		m.Name, m.Revision, m.Foreign = name, "", true
	}
	if mesh != nil && !d.meshText(mesh, m.Config.ProtoReflect(), "mesh configuration") {
		m.Unread, m.Config = "not a mesh configuration that istiod can read", &meshv1alpha1.MeshConfig{}
	}
	if mesh != nil {
		m.Text, m.Written = mesh.Value, written(d, mesh)
	}
	if networks != nil {
		m.NetworksText = networks.Value
		m.Networks = &meshv1alpha1.MeshNetworks{}
		d.meshText(networks, m.Networks.ProtoReflect(), "networks configuration")
	}
	return m
}

// ofPlans are the labels that a plan gave an object, by which the next run knows what was applied.
func ofPlans(n *yaml.Node) map[string]string {
	var out map[string]string
	for _, key := range []string{resolve.PlanLabel, resolve.WaveLabel} {
		if value := Scalar(n, "metadata", "labels", key); value != "" {
			if out == nil {
				out = map[string]string{}
			}
			out[key] = value
		}
	}
	return out
}

// newMeshConfig starts a MeshConfig that n carries. Whatever carries it, it is
// named as istiod's ConfigMap would be, so that two carriers of one revision are
// seen to be about the same thing.
func (d *decoder) newMeshConfig(n *yaml.Node, kind resolve.Kind, revision, namespace string) *resolve.MeshConfig {
	m := &resolve.MeshConfig{Revision: revision, Config: &meshv1alpha1.MeshConfig{}}
	m.Source = resolve.Ref{Kind: kind, Namespace: Scalar(n, "metadata", "namespace"), Name: Scalar(n, "metadata", "name")}
	m.Namespace = cmp.Or(namespace, m.Source.Namespace, resolve.DefaultRootNamespace)
	m.Name = "istio"
	if revision != "" {
		m.Name += "-" + revision
	}
	return m
}

// meshText reads a configuration that is written as text inside an object.
func (d *decoder) meshText(n *yaml.Node, config protoreflect.Message, what string) bool {
	line := d.doc.lineOf(n)
	if n.Style == yaml.LiteralStyle {
		line++
	}
	inner := newDocument(d.doc.file, line, []byte(n.Value))
	top, err := inner.Parse()
	if err != nil {
		at := resolve.Position{File: inner.file, Line: err.line}
		if inner.file == "" {
			at = resolve.Position{} // of a cluster
		}
		d.problems = append(d.problems, resolve.Problem{
			Position: at, Ref: d.ref,
			Message: "the " + what + " is not valid YAML: " + err.message, Hint: "istiod cannot parse it either",
		})
		return false
	}
	d.layers = append(d.layers, newLines(inner, nil))
	return d.meshNode(inner, top, nil, config)
}

// meshNode reads a mesh configuration into config, over what it already says.
// It takes proto names too, as istiod does.
func (d *decoder) meshNode(doc Document, n *yaml.Node, at way, config protoreflect.Message) bool {
	inner := &decoder{doc: doc, ref: d.ref, way: at, lenient: true}
	inner.message(n, config)
	d.problems = append(d.problems, inner.problems...)
	d.marks = append(d.marks, inner.marks...)
	return !inner.refused
}
