package source

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// snapshotGroup is the API group of this tool's own documents.
const snapshotGroup = "mtlsctl.io"

// snapshotOf is the first document of a snapshot: what was read of which cluster.
// It turns the objects of its file into objects of that cluster.
type snapshotOf struct {
	metav1.ObjectMeta
	Spec Cluster
	file string
}

// keptItem is a custom resource as the API server sent it.
type keptItem struct {
	head head
	json []byte
}

// snapshotHeader decodes the first document of a snapshot.
func snapshotHeader(d *decoder, n *yaml.Node) metav1.Object {
	s := &snapshotOf{}
	text, err := json.Marshal(d.plain(child(n, "spec")))
	if err == nil {
		err = json.Unmarshal(text, &s.Spec)
	}
	if err != nil {
		d.refuse(n, "the head of the snapshot cannot be read: "+err.Error(), "take it again with mtlsctl snapshot")
		return nil
	}
	s.Name = firstOf(s.Spec.Name, "cluster")
	return s
}

// replay makes the Input what reading the cluster gave: objects without places in
// a file, and the gaps that there were.
func (in *Input) replay(s *snapshotOf) {
	in.Cluster = &s.Spec
	for i := range in.Objects {
		if in.Objects[i].Origin.File == s.file {
			in.Objects[i].Origin = resolve.Origin{}
		}
	}
	for i := range in.Problems {
		if in.Problems[i].Position.File == s.file {
			in.Problems[i].Position = resolve.Position{}
		}
	}
	in.Stats.Files--
	if in.Stats.Files == 0 {
		in.Stats.Documents, in.Stats.Skipped = 0, map[string]int{}
	}
}

// WriteSnapshot writes what was read of a cluster as YAML that reads back as the
// same Input. The Input must have been read with ClusterOptions.Keep; full also
// keeps what no answer depends on. Secrets are never in it.
func WriteSnapshot(w io.Writer, in *Input, full bool) error {
	documents, err := in.documents(full)
	if err != nil {
		return err
	}
	head := map[string]any{"apiVersion": snapshotGroup + "/v1alpha1", "kind": "Snapshot", "metadata": map[string]any{"name": firstOf(in.Cluster.Name, "cluster")}, "spec": in.Cluster}
	if _, err := fmt.Fprintf(w, "# A mesh as mtlsctl read it of a cluster: mtlsctl describe -f FILE answers as the cluster did.\n"); err != nil {
		return err
	}
	for _, d := range slices.Insert(documents, 0, kubernetesDocument{body: head}) {
		text, err := sigsyaml.Marshal(d.body)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "---\n%s", text); err != nil {
			return err
		}
	}
	return nil
}

// kubernetesDocument is one object as YAML knows it.
type kubernetesDocument struct {
	ref  resolve.Ref
	body map[string]any
}

// documents are all objects, sorted, so that two snapshots of one state are equal.
func (in *Input) documents(full bool) ([]kubernetesDocument, error) {
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
		list = append(list, kubernetesDocument{o.Ref(), body})
	}
	for _, k := range in.kept {
		d, err := k.document(full)
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b kubernetesDocument) int { return cmp.Or(a.ref.Compare(b.ref)) })
	return list, nil
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

// document is the kept item without the API server's bookkeeping and, unless full,
// without annotations of others.
func (k keptItem) document(full bool) (kubernetesDocument, error) {
	var body map[string]any
	if err := json.Unmarshal(k.json, &body); err != nil {
		return kubernetesDocument{}, err
	}
	delete(body, "status")
	body["apiVersion"], body["kind"] = firstOf(textOf(body["apiVersion"]), k.head.apiVersion), firstOf(textOf(body["kind"]), k.head.kind)
	meta, _ := body["metadata"].(map[string]any)
	for _, field := range []string{"managedFields", "uid", "resourceVersion", "generation", "selfLink"} {
		delete(meta, field)
	}
	if annotations, ok := meta["annotations"].(map[string]any); ok && !full {
		short := appliedOnly(textOf(annotations[resolve.LastApplied]), customPart)
		for name := range annotations {
			if !isOurs(name) {
				delete(annotations, name)
			}
		}
		if short != "" {
			annotations[resolve.LastApplied] = short
		}
	}
	if !full {
		withoutPrivate(body)
	}
	if data, ok := body["data"].(map[string]any); ok && k.head.kind == "ConfigMap" {
		for key := range data {
			if !slices.Contains([]string{"mesh", "meshNetworks", "values"}, key) {
				delete(data, key)
			}
		}
		if !full {
			data["mesh"] = meshWithoutPrivate(textOf(data["mesh"]))
		}
	}
	ref := resolve.Ref{Kind: resolve.Kind(textOf(body["kind"])), Namespace: textOf(meta["namespace"]), Name: textOf(meta["name"])}
	return kubernetesDocument{ref, body}, nil
}

func textOf(v any) string {
	s, _ := v.(string)
	return s
}
