package manifest

import (
	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/reflect/protoreflect"
	meshv1alpha1 "istio.io/api/mesh/v1alpha1"
)

// sharedText reports a text that can be a mesh configuration, in a ConfigMap that is not named as
// Istio's: an object all of whose fields are those of one.
func sharedText(d *decoder, n *yaml.Node) bool {
	top := innerText(d, n)
	if top == nil || len(top.Content) == 0 {
		return false
	}
	inner := &decoder{lenient: true}
	fields := (&meshv1alpha1.MeshConfig{}).ProtoReflect().Descriptor().Fields()
	for i := 0; i+1 < len(top.Content); i += 2 {
		if inner.fieldNamed(fields, top.Content[i].Value) == nil {
			return false
		}
	}
	return true
}

// innerText is the object that a text of n is, nil for anything else.
func innerText(d *decoder, n *yaml.Node) *yaml.Node {
	if n == nil || n.Kind != yaml.ScalarNode {
		return nil
	}
	top, err := newDocument(d.doc.file, 1, []byte(n.Value)).Parse()
	if err != nil || top == nil || top.Kind != yaml.MappingNode {
		return nil
	}
	return top
}

// written are the fields that the text of a mesh configuration sets, by their protobuf names; below the
// defaults of proxies and providers theirs too.
func written(d *decoder, n *yaml.Node) (out []string) {
	top := innerText(d, n)
	if top == nil {
		return nil
	}
	return writtenBelow(top, (&meshv1alpha1.MeshConfig{}).ProtoReflect().Descriptor().Fields(), "")
}

func writtenBelow(n *yaml.Node, fields protoreflect.FieldDescriptors, under string) (out []string) {
	inner := &decoder{lenient: true}
	for i := 0; i+1 < len(n.Content); i += 2 {
		f, value := inner.fieldNamed(fields, n.Content[i].Value), Follow(n.Content[i+1])
		if f == nil || value == nil || value.Tag == "!!null" {
			continue
		}
		out = append(out, under+string(f.Name()))
		if name := f.Name(); under == "" && value.Kind == yaml.MappingNode && (name == "default_config" || name == "default_providers") {
			out = append(out, writtenBelow(value, f.Message().Fields(), string(name)+".")...)
		}
	}
	return out
}
