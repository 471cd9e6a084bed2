package source

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/public"
)

// snapshotGroup is the API group of this tool's own documents.
const snapshotGroup = "mtlsctl.io"

// snapshotOf is the first document of a snapshot: what was read of which cluster.
// It turns the objects of its file into objects of that cluster.
type snapshotOf struct {
	metav1.ObjectMeta
	Spec snapshotSpec
	file string
}

// snapshotSpec is what the head of a snapshot says.
type snapshotSpec struct {
	Cluster `json:",inline"`
	// Objects counts the documents of each kind, Digest is that of all of the text: "" in
	// snapshots of old. See checkSnapshot.
	Objects map[string]int `json:"objects,omitempty"`
	Digest  string         `json:"digest,omitempty"`
	// Told are the problems of objects that have others where values are left out.
	Told []told `json:"told,omitempty"`
}

// told are the problems of one object, as they were told of the cluster.
type told struct {
	Ref      resolve.Ref   `json:"object"`
	Problems []toldProblem `json:"problems"`
}

type toldProblem struct {
	Field    resolve.Field `json:"field,omitempty"`
	Message  string        `json:"message"`
	Hint     string        `json:"hint,omitempty"`
	Cause    string        `json:"cause,omitempty"`
	Harmless bool          `json:"harmless,omitempty"`
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
	s.Name = cmp.Or(s.Spec.Name, "cluster")
	return s
}

// replay makes the Input what reading the cluster gave: objects without places in
// a file, and the gaps that there were.
func (in *Input) replay(s *snapshotOf) {
	in.Cluster = &s.Spec.Cluster
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
	in.tell(s.Spec.Told)
	if s.Spec.Digest == "" {
		in.Cluster.Old = true
		in.Notes = append(in.Notes, Note{
			Message: "the snapshot " + s.file + " has no digest: nothing shows whether it is whole", Hint: "take it again with this version of mtlsctl",
		})
	}
	in.Stats.Files--
	if in.Stats.Files == 0 {
		in.Stats.Documents, in.Stats.Skipped = 0, map[string]int{}
	}
}

// tell replaces the problems of objects by those that were told of the cluster.
func (in *Input) tell(list []told) {
	for _, t := range list {
		in.Problems = slices.DeleteFunc(in.Problems, func(p resolve.Problem) bool { return p.Ref == t.Ref && p.Position.File == "" })
		for _, p := range t.Problems {
			in.Problems = append(in.Problems, resolve.Problem{Ref: t.Ref, Field: p.Field, Message: p.Message, Hint: p.Hint, Cause: p.Cause, Harmless: p.Harmless})
		}
	}
}

// WriteSnapshot writes what was read of a cluster as YAML that reads back as the
// same Input. The Input must have been read with ClusterOptions.Keep; full also
// keeps what no answer depends on, and values that are nobody else's: without it there
// are tokens in their place. Secrets are never in it.
func WriteSnapshot(w io.Writer, in *Input, full bool) error {
	c := cleaner{full: full, tokens: tokens{}, known: in.hosts()}
	documents, err := c.documents(in)
	if err != nil {
		return err
	}
	spec := snapshotSpec{Cluster: *in.Cluster, Objects: map[string]int{}, Told: c.told}
	spec.Defaults = public.WithoutUser(spec.Defaults)
	spec.Gaps = slices.Clone(spec.Gaps)
	for i := range spec.Gaps {
		spec.Gaps[i].Reason = public.WithoutUser(spec.Gaps[i].Reason)
	}
	var texts bytes.Buffer
	for _, d := range documents {
		text, err := sigsyaml.Marshal(d.body)
		if err != nil {
			return err
		}
		spec.Objects[documentKind(text)]++
		fmt.Fprintf(&texts, "---\n%s", text)
	}
	head, err := spec.head()
	if err != nil {
		return err
	}
	spec.Digest = digestOf(append(head, texts.Bytes()...))
	if head, err = spec.head(); err != nil {
		return err
	}
	if _, err := w.Write(head); err != nil {
		return err
	}
	_, err = texts.WriteTo(w)
	return err
}

// head is the text of a snapshot down to its first object.
func (s *snapshotSpec) head() ([]byte, error) {
	text, err := sigsyaml.Marshal(map[string]any{
		"apiVersion": snapshotGroup + "/v1alpha1", "kind": "Snapshot", "metadata": map[string]any{"name": cmp.Or(s.Name, "cluster")}, "spec": s,
	})
	return append([]byte("# A mesh as mtlsctl read it of a cluster: mtlsctl describe -f FILE answers as the cluster did.\n---\n"), text...), err
}
