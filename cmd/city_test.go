package cmd_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writeCity writes one namespace of a city, 20 workloads: policies and rules that contradict each
// other. It has a policy of its own, three of workloads with exceptions for ports and five
// DestinationRules, two of them for hosts of the next namespace, which it also calls; every fifth
// has no sidecars.
func writeCity(tb testing.TB, dir string, file int) {
	tb.Helper()
	injection, mode := "enabled", []string{"PERMISSIVE", "STRICT", "PERMISSIVE", "DISABLE"}[file%4]
	if file%5 == 4 {
		injection = "disabled"
	}
	namespace, beside := fmt.Sprintf("team-%03d", file), fmt.Sprintf("team-%03d", file+1)
	documents := []string{strings.NewReplacer("NAMESPACE", namespace, "INJECTION", injection, "MODE", mode).Replace(cityNamespace)}
	for i := range 20 {
		next := fmt.Sprintf("service-%02d.%s", (i+1)%20, namespace)
		if i%10 == 3 {
			next = fmt.Sprintf("service-%02d.%s", i, beside)
		}
		names := strings.NewReplacer("NEXT.NAMESPACE", next, "NAMESPACE", namespace, "NAME", fmt.Sprintf("service-%02d", i), "BESIDE", beside)
		documents = append(documents, names.Replace(townWorkload))
		if i < len(cityPolicies) {
			documents = append(documents, names.Replace(cityPolicies[i]))
		}
		if i < len(cityRules) {
			documents = append(documents, names.Replace(cityRules[i]))
		}
	}
	if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d.yaml", file)), []byte(strings.Join(documents, "---\n")), 0o644); err != nil {
		tb.Fatal(err)
	}
}

const cityNamespace = `apiVersion: v1
kind: Namespace
metadata: {name: NAMESPACE, labels: {istio-injection: INJECTION}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: NAMESPACE}
spec: {mtls: {mode: MODE}}
`

var (
	cityPolicies = []string{cityPolicy("STRICT", "PERMISSIVE"), cityPolicy("PERMISSIVE", "DISABLE"), cityPolicy("STRICT", "DISABLE")}
	cityRules    = []string{
		cityRule("NAME.NAMESPACE", "ISTIO_MUTUAL"), cityRule("NAME.NAMESPACE", "DISABLE"), cityRule("NAME.NAMESPACE", "SIMPLE"),
		cityRule("NAME.BESIDE", "ISTIO_MUTUAL"), cityRule("NAME.BESIDE", "DISABLE"),
	}
)

func cityPolicy(mode, port string) string {
	return fmt.Sprintf(`apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: NAME, namespace: NAMESPACE}
spec: {selector: {matchLabels: {app: NAME}}, mtls: {mode: %s}, portLevelMtls: {9090: {mode: %s}}}
`, mode, port)
}

func cityRule(host, mode string) string {
	return fmt.Sprintf(`apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: NAME, namespace: NAMESPACE}
spec:
  host: %s.svc.cluster.local
  trafficPolicy: {portLevelSettings: [{port: {number: 80}, tls: {mode: %s}}]}
  subsets: [{name: v1, labels: {version: v1}}]
`, host, mode)
}
