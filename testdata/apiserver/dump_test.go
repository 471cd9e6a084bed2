package apiserver

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

// everything is all that a server has; own is what it made itself, which no story
// tells of: its Service, its Namespaces.
func everything(client.Object) bool { return true }

func own(o client.Object) bool {
	ns := o.GetNamespace()
	if ns == "" {
		ns = o.GetName()
	}
	return ns == "default" || strings.HasPrefix(ns, "kube-")
}

// dump writes what the server has of the kinds that mtlsctl reads into a file, by
// a bare client: what "kubectl get -o yaml" would give.
func (s *server) dump(t *testing.T, wanted func(client.Object) bool) string {
	t.Helper()
	var text []string
	for _, kind := range s.kinds(t) {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(kind)
		if err := s.List(context.Background(), list); err != nil {
			t.Fatal(err)
		}
		for i := range list.Items {
			if !wanted(&list.Items[i]) {
				continue
			}
			doc, err := yaml.Marshal(list.Items[i].Object)
			if err != nil {
				t.Fatal(err)
			}
			text = append(text, string(doc))
		}
	}
	file := filepath.Join(t.TempDir(), "dump.yaml")
	if err := os.WriteFile(file, []byte(strings.Join(text, "---\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// kinds are those of the resources that mtlsctl reads and the server has.
func (s *server) kinds(t *testing.T) []schema.GroupVersionKind {
	t.Helper()
	d, err := discovery.NewDiscoveryClientForConfig(s.config)
	if err != nil {
		t.Fatal(err)
	}
	lists, err := d.ServerPreferredResources()
	if err != nil {
		t.Fatal(err)
	}
	var kinds []schema.GroupVersionKind
	for _, list := range lists {
		gv, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list.APIResources {
			if slices.Contains(resources[gv.Group], r.Name) && r.Name != "apiservices" && r.Name != "customresourcedefinitions" {
				kinds = append(kinds, gv.WithKind(r.Kind))
			}
		}
	}
	return kinds
}
