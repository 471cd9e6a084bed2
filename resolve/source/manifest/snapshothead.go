package manifest

import (
	"cmp"
	"encoding/json"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// snapshotGroup is the API group of this tool's own documents.
const snapshotGroup = "mtlsctl.io"

// SnapshotOf is the first document of a snapshot: what was read of which cluster.
// It turns the objects of its file into objects of that cluster.
type SnapshotOf struct {
	metav1.ObjectMeta
	Spec SnapshotSpec
	File string
}

// SnapshotSpec is what the head of a snapshot says.
type SnapshotSpec struct {
	Cluster `json:",inline"`
	// Objects counts the documents of each kind, Digest is that of all of the text: "" in
	// snapshots of old. See checkSnapshot.
	Objects map[string]int `json:"objects,omitempty"`
	Digest  string         `json:"digest,omitempty"`
	// Told are the problems of objects that have others where values are left out.
	Told []Told `json:"told,omitempty"`
	// Proxies are what was read of proxies, as package dump keeps them, "" for nothing.
	Proxies string `json:"proxies,omitempty"`
}

// Told are the problems of one object, as they were told of the cluster.
type Told struct {
	Ref      resolve.Ref   `json:"object"`
	Problems []ToldProblem `json:"problems"`
}

// ToldProblem is one of them, without its place.
type ToldProblem struct {
	Field    resolve.Field `json:"field,omitempty"`
	Message  string        `json:"message"`
	Hint     string        `json:"hint,omitempty"`
	Cause    string        `json:"cause,omitempty"`
	Harmless bool          `json:"harmless,omitempty"`
}

// KeptItem is a custom resource as the API server sent it.
type KeptItem struct {
	Head Head
	JSON []byte
}

// snapshotHeader decodes the first document of a snapshot.
func snapshotHeader(d *decoder, n *yaml.Node) metav1.Object {
	s := &SnapshotOf{}
	text, err := json.Marshal(d.plain(Child(n, "spec")))
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

// Text is that of a snapshot down to its first object.
func (s *SnapshotSpec) Text() ([]byte, error) {
	text, err := sigsyaml.Marshal(map[string]any{
		"apiVersion": snapshotGroup + "/v1alpha1", "kind": "Snapshot", "metadata": map[string]any{"name": cmp.Or(s.Name, "cluster")}, "spec": s,
	})
	return append([]byte("# A mesh, written by mtlsctl snapshot: mtlsctl describe -f FILE answers as for the cluster.\n---\n"), text...), err
}
