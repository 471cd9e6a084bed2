package source_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

const head1 = "apiVersion: networking.istio.io/v1\nkind: "

// TestWhatAClusterRefusesIsNotApplied: each is named with its line and cause, and gone.
func TestWhatAClusterRefusesIsNotApplied(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text  string
		field resolve.Field
		line  int
		cause string
		says  string
	}{
		"a rule exported too far": {
			head1 + "DestinationRule\nmetadata: {name: a, namespace: shop}\nspec:\n  host: pay\n  exportTo: [\"*\"]\n  workloadSelector: {matchLabels: {app: pay}}\n",
			"spec.exportTo", 6, "export", "cannot be exported beyond its namespace; Istio rejects the object"},
		"a host without domain": {
			head1 + "Sidecar\nmetadata: {name: default, namespace: shop}\nspec:\n  egress:\n  - hosts: [\"shop/lamp-svc\"]\n",
			"spec.egress[0].hosts[0]", 6, "host", "has no domain"},
		"a port without number": {
			head1 + "ServiceEntry\nmetadata: {name: a}\nspec:\n  hosts: [a.com]\n  ports:\n  - name: http\n",
			"spec.ports[0]", 7, "required", "number is required; Kubernetes rejects the object"},
		"NONE with endpoints": {
			head1 + "ServiceEntry\nmetadata: {name: a}\nspec:\n  hosts: [a.com]\n  ports: [{number: 80, name: http}]\n  endpoints: [{address: 1.1.1.1}]\n",
			"spec.endpoints", 7, "address", "resolution NONE cannot have endpoints"},
		"an entry without address": {head1 + "WorkloadEntry\nmetadata: {name: a}\nspec: {labels: {a: b}}\n", "spec", 4, "address", "address or network is required"},
		"a group without spec":     {head1 + "WorkloadGroup\nmetadata: {name: a}\n", "", 1, "required", "spec is required"},
		"an unknown version": {
			"apiVersion: security.istio.io/v1alpha1\nkind: PeerAuthentication\nmetadata: {name: a}\n", "apiVersion", 1, "version", `has no version "v1alpha1"`},
		"a name that is none": {
			"apiVersion: v1\nkind: Service\nmetadata:\n  name: Pay_1\n", "metadata.name", 4, "name", `name "Pay_1" is not valid`},
		"null": {head1 + "DestinationRule\nmetadata: {name: a}\nspec:\n  host: a\n  exportTo:\n", "spec.exportTo", 6, "type", "null is not allowed here"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := readString(t, test.text)
			if len(in.Problems) != 1 {
				t.Fatalf("problems %v", in.Problems)
			}
			p := in.Problems[0]
			if p.Field != test.field || p.Position.Line != test.line || p.Cause != test.cause || !strings.Contains(p.Message, test.says) ||
				!strings.HasSuffix(p.Message, "so it is not applied") {
				t.Errorf("got %+v", p)
			}
			for _, o := range in.Objects {
				if o.Refused == nil {
					t.Errorf("%s counts", o.Ref())
				}
			}
		})
	}
}

const tooFar = "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: pay, namespace: shop}\nspec:\n  mtls: {mode: STRICT}\n  portLevelMtls: {8080: {mode: DISABLE}}\n"

// TestWhatStandsInAClusterCounts: what an API server holds, or a snapshot of it shows,
// is applied by istiod, whatever would become of it today.
func TestWhatStandsInAClusterCounts(t *testing.T) {
	t.Parallel()
	snapshot := "apiVersion: mtlsctl.io/v1alpha1\nkind: Snapshot\nmetadata: {name: c}\nspec: {name: c}\n---\n"
	file := filepath.Join(t.TempDir(), "a.yaml")
	if err := os.WriteFile(file, []byte(tooFar), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string]*source.Input{
		"snapshot": readString(t, snapshot+tooFar),
		"applied":  read(t, source.Options{Files: []string{file}, Applied: true}),
	} {
		if len(in.Objects) != 1 || in.Objects[0].Refused != nil || in.Objects[0].Kind != resolve.KindPeerAuthentication {
			t.Errorf("%s: objects %v", name, in.Objects)
		}
		if len(in.Problems) != 1 || !strings.Contains(in.Problems[0].Message, "Kubernetes would reject the object now, but it is in the cluster, so it applies") {
			t.Errorf("%s: problems %v", name, in.Problems)
		}
	}
}

// TestARefusedPolicyIsShown: unless another document defines it.
func TestARefusedPolicyIsShown(t *testing.T) {
	t.Parallel()
	in := readString(t, tooFar)
	if len(in.Objects) != 1 || in.Objects[0].Refused == nil || in.Objects[0].Refused.Field != "spec.portLevelMtls" {
		t.Errorf("got %v", in.Objects)
	}
	good := "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: pay, namespace: shop}\nspec: {mtls: {mode: PERMISSIVE}}\n"
	for _, text := range []string{good + "---\n" + tooFar, tooFar + "---\n" + good} {
		if in := readString(t, text); len(in.Objects) != 1 || in.Objects[0].Refused != nil {
			t.Errorf("got %v", in.Objects)
		}
	}
}

// TestAPlaceholderIsNotJudged: only the value itself is spared.
func TestAPlaceholderIsNotJudged(t *testing.T) {
	t.Parallel()
	text := head1 + "VirtualService\nmetadata: {name: a}\nspec:\n  hosts: [\"%s\"]\n  http: [{route: [{destination: {host: \"$(NS).svc\"}}]}]\n"
	if in := readString(t, strings.Replace(text, "%s", "{{ .Host }}", 1)); len(in.Problems) > 0 || len(in.Objects) != 1 {
		t.Errorf("got %v, %v", in.Objects, in.Problems)
	}
	if in := readString(t, strings.Replace(text, "%s", "a_b", 1)); len(in.Problems) != 1 || len(in.Objects) != 0 {
		t.Errorf("got %v, %v", in.Objects, in.Problems)
	}
}
