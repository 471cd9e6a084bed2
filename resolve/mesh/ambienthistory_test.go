package mesh_test

import (
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// dated is a policy's metadata: generation, the days of March on which it was created, its spec
// was changed last, and it was touched last; 0 for what is not said.
func dated(name string, generation, created, changed, touched int) string {
	day := func(n int) string { return "\"2026-03-0" + string(rune('0'+n)) + "T10:00:00Z\"" }
	var b strings.Builder
	b.WriteString("apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata:\n  name: " + name + "\n  namespace: calm\n")
	if generation > 0 {
		b.WriteString("  generation: " + string(rune('0'+generation)) + "\n")
	}
	if created > 0 {
		b.WriteString("  creationTimestamp: " + day(created) + "\n")
	}
	if changed+touched > 0 {
		b.WriteString("  managedFields:\n")
	}
	if changed > 0 {
		b.WriteString("  - {manager: kubectl, time: " + day(changed) + ", fieldsV1: {\"f:spec\": {\"f:mtls\": {}}}}\n")
	}
	if touched > 0 {
		b.WriteString("  - {manager: me, time: " + day(touched) + ", fieldsV1: {\"f:metadata\": {}}}\n")
	}
	return b.String()
}

// TestOrderOfEvents: the mode of a port that hangs on what istiod converted first is told where
// times of policies and of istiods tell it, unknown where they give reason for doubt, and else that
// of an istiod that starts now (2C.7).
func TestOrderOfEvents(t *testing.T) {
	t.Parallel()
	const world = `apiVersion: v1
kind: Namespace
metadata: {name: calm, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: calm}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, ports: [{containerPort: 9090}]}]}
---
`
	exception := func(meta string) string {
		return meta + "spec: {selector: {matchLabels: {app: web}}, portLevelMtls: {8080: {mode: PERMISSIVE}}}\n---\n"
	}
	own := func(meta string) string {
		return meta + "spec: {selector: {matchLabels: {app: web}}, portLevelMtls: {9090: {mode: STRICT}}}\n---\n"
	}
	strict := func(meta string) string { return meta + "spec: {mtls: {mode: STRICT}}\n---\n" }
	soft := func(meta string) string { return meta + "spec: {mtls: {mode: PERMISSIVE}}\n---\n" }
	istiod := func(days ...string) (out string) {
		for _, d := range days {
			out += "apiVersion: v1\nkind: Pod\nmetadata: {name: istiod-" + d + ", namespace: istio-system, labels: {app: istiod}}\nspec: {containers: [{name: discovery}]}\nstatus: {containerStatuses: [{name: discovery, state: {running: {startedAt: \"2026-03-0" + d + "T10:00:00Z\"}}}]}\n---\n"
		}
		return out
	}
	for name, c := range map[string]struct {
		objects string
		want    resolve.Mode
	}{
		"files say nothing":                             {exception(dated("web", 0, 0, 0, 0)) + strict(dated("default", 0, 0, 0, 0)), resolve.Strict},
		"creation times that no cluster gave":           {exception(dated("web", 0, 2, 0, 0)) + strict(dated("default", 0, 3, 0, 0)), resolve.Strict},
		"converted before, istiod older":                {exception(dated("web", 1, 2, 2, 0)) + strict(dated("default", 1, 3, 3, 0)) + istiod("1"), resolve.Permissive},
		"converted before, istiods older":               {exception(dated("web", 1, 2, 2, 0)) + strict(dated("default", 1, 4, 4, 0)) + istiod("1", "3"), resolve.Permissive},
		"converted before, istiod not seen":             {exception(dated("web", 1, 2, 2, 0)) + strict(dated("default", 1, 3, 3, 0)), resolve.Unknown},
		"converted before, istiod restarted":            {exception(dated("web", 1, 2, 2, 0)) + strict(dated("default", 1, 3, 3, 0)) + istiod("4"), resolve.Strict},
		"converted before, one istiod restarted":        {exception(dated("web", 1, 2, 2, 0)) + strict(dated("default", 1, 3, 3, 0)) + istiod("1", "4"), resolve.Unknown},
		"touched afterwards":                            {exception(dated("web", 1, 2, 2, 4)) + strict(dated("default", 1, 3, 3, 0)) + istiod("1"), resolve.Strict},
		"touched in the same second":                    {exception(dated("web", 1, 2, 2, 3)) + strict(dated("default", 1, 3, 3, 0)) + istiod("1"), resolve.Unknown},
		"perhaps touched afterwards":                    {exception(dated("web", 1, 2, 0, 0)) + strict(dated("default", 1, 3, 3, 0)) + istiod("1"), resolve.Unknown},
		"converted after":                               {exception(dated("web", 1, 3, 3, 0)) + strict(dated("default", 1, 2, 2, 0)) + istiod("1"), resolve.Strict},
		"converted after what was annotated since":      {exception(dated("web", 1, 3, 3, 0)) + strict(dated("default", 1, 2, 2, 5)) + istiod("1"), resolve.Strict},
		"changed since, perhaps its mode":               {exception(dated("web", 1, 3, 3, 0)) + strict(dated("default", 2, 2, 4, 0)) + istiod("1"), resolve.Unknown},
		"changed since, and istiod restarted":           {exception(dated("web", 1, 3, 3, 0)) + strict(dated("default", 2, 2, 4, 0)) + istiod("5"), resolve.Strict},
		"a STRICT port that STRICT above made needless": {own(dated("web", 1, 3, 3, 0)) + soft(dated("default", 2, 2, 4, 0)) + istiod("1"), resolve.Unknown},
		"the same, unchanged":                           {own(dated("web", 1, 3, 3, 0)) + soft(dated("default", 1, 2, 4, 0)) + istiod("1"), resolve.Strict},
	} {
		d := clusterOf(t, "", world+c.objects).Workloads()[0].Decision(9090)
		if d.Mode != c.want {
			t.Errorf("%s: the port is %s (%s), want %s", name, d.Mode, d.Why.Cause, c.want)
		}
		if d.Mode == resolve.Unknown && d.IfMeshed != resolve.Strict {
			t.Errorf("%s: unknown, but %s after a restart", name, d.IfMeshed)
		}
	}
}
