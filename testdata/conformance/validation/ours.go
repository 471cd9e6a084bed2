package validation

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"

	networkingv1beta1 "istio.io/api/networking/v1beta1"
	"istio.io/istio/pkg/util/protomarshal"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

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
	if err != nil || len(in.Objects) > 0 {
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
	list := ours.Schema(u.GetAPIVersion(), "ProxyConfig", object)
	list = append(list, new(ours.Names).Check("ProxyConfig", meta)...)
	if len(list) == 0 {
		spec := &networkingv1beta1.ProxyConfig{}
		text, err := json.Marshal(object["spec"])
		if err == nil && object["spec"] != nil {
			err = protomarshal.ApplyJSON(string(text), spec)
		}
		if err != nil {
			return err
		}
		list = ours.Webhook(meta, spec)
	}
	if len(list) > 0 {
		return errors.New(string(list[0].Field) + ": " + list[0].Message)
	}
	return nil
}
