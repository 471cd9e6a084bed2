package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// vectors are the rule book's scenarios, which the resolver's own tests run too.
const vectors = "../vectors"

var headLine = regexp.MustCompile(`(?m)^# (with|options|want): ?(.*)$`)

// TestVectors asks istiod about every scenario that it can answer: about every
// port and every call of it, not only those of its head, which the resolver's
// tests compare with the same answers of ours.
func TestVectors(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(vectors, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	for _, file := range files {
		w, skip := readVector(t, file)
		t.Run(filepath.Base(file), func(t *testing.T) {
			if why := refusedThen(w); why != "" && skip == "" {
				skip = why
			}
			if skip != "" {
				t.Skip(skip)
			}
			if err := setEnvironment(w.environment()); err != nil {
				t.Fatal(err)
			}
			found, _, err := compareWorld(t, w)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range found {
				t.Error(d)
			}
		})
	}
}

func readVector(t *testing.T, file string) (w world, skip string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	wanted := false
	for _, m := range headLine.FindAllStringSubmatch(string(text), -1) {
		switch m[1] {
		case "with":
			with, err := os.ReadFile(filepath.Join(vectors, m[2]))
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, string(with))
		case "options":
			version, of := strings.CutPrefix(m[2], "istio=")
			if v, ok := release.Parse(version); !of {
				skip = fmt.Sprintf("the command line says %q, which istiod has no word for", m[2])
			} else if !ok || v.Compare(underTest()) != 0 {
				skip = fmt.Sprintf("it is about Istio %s, and %s is asked", version, underTest())
			}
		case "want":
			wanted = true
		}
	}
	w, err = parseWorld(append(texts, string(text))...)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	for word, reason := range beyond {
		if strings.Contains(string(text), word) {
			skip = reason
		}
	}
	if !wanted {
		skip = "a world that others start from"
	}
	return w, skip
}

// beyond are vectors that istiod cannot answer, by a word of their text.
var beyond = map[string]string{
	"[proxy, waypoint,":                                "a waypoint's own listeners take tunnels only; what it sends TestMixed asks",
	"hosts: [led.com]":                                 "several networks are switched off in the test's ambient index",
	"a pod of its namespace by address":                "the answer depends on whether istiod hears of the pod before the slice",
	"injector's values decide":                         "the injection webhook is played as Istio's defaults have it",
	"kind: EnvoyFilter":                                "a patched answer is unknown to us, not to istiod",
	"the control plane's namespace":                    "the test server does not look at the namespace of istiod",
	"kind: Endpoints\n":                                "the controller that mirrors Endpoints into slices does not run here",
	"labels: {istio-injection: enabled, tier: closed}": "the test server's registry of ServiceEntries sees no Namespaces",
	"excludeInterfaces":                                "the pod's redirection, which istiod does not read",
	"istio-agentgateway":                               "agentgateway is no Envoy, and the test server does not run its controller",
	"grpc-agent":                                       "proxyless gRPC has no Envoy",
	"scenario 13:":                                     "Istio's validation refuses the policy",
	"scenario 62:":                                     "Istio's validation refuses the rule",
	"name: by-account, namespace: peer":                "the world's WorkloadEntries are machines of their own to the judge",
	"(2C.7)":                                           "the judge's istiod reads every object anew; TestAmbientOrders has it hear of changes in an order",
	"without the Namespace object":                     "a cluster always has its Namespace objects",
}
