package expect_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/expect"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

const shop = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  selector: {matchLabels: {app: pay}}
  template:
    metadata: {labels: {app: pay}}
    spec: {containers: [{name: pay, image: pay, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: shop}
spec: {selector: {app: pay}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}
`

func shopMesh(t *testing.T) *mesh.Mesh {
	t.Helper()
	in, err := source.Read(t.Context(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(shop)})
	if err != nil || len(in.Problems) > 0 {
		t.Fatal(err, in.Problems)
	}
	return mesh.Build(config.Options{}, in.Objects)
}

func TestCheck(t *testing.T) {
	t.Parallel()
	m := shopMesh(t)
	checker := expect.NewChecker(m, advise.New(m, advise.Options{}))
	mtls, strict := []resolve.Verdict{resolve.VerdictMTLS}, []resolve.Mode{resolve.Strict}
	for _, c := range []struct {
		e    expect.Expectation
		held bool
	}{
		{expect.Expectation{Workload: "deploy/pay.shop", Port: 8080, Modes: strict}, true},
		{expect.Expectation{Workload: "svc/pay", Modes: strict}, true},
		{expect.Expectation{Workload: "ns/shop", Modes: []resolve.Mode{resolve.Permissive}}, false},
		{expect.Expectation{From: "pay.shop", To: "pay.shop:80", Verdicts: mtls}, true},
		{expect.Expectation{From: "ns/shop", To: "deploy/pay:8080", Verdicts: []resolve.Verdict{resolve.VerdictBroken}}, false},
		{expect.Expectation{NoPlaintextInto: "shop"}, true},
	} {
		r, err := checker.Check(&c.e)
		if err != nil || r.Held != c.held {
			t.Errorf("%s: held %t (%q, %v), want %t", &c.e, r.Held, r.Says, err, c.held)
		}
	}
}

// TestCheckFindsNothing: a word that names nothing is the error of its lookup.
func TestCheckFindsNothing(t *testing.T) {
	t.Parallel()
	m := shopMesh(t)
	checker := expect.NewChecker(m, advise.New(m, advise.Options{}))
	for _, c := range []struct {
		e    expect.Expectation
		part expect.Part
		want string
	}{
		{expect.Expectation{Workload: "deploy/pya"}, expect.PartWorkload, `no Deployment named "pya"`},
		{expect.Expectation{Workload: "deploy/"}, expect.PartWorkload, `"deploy/": want TYPE/NAME or TYPE/NAME.NAMESPACE`},
		{expect.Expectation{From: "web", To: "pay:80"}, expect.PartFrom, `no thing named "web"`},
		{expect.Expectation{From: "pa/default", To: "pay:80"}, expect.PartFrom, `"pa/default": PeerAuthentication: this type neither calls nor is called`},
		{expect.Expectation{From: "pay", To: "pay:90"}, expect.PartTo, "no port 90"},
		{expect.Expectation{From: "web", To: "pay:"}, expect.PartTo, `"pay:": want NAME[.NAMESPACE][:PORT[/SUBSET]]`}, // what is no name at all comes first
		{expect.Expectation{NoPlaintextInto: "shpo"}, expect.PartNamespace, `nothing in the input lives in namespace "shpo"`},
	} {
		_, err := checker.Check(&c.e)
		var lookup *expect.LookupError
		if !errors.As(err, &lookup) || lookup.Part != c.part || lookup.Error() != c.want {
			t.Errorf("%+v: %v, want %s", c.e, err, c.want)
		}
	}
}
