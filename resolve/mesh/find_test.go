package mesh_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// market has names that several things have, and names with dots.
const market = shopWithPay + `---
apiVersion: v1
kind: Namespace
metadata: {name: bank, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ledger, namespace: bank}
spec:
  selector: {matchLabels: {app: ledger}}
  template:
    metadata: {labels: {app: ledger}}
    spec: {containers: [{name: ledger, image: ledger, ports: [{containerPort: 9000, name: tcp}, {containerPort: 9001}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: bank}
spec:
  selector: {matchLabels: {app: pay}}
  template:
    metadata: {labels: {app: pay}}
    spec: {containers: [{name: pay, image: pay, ports: [{containerPort: 8081}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay.shop, namespace: bank}
spec:
  selector: {matchLabels: {app: dotted}}
  template:
    metadata: {labels: {app: dotted}}
    spec: {containers: [{name: pay, image: pay}]}
---
apiVersion: v1
kind: Service
metadata: {name: books, namespace: bank}
spec: {clusterIP: 10.0.0.7, selector: {app: ledger}, ports: [{name: tcp, port: 90, targetPort: 9000}, {name: dns, port: 53, protocol: UDP}]}
---
apiVersion: v1
kind: Service
metadata: {name: mail, namespace: bank}
spec: {type: ExternalName, externalName: pay.shop.svc.cluster.local, ports: [{name: http, port: 80}]}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: cards, namespace: bank}
spec:
  hosts: [api.cards.example, "*.cards.example", "*.eu.cards.example"]
  resolution: DNS
  location: MESH_EXTERNAL
  endpoints: [{address: 192.0.2.9}]
  ports: [{number: 443, name: tls, protocol: TLS}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec: {host: pay, subsets: [{name: v2, labels: {version: v2}}, {name: v1, labels: {version: v1}}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: bank}
spec: {mtls: {mode: STRICT}}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec: {selector: {app: pay}, servers: [{hosts: ["*"], port: {number: 80, name: http, protocol: HTTP}}]}
`

// refs writes things as names that find them again, and errors by their kind.
func refs(things []mesh.Thing, err error) string {
	if err != nil {
		return lookupFailure(err)
	}
	var words []string
	for _, thing := range things {
		words = append(words, thing.Ref.Typed())
	}
	return strings.Join(words, " ")
}

func typed(refs []resolve.Ref) string {
	var words []string
	for _, r := range refs {
		words = append(words, r.Typed())
	}
	return strings.Join(words, " ")
}

func lookupFailure(err error) string {
	var missing *mesh.NotFoundError
	var several *mesh.AmbiguousError
	var form *resolve.NameError
	var kind *resolve.KindError
	switch {
	case errors.As(err, &missing):
		return "not found, near " + typed(missing.Near)
	case errors.As(err, &several):
		return "which of " + typed(several.Refs)
	case errors.As(err, &form):
		return "want " + form.Form.String()
	case errors.As(err, &kind) && kind.Kind == "":
		return "no type " + kind.Word + ", near " + strings.Join(kind.Near, " ")
	case errors.As(err, &kind):
		return "not a " + kind.Kind.Word()
	}
	return err.Error()
}

