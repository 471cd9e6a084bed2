package source_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

func TestMeshConfigurationIsReadFromEachCarrier(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text      string
		revision  string
		namespace string
		env       map[string]string
	}{
		"the ConfigMap":               {text: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: mesh}\ndata:\n  mesh: |-\n    rootNamespace: root\n  meshNetworks: 'networks: {}'\n", namespace: "mesh"},
		"the ConfigMap of a revision": {text: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio-canary}\ndata: {mesh: \"root_namespace: root\"}\n", revision: "canary", namespace: "istio-system"},
		"an IstioOperator": {text: "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  revision: canary\n  meshConfig: {rootNamespace: lost, enableAutoMtls: true}\n  values: {meshConfig: {rootNamespace: root}, global: {istioNamespace: mesh}, pilot: {env: {A: true}}}\n  components: {pilot: {k8s: {env: [{name: B, value: c}]}}}\n",
			revision: "canary", namespace: "mesh", env: map[string]string{"A": "true", "B": "c"}},
		"a sail Istio": {text: "apiVersion: sailoperator.io/v1\nkind: Istio\nmetadata: {name: default}\nspec:\n  namespace: mesh\n  values: {revision: r, meshConfig: {rootNamespace: root}}\n", revision: "r", namespace: "mesh"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := readString(t, test.text)
			m := object(t, in, resolve.KindMeshConfig).Value.(*resolve.MeshConfig)
			if m.Config.RootNamespace != "root" || m.Revision != test.revision || m.Namespace != test.namespace || !cmp.Equal(m.Env, test.env) || len(in.Problems) > 0 {
				t.Errorf("got %+v, problems %v", m, in.Problems)
			}
		})
	}
}

func TestMistakesInMeshConfigurationAreSaidWithTheirLine(t *testing.T) {
	t.Parallel()
	in := readString(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio}\ndata:\n  mesh: |\n    enableAutoMTLS: true\n    mixerCheckServer: x\n    meshMTLS:\n      minProtocolVersion: TLS\n")
	wantSummary(t, in, "1 MeshConfig istio-system/istio",
		`6 problem: enableAutoMTLS unknown field "enableAutoMTLS"; it is ignored by istiod`,
		`9 problem: meshMTLS.minProtocolVersion "TLS" is not one of TLS_AUTO, TLSV1_2, TLSV1_3; istiod rejects the configuration, so it is not applied`,
		"7 note: fields that Istio removed and ignores: mixerCheckServer")
	if m := object(t, in, resolve.KindMeshConfig).Value.(*resolve.MeshConfig); m.Unread == "" {
		t.Error("istiod does not apply it, and the object does not say so")
	}
}

func TestOtherConfigMapsAndInstallersSayNothing(t *testing.T) {
	t.Parallel()
	in := readString(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\ndata: {mesh: x}\n---\napiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec: {profile: empty}\n")
	if len(in.Objects)+len(in.Problems) > 0 {
		t.Errorf("got %v", summary(in))
	}
}

func TestOpenShiftsControlPlaneSaysItsMode(t *testing.T) {
	t.Parallel()
	for name, spec := range map[string]string{
		"version 2": "{security: {dataPlane: {mtls: true, automtls: false}}}",
		"version 1": "{istio: {global: {mtls: {enabled: true, auto: false}}}}",
	} {
		in := readString(t, "apiVersion: maistra.io/v2\nkind: ServiceMeshControlPlane\nmetadata: {name: basic}\nspec: "+spec+"\n---\napiVersion: maistra.io/v1\nkind: ServiceMeshMemberRoll\nmetadata: {name: default}\nspec: {members: [a, b]}\n")
		c := object(t, in, resolve.KindServiceMeshControlPlane).Value.(*resolve.ServiceMeshControlPlane)
		if c.DataPlaneMTLS == nil || !*c.DataPlaneMTLS || c.AutoMTLS == nil || *c.AutoMTLS {
			t.Errorf("%s: got %+v", name, c)
		}
		if r := object(t, in, resolve.KindServiceMeshMemberRoll).Value.(*resolve.ServiceMeshMemberRoll); len(r.Members) != 2 {
			t.Errorf("members %v", r.Members)
		}
	}
}

func TestAMeshConfigFileIsTakenAtItsWord(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, root, problem string }{
		"a bare MeshConfig":      {text: "# mesh\nrootNamespace: root\n", root: "root"},
		"a ConfigMap among more": {text: service + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio}\ndata: {mesh: 'rootNamespace: root'}\n", root: "root"},
		"an unknown field":       {text: "a: 1\n", problem: `mesh.yaml:1: unknown field "a"`},
		"broken YAML":            {text: "a: b: c\n", problem: "mesh.yaml:1: mapping values"},
		"something else":         {text: service, problem: "it has neither a MeshConfig nor"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(write(t, map[string]string{"mesh.yaml": test.text}), "mesh.yaml")
			in, err := source.Read(context.Background(), source.Options{MeshConfigFile: file})
			switch {
			case test.problem != "" && (err == nil || !strings.Contains(err.Error(), test.problem)):
				t.Errorf("error %v, want %q", err, test.problem)
			case test.problem == "" && (err != nil || in.MeshConfig.RootNamespace != test.root):
				t.Errorf("got %v, %v", in, err)
			}
		})
	}
}

// TestNumbersInQuotesAreReadAsIstioDoes: istiod reads its own configuration as protobuf's
// JSON, in which "4180" is a number, and a number names an enum's value.
func TestNumbersInQuotesAreReadAsIstioDoes(t *testing.T) {
	t.Parallel()
	in := readString(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio}\ndata:\n  mesh: |\n    proxyListenPort: '15002'\n    meshMTLS: {minProtocolVersion: 2}\n    extensionProviders:\n    - name: login\n      envoyExtAuthzHttp: {service: login.auth.svc.cluster.local, port: \"4180\"}\n")
	m := object(t, in, resolve.KindMeshConfig).Value.(*resolve.MeshConfig)
	if len(in.Problems) > 0 {
		t.Errorf("problems %v", in.Problems)
	}
	port := m.Config.ExtensionProviders[0].GetEnvoyExtAuthzHttp().GetPort()
	if m.Config.ProxyListenPort != 15002 || port != 4180 || m.Config.GetMeshMTLS().GetMinProtocolVersion().String() != "TLSV1_3" {
		t.Errorf("got port %d, listen port %d, %s", port, m.Config.ProxyListenPort, m.Config.GetMeshMTLS())
	}
	wantSummary(t, readString(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio}\ndata:\n  mesh: |\n    proxyListenPort: ' 15002'\n"),
		"1 MeshConfig istio-system/istio", `6 problem: proxyListenPort " 15002" where Istio expects a whole number; istiod rejects the configuration, so it is not applied`)
}
