package main

import (
	"fmt"
	"strings"
)

// city is one namespace in which policies and rules contradict each other: a namespace policy,
// three workload policies with exceptions for ports, five DestinationRules, two of them for
// hosts of the next namespace. Every fifth namespace has no sidecars, and calls into the next.
func city(number, workloads int) string {
	var b strings.Builder
	ns, next := fmt.Sprintf("team-%04d", number), fmt.Sprintf("team-%04d", number+1)
	injection := "enabled"
	if number%5 == 4 {
		injection = "disabled"
	}
	fmt.Fprintf(&b, "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: %s\n  labels:\n    istio-injection: %s\n", ns, injection)
	mode := []string{"PERMISSIVE", "STRICT", "PERMISSIVE", "DISABLE"}[number%4]
	fmt.Fprintf(&b, "---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata:\n  name: default\n  namespace: %s\nspec:\n  mtls:\n    mode: %s\n", ns, mode)
	for i := range workloads {
		names := strings.NewReplacer("NAMESPACE", ns, "NAME", fmt.Sprintf("service-%02d", i), "NEXT", fmt.Sprintf("service-%02d", (i+1)%workloads), "BESIDE", next)
		text := workload
		if i%10 == 3 {
			text = strings.Replace(text, "http://NEXT.NAMESPACE:80", "http://NAME.BESIDE:80", 1)
		}
		b.WriteString(names.Replace(text))
		if i < len(cityPolicies) {
			b.WriteString(names.Replace(cityPolicies[i]))
		}
		if i < len(cityRules) {
			b.WriteString(names.Replace(cityRules[i]))
		}
	}
	return b.String()
}

var cityPolicies = []string{exception("STRICT", "PERMISSIVE"), exception("PERMISSIVE", "DISABLE"), exception("STRICT", "DISABLE")}

func exception(mode, port string) string {
	return fmt.Sprintf(`---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: NAME
  namespace: NAMESPACE
spec:
  selector:
    matchLabels:
      app: NAME
  mtls:
    mode: %s
  portLevelMtls:
    9090:
      mode: %s
`, mode, port)
}

var cityRules = []string{
	cityRule("NAME.NAMESPACE", "ISTIO_MUTUAL"), cityRule("NAME.NAMESPACE", "DISABLE"), cityRule("NAME.NAMESPACE", "SIMPLE"),
	cityRule("NAME.BESIDE", "ISTIO_MUTUAL"), cityRule("NAME.BESIDE", "DISABLE"),
}

func cityRule(host, mode string) string {
	return fmt.Sprintf(`---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: NAME
  namespace: NAMESPACE
spec:
  host: %s.svc.cluster.local
  trafficPolicy:
    portLevelSettings:
    - port:
        number: 80
      tls:
        mode: %s
  subsets:
  - name: v1
    labels:
      version: v1
`, host, mode)
}
