package amend_test

import (
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/amend"
	"github.com/mtlsctl/mtlsctl/resolve"
)

const (
	first  = "# about web\n" + head + "spec: {}\n"
	second = "# about api\nkind: PeerAuthentication\nmetadata: {name: api, namespace: shop}\n"
)

func created(name string) analyze.Edit {
	r := policy
	r.Name = name
	return analyze.Edit{Object: r, Verb: analyze.Create, Value: map[string]any{
		"kind": "PeerAuthentication", "apiVersion": "security.istio.io/v1",
		"metadata": map[string]any{"namespace": "shop", "name": name}, "spec": map[string]any{"mtls": map[string]any{"mode": "STRICT"}},
	}}
}

func TestObjects(t *testing.T) {
	t.Parallel()
	list := "kind: List\nitems:\n- kind: Service\n  metadata: {name: web}\n# ours\n- kind: PeerAuthentication\n  metadata: {name: web}\n  spec: {a: 1}\n"
	mesh := analyze.Edit{Object: resolve.Ref{Kind: resolve.KindNamespace, Name: "shop"}, Verb: analyze.Set, Field: `metadata.labels["istio-injection"]`, Value: "enabled"}
	kube := analyze.Edit{Object: resolve.Ref{Kind: resolve.KindKubeGateway, Namespace: "shop", Name: "edge"}, Verb: analyze.Set, Field: "spec.a", Value: int64(2)}
	istio := kube
	istio.Object.Kind = resolve.KindGateway
	gateways := func(istio, kube string) string {
		return "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: edge}\nspec: {a: " + istio + "}\n---\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: edge}\nspec: {a: " + kube + "}\n"
	}
	tell(t, map[string]story{
		"an item of a list":         {set("spec.a", int64(2)), list, strings.Replace(list, "a: 1", "a: 2", 1)},
		"an item goes":              {remove(""), list, list[:strings.Index(list, "# ours")]},
		"a list of one kind":        {set("spec.a", int64(2)), "kind: PeerAuthenticationList\nitems: [{metadata: {name: web}, spec: {a: 1}}]\n", "kind: PeerAuthenticationList\nitems: [{metadata: {name: web}, spec: {a: 2}}]\n"},
		"a list in a list":          {set("spec.a", int64(2)), "kind: List\nitems:\n- kind: List\n  items:\n  - kind: PeerAuthentication\n    metadata: {name: web}\n    spec: {a: 1}\n", "kind: List\nitems:\n- kind: List\n  items:\n  - kind: PeerAuthentication\n    metadata: {name: web}\n    spec: {a: 2}\n"},
		"an object of a template":   {set("spec.a", int64(2)), "kind: Template\nobjects:\n- kind: PeerAuthentication\n  metadata: {name: web}\n  spec: {a: 1}\n", "kind: Template\nobjects:\n- kind: PeerAuthentication\n  metadata: {name: web}\n  spec: {a: 2}\n"},
		"a kind without namespaces": {mesh, "kind: Namespace\nmetadata:\n  name: shop\n  namespace: x\n", "kind: Namespace\nmetadata:\n  name: shop\n  namespace: x\n  labels:\n    istio-injection: enabled\n"},
		"the gateway of Kubernetes": {kube, gateways("1", "1"), gateways("1", "2")},
		"the gateway of Istio":      {istio, gateways("1", "1"), gateways("2", "1")},
		"the first document goes":   {remove(""), first + "---\n" + second, second},
		"the first, with a marker":  {remove(""), "# Licence\n---\n" + first + "---\n" + second, "# Licence\n---\n" + second},
		"the first, below a header": {remove(""), "# Licence\n\n" + first + "---\n" + second, "# Licence\n\n" + second},
		"the last goes":             {remove(""), "---\n" + second + "---\n" + first, "---\n" + second},
		"the last, without an end":  {remove(""), second + "---\n" + strings.TrimSuffix(first, "\n"), strings.TrimSuffix(second, "\n")},
		"one in the middle goes":    {remove(""), second + "---\n" + first + "---\n{{ x }}\n", second + "---\n{{ x }}\n"},
		"the only one goes":         {remove(""), first, ""},
	})
}

