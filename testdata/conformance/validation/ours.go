package validation

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	networkingv1beta1 "istio.io/api/networking/v1beta1"
	"istio.io/istio/pkg/util/protomarshal"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	ours "github.com/mtlsctl/mtlsctl/resolve/source/validation"
)

// weRefuse says why the tool would not apply the object, nil when it would: it reads
// the object as it reads a file.
func weRefuse(object map[string]any) error {
	text, err := json.Marshal(object)
	if err != nil {
		return err
	}
	if object["kind"] == "ProxyConfig" { // read by nobody, so asked of the rules alone
		return proxyConfig(object)
	}
	in, err := source.Read(context.Background(), source.Options{Files: []string{"-"}, Stdin: bytes.NewReader(text), Workers: 1})
	if err != nil || slices.ContainsFunc(in.Objects, func(o resolve.Object) bool { return o.Refused == nil }) {
		return err
	}
	var why []string
	for _, p := range in.Problems {
		why = append(why, string(p.Field)+": "+p.Message)
	}
	return errors.New("refused: " + strings.Join(why, "; "))
}

func proxyConfig(object map[string]any) error {
	u := &unstructured.Unstructured{Object: object}
	meta := ours.Meta{Name: u.GetName(), Namespace: u.GetNamespace(), Labels: u.GetLabels(), Annotations: u.GetAnnotations()}
	var judge ours.Judge
	list := judge.Schema(u.GetAPIVersion(), "ProxyConfig", decoded{object})
	list = append(list, judge.Names("ProxyConfig", meta)...)
	if len(list) == 0 {
		spec := &networkingv1beta1.ProxyConfig{}
		text, err := json.Marshal(object["spec"])
		if err == nil && object["spec"] != nil {
			err = protomarshal.ApplyJSON(string(text), spec)
		}
		if err != nil {
			return err
		}
		list = judge.Webhook(meta, spec)
	}
	if len(list) > 0 {
		return errors.New(string(list[0].Field) + ": " + list[0].Message)
	}
	return nil
}

// decoded is a value as the API server has it.
type decoded struct{ v any }

func (d decoded) Type() ours.Type {
	switch d.v.(type) {
	case nil:
		return ours.Null
	case map[string]any:
		return ours.Object
	case []any:
		return ours.List
	case string:
		return ours.Text
	case bool:
		return ours.Boolean
	case float64:
		return ours.Number
	}
	return ours.Integer
}

func (d decoded) Text() string { s, _ := d.v.(string); return s }

func (d decoded) Number() float64 {
	if i, ok := d.v.(int64); ok {
		return float64(i)
	}
	f, _ := d.v.(float64)
	return f
}

func (d decoded) Len() int {
	if m, ok := d.v.(map[string]any); ok {
		return len(m)
	}
	l, _ := d.v.([]any)
	return len(l)
}

func (d decoded) Item(i int) ours.Value { return decoded{d.v.([]any)[i]} }

func (d decoded) Get(name string) ours.Value {
	m, _ := d.v.(map[string]any)
	if v, ok := m[name]; ok {
		return decoded{v}
	}
	return nil
}

func (d decoded) Field(i int) (string, ours.Value) {
	m, _ := d.v.(map[string]any)
	name := slices.Sorted(maps.Keys(m))[i]
	return name, decoded{m[name]}
}
