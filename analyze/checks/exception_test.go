package checks_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/checks"
)

// guards is a STRICT namespace with two webhooks' servers that have the same labels but
// for one, and a webhook for each of the first one's two ports.
const guards = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: guard, namespace: shop}
spec:
  template:
    metadata: {labels: {app: guard%s}}
    spec: {containers: [{name: guard, ports: [{containerPort: 8443}, {containerPort: 9443}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: other, namespace: shop}
spec:
  template:
    metadata: {labels: {app: %s}}
    spec: {containers: [{name: other, ports: [{containerPort: 8443}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: guard, namespace: shop}
spec:
  selector: {app: guard}
  ports: [{name: https, port: 443, targetPort: 8443}, {name: https-more, port: 444, targetPort: 9443}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
  - {name: a.guard.example, clientConfig: {service: {name: guard, namespace: shop}}}
  - {name: b.guard.example, clientConfig: {service: {name: guard, namespace: shop, port: 444}}}
---
`

const guardsPolicy = `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: guard, namespace: shop}
spec:
  selector: {matchLabels: {%s}}
  mtls: {mode: STRICT}
`

// TestException: a port becomes an exception in the workload's own policy, or in a new one
// that selects it alone; never in one that others share.
func TestException(t *testing.T) {
	t.Parallel()
	for says, c := range map[string]struct {
		world string
		want  string // of the first finding's repair
	}{
		"a label of its own":            {fmt.Sprintf(guards, "", "other"), "create map[app:guard] STRICT map[8443:map[mode:PERMISSIVE] 9443:map[mode:PERMISSIVE]]"},
		"two labels together":           {fmt.Sprintf(guards, ", version: v1", "guard, version: v2"), "create map[app:guard version:v1] STRICT map[8443:map[mode:PERMISSIVE] 9443:map[mode:PERMISSIVE]]"},
		"no label of its own":           {fmt.Sprintf(guards, "", "guard"), ""},
		"a policy of its own":           {fmt.Sprintf(guards, "", "other") + fmt.Sprintf(guardsPolicy, "app: guard"), "set spec.portLevelMtls[8443] map[mode:PERMISSIVE]"},
		"a policy that another shares":  {fmt.Sprintf(guards, "", "guard") + fmt.Sprintf(guardsPolicy, "app: guard"), ""},
		"a policy's name that is taken": {fmt.Sprintf(guards, "", "other") + fmt.Sprintf(guardsPolicy, "app: other"), "create map[app:guard] STRICT map[8443:map[mode:PERMISSIVE] 9443:map[mode:PERMISSIVE]]"},
	} {
		found, _ := analyze.One(read(t, c.world), checks.WebhookBackend)
		if len(found) == 0 {
			t.Errorf("%s: no finding", says)
			continue
		}
		if got := repairText(found[0].Repair); got != c.want {
			t.Errorf("%s: the repair is %q, want %q", says, got, c.want)
		}
		if last := found[len(found)-1].Repair; len(last) > 0 && last[0].Verb == analyze.Create && !reflect.DeepEqual(last, found[0].Repair) {
			t.Errorf("%s: two findings make two policies, of which one counts: %v", says, last)
		}
	}
}

func repairText(edits []analyze.Edit) string {
	if len(edits) == 0 {
		return ""
	}
	e := edits[0]
	if e.Verb != analyze.Create {
		return fmt.Sprint(e.Verb, " ", e.Field, " ", e.Value)
	}
	spec := e.Value.(map[string]any)["spec"].(map[string]any)
	return fmt.Sprint("create ", spec["selector"].(map[string]any)["matchLabels"], " ", spec["mtls"].(map[string]any)["mode"], " ", spec["portLevelMtls"])
}