func TestFind(t *testing.T) {
	t.Parallel()
	m := clusterOf(t, "", market)
	for _, c := range []struct{ name, in, want string }{
		{"ledger", "", "sts/ledger.bank"},
		{"sts/ledger", "", "sts/ledger.bank"},
		{"statefulset/ledger.bank", "", "sts/ledger.bank"},
		{"StatefulSets/ledger", "", "sts/ledger.bank"},
		{"ledger", "shop", "not found, near sts/ledger.bank"},
		{"ledger.bank", "shop", "sts/ledger.bank"},
		{"deploy/ledger", "", "not found, near "},
		{"pay", "", "which of deploy/pay.bank deploy/pay.shop"},
		{"pay", "shop", "deploy/pay.shop"},
		{"svc/pay", "", "svc/pay.shop"},
		{"books", "", "svc/books.bank"},
		{"ns/bank", "shop", "ns/bank"},
		{"shop", "", "ns/shop"},
		{"default", "", "pa/default.bank"},
		{"dr/pay", "bank", "not found, near dr/pay.shop"},
		{"dr/pay.shop", "bank", "dr/pay.shop"},
		{"pay.shop", "", "deploy/pay.shop"}, // not the object whose name has a dot
		{"pay.shop.bank", "", "deploy/pay.shop.bank"},
		{"pay.shop", "bank", "deploy/pay.shop"},
		{"legder", "", "not found, near sts/ledger.bank"},
		{"deplo/pay", "", "no type deplo, near deploy deployment deploymentconfig"},
		{"shop/pay", "", "deploy/pay.shop"},
		{"shop/pay", "bank", "deploy/pay.shop"},
		{"shap/pay", "", "no type shap, near "},
		{"shop@pay/x", "", "want TYPE/NAME or TYPE/NAME.NAMESPACE"},
		{"svc/", "", "want TYPE/NAME or TYPE/NAME.NAMESPACE"},
		{"svc/shop/pay", "bank", "svc/pay.shop"},
		{"svc/a/b", "", "not found, near "},
		{"svc/a/b/c", "", "want TYPE/NAME or TYPE/NAME.NAMESPACE"},
		{"serviceentry/cards", "", "not a ServiceEntry"},
		{"", "", "sts/ledger.bank deploy/pay.bank deploy/pay.shop.bank deploy/pay.shop svc/books.bank svc/mail.bank svc/pay.shop ns/bank ns/shop pa/default.bank dr/pay.shop"},
	} {
		if got := refs(m.Find(c.name, mesh.Where{Namespace: c.in})); got != c.want {
			t.Errorf("%q in %q is %s, want %s", c.name, c.in, got, c.want)
		}
	}
}

func TestFindPods(t *testing.T) {
	t.Parallel()
	m := mesh.Build(config.Options{}, pods(ownedBy(runningPod("web-0", "web"), "StatefulSet", "web"), ownedBy(runningPod("web-1", "web"), "StatefulSet", "web"), runningPod("alone", "web")))
	for _, c := range []struct{ name, want, workload string }{
		{"web", "sts/web.shop", "sts/web"},
		{"web-1", "pod/web-1.shop", "sts/web"},
		{"pod/web-0.shop", "pod/web-0.shop", "sts/web"},
		{"pods/alone", "pod/alone.shop", "pod/alone"},
	} {
		things, err := m.Find(c.name, mesh.Where{})
		if got := refs(things, err); got != c.want {
			t.Errorf("%q is %s, want %s", c.name, got, c.want)
			continue
		}
		if members := m.Members(things[0]); len(members) != 1 || members[0].Short() != c.workload {
			t.Errorf("%q stands for %v, want %s", c.name, members, c.workload)
		}
	}
}

func TestMembers(t *testing.T) {
	t.Parallel()
	m := clusterOf(t, "", market)
	names := m.Names(mesh.Where{})
	for _, c := range []struct{ name, want string }{
		{"svc/books", "sts/ledger"}, {"ns/shop", "deploy/pay"}, {"ns/bank", "deploy/pay deploy/pay.shop sts/ledger"}, {"pa/default", ""}, {"dr/pay", ""},
	} {
		n, err := resolve.ParseName(c.name)
		if err != nil {
			t.Fatal(err)
		}
		workloads, err := names.WorkloadsOf(n)
		var got []string
		for _, w := range workloads {
			got = append(got, w.Short())
		}
		slices.Sort(got)
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s stands for %v (%v), want %s", c.name, got, err, c.want)
		}
	}
}

func TestFindNamespace(t *testing.T) {
	t.Parallel()
	m := clusterOf(t, "", market)
	if ns, err := m.FindNamespace("bank"); err != nil || ns.Name != "bank" {
		t.Errorf("bank is %v, %v", ns, err)
	}
	_, err := m.FindNamespace("bnak")
	var missing *mesh.NoNamespaceError
	if !errors.As(err, &missing) || !slices.Equal(missing.Near, []string{"bank"}) || !slices.Equal(missing.There, []string{"bank", "shop"}) {
		t.Errorf("bnak is %#v", err)
	}
}

