package cluster

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	sigsyaml "sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/public"
	"github.com/mtlsctl/mtlsctl/resolve/reference"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
	"github.com/mtlsctl/mtlsctl/resolve/source/trim"
)

// clean takes the values out of a document. Where that changes what is said of the object,
// what was said goes with the snapshot.
func (c *cleaner) clean(d *kubernetesDocument) error {
	if d.kept == nil {
		c.typed(d.body)
		return nil
	}
	h := manifest.Head{APIVersion: textOf(d.body["apiVersion"]), Kind: textOf(d.body["kind"])}
	was, err := readAgain(h, d.body)
	if err != nil {
		return err
	}
	switch {
	case len(was.Objects) == 1 && c.controller(d, was.Objects[0]):
	case h.Kind == "ConfigMap":
		c.configuration(d.body)
	default:
		c.custom(d.body, h)
		if len(was.Objects) == 1 {
			called(d.body, was.Objects[0])
		}
	}
	return c.same(d, h, was)
}

// same makes sure that a document says what it said with its values.
func (c *cleaner) same(d *kubernetesDocument, h manifest.Head, was *manifest.Batch) error {
	is, err := readAgain(h, d.body)
	if err == nil && unread(was) && !unread(is) { // what could not be read must not be read now
		d.body["data"].(map[string]any)["mesh"] = unreadableText
		is, err = readAgain(h, d.body)
	}
	switch {
	case err != nil:
		return err
	case len(was.Objects) < len(is.Objects): // so with an object that was refused
		d.body = nil
	case len(was.Objects) > len(is.Objects):
		return errors.New("it is not valid without its values; --full keeps them")
	}
	if slices.EqualFunc(was.Problems, is.Problems, sameProblem) {
		return nil
	}
	t := manifest.Told{Ref: was.Last()}
	for _, p := range was.Problems {
		t.Problems = append(t.Problems, manifest.ToldProblem{
			Field: p.Field, Message: public.WithoutUser(p.Message), Hint: public.WithoutUser(p.Hint), Cause: p.Cause, Harmless: p.Harmless,
		})
	}
	c.problems = append(c.problems, t)
	return nil
}

// unread reports a mesh configuration that istiod could not read.
func unread(b *manifest.Batch) bool {
	return slices.ContainsFunc(b.Objects, func(o resolve.Object) bool {
		m, ok := o.Value.(*resolve.MeshConfig)
		return ok && m.Unread != ""
	})
}

func sameProblem(a, b resolve.Problem) bool {
	return a.Field == b.Field && a.Message == b.Message && a.Hint == b.Hint && a.Cause == b.Cause
}

// readAgain is what the decoders say of a document.
func readAgain(h manifest.Head, body map[string]any) (*manifest.Batch, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	s, err := manifest.ParseSent(text)
	if err != nil {
		return nil, err
	}
	b := &manifest.Batch{}
	b.Take(s, h)
	return b, nil
}

// typed takes the values of annotations out of an object that came in protobuf: the rest
// was left out when it was read.
func (c *cleaner) typed(body map[string]any) {
	for _, path := range [][]string{{}, {"spec", "template"}, {"spec", "jobTemplate", "spec", "template"}} {
		at := body
		for _, key := range append(path, "metadata") {
			at, _ = at[key].(map[string]any)
		}
		if annotations, ok := at["annotations"].(map[string]any); ok {
			c.tokens.annotations(annotations)
		}
	}
	withoutUsers(body)
}

// controller makes an object that has a template of pods, and came as JSON, what one is
// that came in protobuf; false for another object.
func (c *cleaner) controller(d *kubernetesDocument, o resolve.Object) bool {
	v, ok := o.Value.(*resolve.Controller)
	l, listed := listedAs(o.Kind)
	if !ok || !listed {
		return false
	}
	small := trim.Template(o.Kind, false, &v.ObjectMeta, v.Replicas, &v.Template, v.TemplateField.Segments()...)
	c.known.keep(&small.Value.(*resolve.Controller).Template.Spec, v.Namespace)
	body, err := typedDocument(small, l)
	if err != nil {
		return false
	}
	body["apiVersion"] = d.body["apiVersion"]
	d.body = body
	c.typed(body)
	return true
}

// custom puts tokens into a custom resource.
func (c *cleaner) custom(body map[string]any, h manifest.Head) {
	kind, ok := h.Reads()
	if !ok {
		return
	}
	fields := public.Of(string(kind))
	c.applied(body, fields)
	c.tokens.object(body, fields)
}

// called writes into an object of another project whom it names: the hosts of its texts, and
// nothing else of them.
func called(body map[string]any, o resolve.Object) {
	v, ok := o.Value.(*resolve.Dialling)
	if !ok {
		return
	}
	for i := range v.Targets {
		if t := &v.Targets[i]; t.Text != "" {
			put(body, t.Field.Segments(), reference.Reduce(t.Key, t.Text))
		}
	}
}

// put sets what stands at the end of a path that is there.
func put(at any, path []string, text string) {
	for i, key := range path {
		last := i == len(path)-1
		switch v := at.(type) {
		case map[string]any:
			if last {
				v[key] = text
				return
			}
			at = v[key]
		case []any:
			n, err := strconv.Atoi(key)
			if err != nil || n < 0 || n >= len(v) || last {
				return
			}
			at = v[n]
		default:
			return
		}
	}
}

// applied shortens what kubectl noted of the last file.
func (c *cleaner) applied(body map[string]any, fields *public.Field) {
	meta, _ := body["metadata"].(map[string]any)
	annotations, _ := meta["annotations"].(map[string]any)
	text := textOf(annotations[resolve.LastApplied])
	if text == "" {
		return
	}
	short := trim.Applied(text, func(spec map[string]any) map[string]any { return c.tokens.object(spec, fields.Child("spec")) })
	if annotations[resolve.LastApplied] = short; short == "" {
		delete(annotations, resolve.LastApplied)
	}
}

// configuration puts tokens into the ConfigMaps of a control plane.
func (c *cleaner) configuration(body map[string]any) {
	fields := public.Of(string(resolve.KindMeshConfig))
	c.applied(body, fields)
	if meta, ok := body["metadata"].(map[string]any); ok {
		c.tokens.object(meta, fields.Child("metadata"))
	}
	data, _ := body["data"].(map[string]any)
	for _, key := range []string{"mesh", "meshNetworks"} {
		if text := textOf(data[key]); text != "" {
			data[key] = c.meshText(text, fields)
		}
	}
	if text, ok := data["values"]; ok {
		data["values"] = manifest.InjectorValuesOnly(textOf(text))
	}
}

// unreadableText stands for a text that is no YAML: nobody can tell what in it is a value.
const unreadableText = "mtlsctl-hidden: ["

func (c *cleaner) meshText(text string, fields *public.Field) string {
	var config map[string]any
	if err := sigsyaml.Unmarshal([]byte(text), &config); err != nil {
		return unreadableText
	}
	providers, _ := config["extensionProviders"].([]any)
	for i := range providers {
		if p, ok := providers[i].(map[string]any); ok {
			providers[i] = trim.Only(p, "name")
		}
	}
	out, err := sigsyaml.Marshal(c.tokens.object(config, fields))
	if err != nil {
		return unreadableText
	}
	return string(out)
}
