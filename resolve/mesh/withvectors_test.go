package mesh_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	securityapi "istio.io/api/security/v1beta1"
	typeapi "istio.io/api/type/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// TestWithVectors: what TestWith says of random worlds holds for those of the vectors, the
// checks and the examples, which have every kind of object: each of them goes and comes back,
// and policies of every scope come and go. WITH_WORLDS lists more files and directories.
func TestWithVectors(t *testing.T) {
	t.Parallel()
	for _, files := range writtenWorlds(t) {
		t.Run(strings.Join(files, "+"), func(t *testing.T) {
			t.Parallel()
			input, err := source.Read(t.Context(), source.Options{Files: files, Applied: true})
			if err != nil {
				t.Fatal(err)
			}
			w := writtenWorld{T: t, objects: input.Objects, mesh: mesh.Build(config.Options{Editable: true}, input.Objects)}
			w.mesh.Clients()
			w.said = whole(w.mesh)
			w.change()
		})
	}
}

func writtenWorlds(t *testing.T) [][]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(vectors, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors in %s: %v", vectors, err)
	}
	var out [][]string
	for _, file := range files {
		if v := readVector(t, file); v.title != "" {
			out = append(out, append(v.with, v.file))
		}
	}
	for _, pattern := range []string{"../../testdata/checks/*.yaml", "../../testdata/mesh/*", "../../testdata/plan/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("nothing is %s: %v", pattern, err)
		}
		for _, file := range files {
			out = append(out, []string{file})
		}
	}
	for _, more := range strings.Fields(os.Getenv("WITH_WORLDS")) {
		out = append(out, []string{more})
	}
	return out
}

type writtenWorld struct {
	*testing.T
	objects []resolve.Object
	mesh    *mesh.Mesh
	// said is everything that mesh answers.
	said string
}

// change makes one change after the other, each of the mesh that was read.
func (w *writtenWorld) change() {
	for i, o := range w.objects {
		if w.Failed() {
			return
		}
		if !w.alone(o) {
			continue
		}
		rest := slices.Delete(slices.Clone(w.objects), i, i+1)
		w.changed("without "+o.Ref().String(), []config.Delta{config.Goes(o.Ref())}, rest, config.Becomes(o))
		if other := w.objects[(i*7+3)%len(w.objects)]; w.alone(other) && other.Ref() != o.Ref() {
			rest = slices.DeleteFunc(rest, func(p resolve.Object) bool { return p.Ref() == other.Ref() })
			both := []config.Delta{config.Goes(o.Ref()), config.Goes(other.Ref())}
			w.changed(fmt.Sprintf("without %s and %s", o.Ref(), other.Ref()), both, rest, config.Becomes(other), config.Becomes(o))
		}
	}
	for _, p := range w.policies() {
		if w.Failed() {
			return
		}
		objects := slices.DeleteFunc(slices.Clone(w.objects), func(o resolve.Object) bool { return o.Ref() == p.Ref() })
		back := config.Goes(p.Ref())
		if len(objects) < len(w.objects) {
			continue
		}
		w.changed("with "+p.Ref().String(), []config.Delta{config.Becomes(p)}, append(objects, p), back)
	}
}

// alone reports an object of a name that no other has: of several, all would go.
func (w *writtenWorld) alone(o resolve.Object) bool {
	n := 0
	for i := range w.objects {
		if w.objects[i].Ref() == o.Ref() {
			n++
		}
	}
	return n == 1
}

// changed compares a mesh that was changed with one that was built, and changes it back.
func (w *writtenWorld) changed(what string, deltas []config.Delta, objects []resolve.Object, back ...config.Delta) {
	w.Helper()
	next := w.mesh.With(deltas...)
	if got, want := whole(next), whole(mesh.Build(config.Options{Editable: true}, objects)); got != want {
		w.Errorf("%s: %s", what, firstDifference(got, want))
		return
	}
	if got := whole(next.With(back...)); got != w.said {
		w.Errorf("%s, and back: %s", what, firstDifference(got, w.said))
	}
}

// policies are STRICT ones of every scope: of the mesh, of each namespace and of each
// workload.
func (w *writtenWorld) policies() []resolve.Object {
	out := []resolve.Object{strictPolicy(w.mesh.RootNamespace(), nil)}
	for _, n := range w.mesh.Namespaces() {
		if n.Name != w.mesh.RootNamespace() {
			out = append(out, strictPolicy(n.Name, nil))
		}
	}
	for _, x := range w.mesh.Workloads() {
		if len(x.Labels) > 0 {
			out = append(out, strictPolicy(x.Ref.Namespace, x))
		}
	}
	return out
}

func strictPolicy(namespace string, of *inbound.Workload) resolve.Object {
	p := &securityv1.PeerAuthentication{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "made-strict"}}
	p.Spec.Mtls = &securityapi.PeerAuthentication_MutualTLS{Mode: securityapi.PeerAuthentication_MutualTLS_STRICT}
	if of != nil {
		p.Name = fmt.Sprintf("made-strict-%s-%d", of.Ref.Name, of.Variant)
		p.Spec.Selector = &typeapi.WorkloadSelector{MatchLabels: of.Labels}
	}
	return object(resolve.KindPeerAuthentication, p)
}
