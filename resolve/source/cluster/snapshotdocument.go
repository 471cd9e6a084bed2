package cluster

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
	"github.com/mtlsctl/mtlsctl/resolve/source/trim"
)

// kubernetesDocument is one object as YAML knows it.
type kubernetesDocument struct {
	ref  resolve.Ref
	body map[string]any
	// kept is a custom resource as the API server sent it, nil for another object.
	kept []byte
}

// cleaner makes the documents of a snapshot. It leaves out what no answer depends on, and
// puts tokens in the place of values, unless the snapshot is to be full.
type cleaner struct {
	full     bool
	tokens   tokens
	known    hosts
	problems []manifest.Told
}

// documents are all objects, sorted, so that two snapshots of one state are equal.
func (c *cleaner) documents(in *source.Input) ([]kubernetesDocument, error) {
	var list []kubernetesDocument
	for _, o := range in.Objects {
		l, ok := listedAs(o.Kind)
		if !ok || l.list == nil {
			continue // a custom resource: kept as it was sent
		}
		body, err := typedDocument(o, l)
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", o.Ref(), err)
		}
		list = append(list, kubernetesDocument{ref: o.Ref(), body: body})
	}
	for _, k := range in.Kept {
		d, err := documentOf(k)
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b kubernetesDocument) int { return cmp.Or(a.ref.Compare(b.ref)) })
	if c.full {
		return list, nil
	}
	for i := range list { // sorted: tokens are counted in this order
		if err := c.clean(&list[i]); err != nil {
			return nil, fmt.Errorf("write %s: %w", list[i].ref, err)
		}
	}
	return slices.DeleteFunc(list, func(d kubernetesDocument) bool { return d.body == nil }), nil
}

func listedAs(kind resolve.Kind) (listed, bool) {
	i := slices.IndexFunc(kindsListed, func(l listed) bool { return l.kind == kind })
	if i < 0 {
		return listed{}, false
	}
	return kindsListed[i], true
}

// typedDocument is an object that came in protobuf.
func typedDocument(o resolve.Object, l listed) (map[string]any, error) {
	var value any = o.Value
	if c, ok := o.Value.(*resolve.Controller); ok {
		value = controllerBody(c)
	}
	body, err := asMap(value)
	if err != nil {
		return nil, err
	}
	body["apiVersion"], body["kind"] = strings.TrimPrefix(l.group+"/"+l.versions[0], "/"), o.Kind.Word()
	if status, ok := body["status"].(map[string]any); ok && len(status) == 0 {
		delete(body, "status")
	}
	return body, nil
}

// controllerBody puts the template back where its kind has it.
func controllerBody(c *resolve.Controller) map[string]any {
	spec := map[string]any{"selector": map[string]any{"matchLabels": c.Template.Labels}, "template": c.Template}
	if c.Replicas != nil {
		spec["replicas"] = *c.Replicas
	}
	if strings.HasPrefix(string(c.TemplateField), "spec.jobTemplate") {
		spec = map[string]any{"jobTemplate": map[string]any{"spec": map[string]any{"template": c.Template}}}
	}
	return map[string]any{"metadata": c.ObjectMeta, "spec": spec}
}

func asMap(v any) (map[string]any, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var m map[string]any
	err = json.Unmarshal(text, &m)
	return m, err
}

// documentOf is the kept item without the API server's bookkeeping.
func documentOf(k manifest.KeptItem) (kubernetesDocument, error) {
	var body map[string]any
	if err := json.Unmarshal(k.JSON, &body); err != nil {
		return kubernetesDocument{}, err
	}
	status, _ := body["status"].(map[string]any)
	delete(body, "status")
	if k.Head.Kind == string(resolve.KindGateway) && strings.HasPrefix(k.Head.APIVersion, manifest.GatewayAPI+"/") && status != nil {
		body["status"] = trim.Only(status, "addresses") // a waypoint without one has no effect (2D.2)
	}
	body["apiVersion"], body["kind"] = cmp.Or(textOf(body["apiVersion"]), k.Head.APIVersion), cmp.Or(textOf(body["kind"]), k.Head.Kind)
	meta, _ := body["metadata"].(map[string]any)
	ordered := body["kind"] == string(resolve.KindPeerAuthentication) // generation and managedFields say what was there first (2C.7)
	if managed := managedOf(meta); ordered && len(managed) > 0 {
		meta["managedFields"] = managed
	} else {
		delete(meta, "managedFields")
	}
	for _, field := range []string{"uid", "resourceVersion", "generation", "selfLink"} {
		if field != "generation" || !ordered {
			delete(meta, field)
		}
	}
	if data, ok := body["data"].(map[string]any); ok && k.Head.Kind == "ConfigMap" {
		for key := range data {
			if !slices.Contains([]string{"mesh", "meshNetworks", "values"}, key) {
				delete(data, key)
			}
		}
	}
	ref := resolve.Ref{Kind: resolve.Kind(textOf(body["kind"])), Namespace: textOf(meta["namespace"]), Name: textOf(meta["name"])}
	return kubernetesDocument{ref: ref, body: body, kept: k.JSON}, nil
}

// managedOf is what is kept of managed fields, as JSON has it.
func managedOf(meta map[string]any) (kept []any) {
	text, err := json.Marshal(meta["managedFields"])
	if err != nil {
		return nil
	}
	short, err := json.Marshal(trim.Managed(text))
	if err != nil || json.Unmarshal(short, &kept) != nil {
		return nil
	}
	return kept
}

func textOf(v any) string {
	s, _ := v.(string)
	return s
}
