package source_test

import (
	"os"
	"strconv"
	"testing"
)

// odd are documents that are not what they seem, each a kind of its own.
var odd = []string{
	"apiVersion: v1\nkind: Secret\nmetadata: {name: web, namespace: shop}\nspec: {mtls: {mode: DISABLE}}\n\"apiVersion\": security.istio.io/v1\n'kind': PeerAuthentication\n",
	"apiVersion: security.istio.io/v1\nmetadata: {name: web, namespace: shop, annotations: {a: '\nkind: Secret\n  '}}\n\"\\x6bind\": PeerAuthentication\n",
	"apiVersion: security.istio.io/v1\nmetadata: {name: web}\nx: {\nkind: Secret\n  }\n!!str kind: PeerAuthentication\nspec: {mtls: {mode: DISABLE}}\n",
	"apiVersion: v1\nkind: Secret\n\rkind: PeerAuthentication\n\rapiVersion: security.istio.io/v1\nmetadata: {name: web}\nspec: {mtls: {mode: DISABLE}}\n",
	"apiVersion: v1\nkind: Secret # c\u0085kind: PeerAuthentication\u2028apiVersion: security.istio.io/v1\u2029metadata: {name: web}\n",
	"apiVersion: security.istio.io/v1\nkind: Secret\nmetadata: {name: web}\n<<: {kind: PeerAuthentication, spec: {mtls: {mode: DISABLE}}}\n",
	"apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: web}\nspec:\n  mtls:\n    mode: STRICT\n    <<: [{mode: DISABLE}, {mode: UNSET}]\n",
	"apiVersion: security.istio.io/v1\nkind: !!binary UGVlckF1dGhlbnRpY2F0aW9u\nmetadata: {name: !!binary d2Vi, namespace: ! shop}\nspec: {mtls: {mode: DISABLE}}\n",
	"apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {y: on, off: \"1\", ~: a}}\n  portLevelMtls:\n    017620: {mode: DISABLE}\n    0x1F91: {mode: DISABLE}\n    8_082: {mode: STRICT}\n    8083.0: {mode: STRICT}\n",
	"apiVersion: v1\nkind: List\nx: &p\n  apiVersion: security.istio.io/v1\n  kind: PeerAuthentication\n  metadata: {name: web}\n  spec: {mtls: {mode: DISABLE}}\nitems: [*p, *p]\n",
	"apiVersion: example.com/v1\nkind: Whatever\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: {name: web}\n",
	"apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: web}\nspec: {mtls: {mode: STRICT}}\nitems: []\n",
	"apiVersion: v1\nkind: ServiceList\nitems:\n- metadata: {name: web}\n- kind: Pod\n  metadata: {name: web}\nitems:\n- metadata: {name: other}\n",
	"apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n...\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: web}\n",
	"apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---# of the shop\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: web}\n",
	"---\n---# of the shop\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: web}\n",
	"apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: web, annotations: {$patch: delete}}\nspec: {mtls: {mode: DISABLE}}\nstatus: {$patch: x}\n",
	"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  \"\\x6desh\": |\n    enableAutoMtls: false\n",
	"apiVersion: v1\nkind: Secret\nmetadata: {name: a\nb: c\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n",
	"apiVersion: v1\nkind: List\nitems:\n- items:\n  - items:\n    - {apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n- {spec: {mtls: {mode: STRICT}}}\n",
	`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"},"kind":"Pod","KIND":"Service"}` + "\n" + `{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"\ud83d\/"}} {"a"`,
	`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}}` + "\n---\n" + `{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"b", labels: {a: "\/"}}}` + "\n",
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: &s\n  selector: {matchLabels: {app: a}}\n  template: &t\n    metadata: {labels: {app: a, version: 1.10, on: y}}\n    spec: {containers: [{name: c, image: d, ports: [{containerPort: 0x50, name: y}], args: [1e3, null, ~]}]}\n",
}

// TestReadsAsKubectl compares what is read of made-up texts with what kubectl reads of
// them. JUDGED=5000000 tries so many, SEED=7 others.
func TestReadsAsKubectl(t *testing.T) {
	t.Parallel()
	for _, text := range odd {
		compareWithKubectl(t, []byte(text))
	}
	texts, seed := number("JUDGED", 3000), number("SEED", 1)
	m := newMutator(t, uint64(seed), odd...)
	said := 0
	for range texts {
		if compareWithKubectl(t, m.text()) {
			said++
		}
		if t.Failed() && os.Getenv("ALL") == "" {
			return
		}
	}
	t.Logf("SEED=%d: %d texts, %d of them with a problem that is said", seed, texts, said)
	if said > texts*9/10 {
		t.Errorf("only %d of %d texts were compared", texts-said, texts)
	}
}

func number(variable string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		return n
	}
	return otherwise
}

// FuzzReadsAsKubectl does the same with texts that go's fuzzer makes.
func FuzzReadsAsKubectl(f *testing.F) {
	for _, text := range append(odd, service, policy) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) { compareWithKubectl(t, data) })
}
