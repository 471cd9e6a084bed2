package checks_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// TestLocal: a local check finds in a namespace of which alone it was allowed to read, without
// the mesh configuration, what it finds there in the whole mesh; any other check is skipped.
func TestLocal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *analyze.Check) {
		for _, file := range []string{"-", filepath.Join(fixtures, c.Code+".yaml")} {
			in, err := source.Read(t.Context(), source.Options{Files: []string{file}, Stdin: strings.NewReader(c.Before)})
			if err != nil {
				t.Fatal(err)
			}
			whole := analyze.Run(only(in, ""), []*analyze.Check{c})
			for _, ns := range namespacesOf(in) {
				r := analyze.RunWith(only(in, ns, tenantOf(ns)...), []*analyze.Check{c}, analyze.Options{Namespaces: []string{ns}})
				switch got, want := placesIn(r, ns), placesIn(whole, ns); {
				case c.Local && !slices.Equal(got, want):
					t.Errorf("namespace %s of %s: alone %q, in the whole mesh %q", ns, file, got, want)
				case !c.Local && len(r.Skipped)+len(r.Idle) == 0 && len(c.Needs)+len(c.Reads) > 0:
					t.Errorf("it is not local, and looked into namespace %s of %s alone", ns, file)
				}
			}
		}
	})
}

// only is a mesh of one namespace's objects, "" for all.
func only(in *source.Input, namespace string, gaps ...resolve.Gap) *mesh.Mesh {
	var objects []resolve.Object
	for _, o := range in.Objects {
		if r := o.Ref(); namespace == "" || r.Namespace == namespace || r.Kind == resolve.KindNamespace && r.Name == namespace {
			objects = append(objects, o)
		}
	}
	return mesh.Build(resolve.Options{Gaps: gaps}, objects)
}

// namespacesOf are those that objects live in, but for the root namespace.
func namespacesOf(in *source.Input) (names []string) {
	for _, o := range in.Objects {
		if ns := o.Ref().Namespace; ns != "" && ns != "istio-system" && !slices.Contains(names, ns) {
			names = append(names, ns)
		}
	}
	return names
}

// tenantOf is what somebody lacks who may read one namespace only, and see the labels of it.
func tenantOf(namespace string) []resolve.Gap {
	gaps := []resolve.Gap{{Kind: resolve.KindMeshConfig, Resource: "configmaps/istio", Namespaces: []string{"istio-system"}, Revision: "default", Reason: "forbidden"}}
	for _, k := range []resolve.Kind{
		resolve.KindPod, resolve.KindService, resolve.KindServiceEntry, resolve.KindPeerAuthentication, resolve.KindDestinationRule, resolve.KindSidecar,
		resolve.KindAuthorizationPolicy, resolve.KindGateway, resolve.KindKubeGateway, resolve.KindEnvoyFilter, resolve.KindVirtualService,
		resolve.KindServiceMonitor, resolve.KindPodMonitor,
	} {
		gaps = append(gaps, resolve.Gap{Kind: k, Resource: string(k), Except: []string{namespace}, Reason: "forbidden"})
	}
	return gaps
}

// placesIn are the codes and places of findings in a namespace. What they say of other
// namespaces, and how much it costs there, is not known alone.
func placesIn(r *analyze.Report, namespace string) (out []string) {
	for _, f := range r.Findings {
		if f.Object.Namespace == namespace {
			out = append(out, fmt.Sprint(f.Code, " ", f.Object, " ", f.Field))
		}
	}
	slices.Sort(out)
	return out
}