// TestNotFoundSaysWhatIsThere: things of the kind; of any kind that a name alone usually
// means where there is none of it.
func TestNotFoundSaysWhatIsThere(t *testing.T) {
	t.Parallel()
	m := clusterOf(t, "", market)
	const usual = "deploy/pay.bank deploy/pay.shop deploy/pay.shop.bank sts/ledger.bank svc/books.bank svc/mail.bank svc/pay.shop"
	for _, c := range []struct {
		name, there string
		ofKind      bool
	}{
		{"svc/zzzzz", "svc/books.bank svc/mail.bank svc/pay.shop", true},
		{"ds/zzzzz", usual, false},
		{"zzzzz", usual, false},
	} {
		_, err := m.Find(c.name, mesh.Where{Namespace: "shop"})
		var missing *mesh.NotFoundError
		if !errors.As(err, &missing) || sortedWords(missing.There) != sorted(c.there) || missing.OfKind != c.ofKind {
			t.Errorf("%s: there is %v", c.name, missing)
		}
	}
}

func sorted(text string) string {
	words := strings.Fields(text)
	slices.Sort(words)
	return strings.Join(words, " ")
}

func sortedWords(refs []resolve.Ref) string { return sorted(typed(refs)) }

// TestNamesOf: names without a mesh, of --delete and of completion.
func TestNamesOf(t *testing.T) {
	t.Parallel()
	all := []resolve.Ref{
		{Kind: resolve.KindService, Namespace: "shop", Name: "pay"}, {Kind: resolve.KindService, Namespace: "bank", Name: "pay"},
		{Kind: resolve.KindSidecar, Namespace: "shop", Name: "default"}, {Kind: resolve.KindNamespace, Name: "shop"},
		{Kind: resolve.KindGateway, Namespace: "shop", Name: "edge"}, {Kind: resolve.KindKubeGateway, Namespace: "bank", Name: "edge"},
		{Kind: resolve.KindSidecar, Namespace: "shop", Name: "default"},
	}
	names := mesh.NamesOf(all, mesh.Where{})
	if _, err := names.Find(resolve.Name{Kind: resolve.KindService, Name: "pay"}); lookupFailure(err) != "which of svc/pay.shop svc/pay.bank" {
		t.Errorf("svc/pay is %v", err)
	}
	if _, err := names.Find(resolve.Name{Kind: resolve.KindGateway, Name: "edge"}); err == nil {
		t.Error("gateway/edge may be either group's")
	}
	if hits, err := names.Find(resolve.Name{Kind: resolve.KindSidecar, Name: "default"}); err != nil || hits[0].Ref != all[2] {
		t.Errorf("sidecar/default, twice in the input, is %s", refs(hits, err))
	}
	of := mesh.NamesOf(all, mesh.Where{Namespace: "bank"}).Of(resolve.KindService, resolve.KindNamespace)
	if got := typed(of); got != "svc/pay.bank ns/shop" {
		t.Errorf("Services and namespaces of bank are %s", got)
	}
}

// TestTypedFindsAgain: what is printed as a name finds the thing that was meant, in every
// random mesh and from any namespace.
func TestTypedFindsAgain(t *testing.T) {
	t.Parallel()
	asked := 0
	for seed := range uint64(300) {
		m := mesh.Build(config.Options{}, append(newWorld(seed).objects(), object(resolve.KindNamespace, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "empty"}})))
		everything, _ := m.Find("", mesh.Where{})
		for _, thing := range everything {
			asked++
			if got := refs(m.Find(thing.Ref.Typed(), mesh.Where{Namespace: "empty"})); got != thing.Ref.Typed() {
				t.Errorf("seed %d: %s is %s", seed, thing.Ref.Typed(), got)
			}
		}
	}
	if asked < 1000 {
		t.Errorf("only %d things in all meshes", asked)
	}
}
