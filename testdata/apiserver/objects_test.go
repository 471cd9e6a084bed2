package apiserver

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// object is one document of a file.
type object = *unstructured.Unstructured

// documents reads the objects of a folder's YAML files, or of one file.
func documents(t *testing.T, path string) []object {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(path, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		files = []string{path}
	}
	var all []object
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		found, err := parse(f)
		if err = errors.Join(err, f.Close()); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, found...)
	}
	return all
}

// parse reads the objects of a stream of YAML documents.
func parse(r io.Reader) ([]object, error) {
	var all []object
	for docs := utilyaml.NewYAMLReader(bufio.NewReader(r)); ; {
		text, err := docs.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		u := &unstructured.Unstructured{}
		if err := yaml.Unmarshal(text, &u.Object); err != nil {
			return nil, err
		}
		if u.Object != nil {
			all = append(all, u)
		}
	}
}

// typed converts an object to its Go type.
func typed[T any](t *testing.T, u object) *T {
	t.Helper()
	out := new(T)
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, out); err != nil {
		t.Fatalf("%s %s: %v", u.GetKind(), u.GetName(), err)
	}
	return out
}

// inOrder sorts objects as they have to be made: Namespaces before what is in
// them, and the rest by age, because a server gives every object the time at which
// it was made. What has no age in a file is older than what has one; alike ones
// are made in the order of their names, which is what decides between them.
func inOrder(all []object) []object {
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b object) int {
		if first := rank(a) - rank(b); first != 0 {
			return first
		}
		if older := stamp(a).Compare(stamp(b)); older != 0 {
			return older
		}
		return slices.Compare([]string{a.GetName(), a.GetNamespace()}, []string{b.GetName(), b.GetNamespace()})
	})
	return sorted
}

func rank(o object) int {
	if o.GetKind() == "Namespace" {
		return 0
	}
	return 1
}

func stamp(o object) time.Time { return o.GetCreationTimestamp().Time }

// apply makes the objects of a story that need nothing added to them. Ages count
// in seconds: between two ages one has to pass.
func (s *server) apply(t *testing.T, all []object) {
	t.Helper()
	var last time.Time
	for _, o := range inOrder(all) {
		if age := stamp(o); !age.Equal(last) {
			last = age
			time.Sleep(1100 * time.Millisecond)
		}
		made := o.DeepCopy()
		unstructured.RemoveNestedField(made.Object, "metadata", "creationTimestamp")
		s.create(t, made)
	}
}
