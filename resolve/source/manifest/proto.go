package manifest

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// message sets m to what n says. A field that Istio does not know is a problem
// and is left out, as the API server prunes it; a value that the schema refuses
// costs the object.
func (d *decoder) message(n *yaml.Node, m protoreflect.Message) {
	n, ok := d.enter(n)
	if !ok {
		return
	}
	defer d.leave()
	if m.Descriptor().ParentFile().Package() == "google.protobuf" {
		d.wellKnown(n, m)
		return
	}
	if n.Kind != yaml.MappingNode {
		d.refuse(n, d.describe(n)+" where Istio wants an object", "")
		return
	}
	fields := m.Descriptor().Fields()
	d.each(n, func(key, value *yaml.Node) {
		d.in(key.Value, func() {
			f := d.fieldNamed(fields, key.Value)
			switch {
			case f != nil:
				d.set(m, f, value)
			case d.lenient && m.Descriptor().ReservedNames().Has(protoName(key.Value)):
				d.mark(key, markRemoved, key.Value)
			default:
				d.unknownField(key, names(fields))
				d.problems[len(d.problems)-1].Harmless = !bears(m.Descriptor().FullName(), key.Value)
			}
		})
	})
}

func (d *decoder) fieldNamed(fields protoreflect.FieldDescriptors, name string) protoreflect.FieldDescriptor {
	if f := fields.ByJSONName(name); f != nil {
		return f
	}
	if d.lenient || oldNames[name] {
		return fields.ByName(protoreflect.Name(name))
	}
	return nil
}

// oldNames are protobuf's own names of fields that the definitions of Istio's kinds still
// have beside the new ones.
var oldNames = map[string]bool{"mirror_percent": true, "jwks_uri": true}

// protoName is the name in the .proto file of a field's JSON name.
func protoName(json string) protoreflect.Name {
	var b strings.Builder
	for _, c := range json {
		if c >= 'A' && c <= 'Z' {
			b.WriteByte('_')
			c += 'a' - 'A'
		}
		b.WriteRune(c)
	}
	return protoreflect.Name(b.String())
}

func names(fields protoreflect.FieldDescriptors) []string {
	list := make([]string, fields.Len())
	for i := range list {
		list[i] = fields.Get(i).JSONName()
	}
	return list
}

func (d *decoder) set(m protoreflect.Message, f protoreflect.FieldDescriptor, n *yaml.Node) {
	n, ok := d.enter(n)
	if !ok {
		return
	}
	defer d.leave()
	switch {
	case f.IsMap():
		d.setMap(n, m.Mutable(f).Map(), f)
	case f.IsList():
		d.setList(n, m.Mutable(f).List(), f)
	case f.Message() != nil:
		d.message(n, m.Mutable(f).Message())
	default:
		if v, ok := d.scalarOf(n, f); ok {
			m.Set(f, v)
		}
	}
}

func (d *decoder) setList(n *yaml.Node, list protoreflect.List, f protoreflect.FieldDescriptor) {
	if n.Kind != yaml.SequenceNode {
		d.refuse(n, d.describe(n)+" where Istio wants a list", "")
		return
	}
	list.Truncate(0)
	for i, c := range n.Content {
		d.at(i, func() {
			if f.Message() != nil {
				d.message(c, list.AppendMutable().Message())
			} else if v, ok := d.scalarOf(c, f); ok {
				list.Append(v)
			}
		})
	}
}

func (d *decoder) setMap(n *yaml.Node, m protoreflect.Map, f protoreflect.FieldDescriptor) {
	if n.Kind != yaml.MappingNode {
		d.refuse(n, d.describe(n)+" where Istio wants an object", "")
		return
	}
	d.each(n, func(key, value *yaml.Node) {
		d.in(key.Value, func() {
			k, ok := d.mapKey(key, f)
			if !ok || Follow(value) == nil {
				return
			}
			if f.MapValue().Message() != nil {
				d.message(value, m.Mutable(k).Message())
			} else if v, ok := d.scalarOf(value, f.MapValue()); ok {
				m.Set(k, v)
			}
		})
	})
}

// mapKey reads the key of a map; 8080 and "8080" are the same port.
func (d *decoder) mapKey(key *yaml.Node, f protoreflect.FieldDescriptor) (protoreflect.MapKey, bool) {
	if f.MapKey().Kind() == protoreflect.StringKind {
		return protoreflect.ValueOfString(key.Value).MapKey(), true
	}
	port, err := strconv.ParseUint(key.Value, 10, 32)
	isPort := strings.HasPrefix(f.JSONName(), "port")
	if err != nil || isPort && (port == 0 || port > 65535) {
		d.refuse(key, fmt.Sprintf("%s key %q is no port number from 1 to 65535", f.JSONName(), key.Value), "")
		return protoreflect.MapKey{}, false
	}
	return protoreflect.ValueOfUint32(uint32(port)).MapKey(), true
}