func TestCreate(t *testing.T) {
	t.Parallel()
	wide := "kind: X\nmetadata:\n    name: x\n"
	want := "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata:\n  name: api\n  namespace: shop\nspec:\n  mtls:\n    mode: STRICT\n"
	tell(t, map[string]story{
		"in an empty file":        {created("api"), "", want},
		"below comments":          {created("api"), "# ours\n", "# ours\n" + want},
		"as one more":             {created("api"), first, first + "---\n" + want},
		"below a marker":          {created("api"), first + "---\n", first + "---\n" + want},
		"below an end":            {created("api"), first + "...\n", first + "...\n---\n" + want},
		"without an end of line":  {created("api"), strings.TrimSuffix(first, "\n"), first + "---\n" + strings.TrimSuffix(want, "\n")},
		"indented as the others":  {created("api"), wide, wide + "---\n" + strings.ReplaceAll(want, "  ", "    ")},
		"in a file of Windows":    {created("api"), "kind: X\r\n", strings.ReplaceAll("kind: X\n---\n"+want, "\n", "\r\n")},
		"beside what is not read": {created("api"), "{{ x }}\n", "{{ x }}\n---\n" + want},
	})
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]struct {
		edit         analyze.Edit
		before, want string
	}{
		"no such object":      {remove("spec"), second, "web.yaml: PeerAuthentication shop/web does not exist"},
		"two of them":         {remove("spec"), first + "---\n" + first, "web.yaml: PeerAuthentication shop/web is defined 2 times: the intended one is not clear"},
		"another group":       {analyze.Edit{Object: resolve.Ref{Kind: resolve.KindService, Namespace: "shop", Name: "web"}}, "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: web}\n", "web.yaml: Service shop/web does not exist"},
		"another namespace":   {remove("spec"), strings.Replace(first, ": shop", ": bank", 1), "web.yaml: PeerAuthentication shop/web does not exist"},
		"broken":              {remove("spec"), second + "---\na: [\n", "web.yaml: PeerAuthentication shop/web does not exist, or is in a part that cannot be read: web.yaml:5: the document cannot be read: did not find expected node content"},
		"a key twice":         {remove("spec.a"), head + "spec: {a: 1, a: 2}\n", "web.yaml: PeerAuthentication shop/web does not exist, or is in a part that cannot be read: web.yaml:6: the document cannot be read: the key \"a\" is defined twice"},
		"no field":            {remove("spec..a"), first, `web.yaml: PeerAuthentication shop/web: "spec..a" is not a field`},
		"nothing to remove":   {remove("spec.a"), first, "web.yaml:7: PeerAuthentication shop/web, spec.a: a does not exist"},
		"an alias":            {set("spec.b.x", "y"), head + "spec:\n  a: &a {x: 1}\n  b: *a\n", "web.yaml:8: PeerAuthentication shop/web, spec.b.x is shared by an anchor: change it by hand"},
		"an anchor":           {set("spec.a.x", "y"), head + "spec:\n  a: &a {x: 1}\n  b: *a\n", "web.yaml:7: PeerAuthentication shop/web, spec.a.x is shared by an anchor: change it by hand"},
		"an anchor goes":      {remove("spec.a"), head + "spec:\n  a: [&a 1]\n  b: *a\n", "web.yaml:7: PeerAuthentication shop/web, spec.a is shared by an anchor: change it by hand"},
		"a merge key":         {set("spec.b.x", "y"), head + "spec:\n  a: &a {x: 1}\n  b: {<<: *a}\n", "web.yaml:8: PeerAuthentication shop/web, spec.b.x is shared by an anchor: change it by hand"},
		"under a merge key":   {remove("spec.b.x"), head + "spec:\n  a: &a {x: 1}\n  b: {<<: *a, x: 2}\n", "web.yaml:8: PeerAuthentication shop/web, spec.b.x is shared by an anchor: change it by hand"},
		"nothing to rename":   {rename("spec.b", "c"), first, "web.yaml:7: PeerAuthentication shop/web, spec.b: b does not exist"},
		"no key":              {rename("spec.l[0]", "c"), head + "spec:\n  l: [1]\n", "web.yaml:7: PeerAuthentication shop/web, spec.l[0]: an element of a list has no name"},
		"a name that is":      {rename("spec.a", "b"), head + "spec:\n  a: 1\n  b: 1\n", "web.yaml:7: PeerAuthentication shop/web, spec.a: b already exists"},
		"its other spelling":  {rename("spec.a", "portLevelMtls"), head + "spec:\n  a: 1\n  port_level_mtls: {}\n", "web.yaml:7: PeerAuthentication shop/web, spec.a: port_level_mtls already exists"},
		"a merged name":       {rename("spec.b.y", "x"), head + "spec:\n  a: &a {x: 1}\n  b: {<<: *a, y: 2}\n", "web.yaml:8: PeerAuthentication shop/web, spec.b.y: x already exists"},
		"over a merge key":    {rename("spec.b.x", "y"), head + "spec:\n  a: &a {x: 1}\n  b: {<<: *a, x: 2}\n", "web.yaml:8: PeerAuthentication shop/web, spec.b.x is shared by an anchor: change it by hand"},
		"a key with an alias": {rename("spec.a", "b"), head + "spec:\n  &k a: 1\n  c: *k\n", "web.yaml:7: PeerAuthentication shop/web, spec.a is shared by an anchor: change it by hand"},
		"a key by an alias":   {rename("spec.a", "b"), head + "spec:\n  c: &k a\n  *k : \n", "web.yaml:7: PeerAuthentication shop/web, spec.a: it is written in a form that mtlsctl does not change"},
		"a key with a tag":    {rename("spec.a", "b"), head + "spec:\n  !!str a: 1\n", "web.yaml:7: PeerAuthentication shop/web, spec.a: its type is written as a tag"},
		"a tag":               {set("spec.a", "2"), head + "spec:\n  a: !!str 1\n", "web.yaml:7: PeerAuthentication shop/web, spec.a: its type is written as a tag"},
		"no list":             {add("spec.a", "2"), head + "spec:\n  a: 1\n", "web.yaml:7: PeerAuthentication shop/web, spec.a: it is not a list"},
		"a text to the end":   {set("spec.b", "2"), head + "spec:\n  a: |\n    x", "web.yaml:7: PeerAuthentication shop/web, spec.b cannot be changed without rewriting the file"},
		"a second in JSON":    {created("api"), `{"kind": "X"}`, "web.yaml: PeerAuthentication shop/api: the file is one JSON object: it cannot hold a second one"},
		"a second by a list":  {created("api"), "kind: List\nitems: []\n", "web.yaml: PeerAuthentication shop/api: the file is one List: add the object to its items by hand"},
		"there already":       {created("web"), first, "web.yaml: PeerAuthentication shop/web already exists"},
		"not a field":         {set("", "x"), first, "web.yaml: PeerAuthentication shop/web: an object is created or removed as a whole, and otherwise changed field by field"},
		"no UTF-8":            {set("spec.a", "x"), first + "# \xff\n", "web.yaml: the file is not UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := amend.New("web.yaml", []byte(s.before))
			err := text.Apply(&s.edit, "shop")
			if err == nil || err.Error() != s.want {
				t.Errorf("got  %v\nwant %s", err, s.want)
			}
			if string(text.Bytes()) != s.before {
				t.Errorf("the text changed to\n%s", text.Bytes())
			}
		})
	}
}
