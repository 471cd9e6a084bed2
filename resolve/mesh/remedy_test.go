package mesh_test

import (
	"fmt"
	"slices"
	"testing"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// TestRemediesHold applies every remedy that is offered for a broken call of many
// random meshes to the objects, builds the mesh anew, and looks: the call works,
// and no other call of anybody has got worse.
func TestRemediesHold(t *testing.T) {
	t.Parallel()
	tried := 0
	for seed := range uint64(1500) {
		objects := meshed(newWorld(seed).objects())
		before := outcomes(build(objects))
		for c := range build(objects).Connections(outbound.Filter{Hidden: true}) {
			for _, r := range remedy.Of(&c) {
				tried++
				after := outcomes(build(apply(t, objects, r.Changes)))
				if v := after[callName(&c)]; v == resolve.VerdictBroken || v == resolve.VerdictUnknown {
					t.Errorf("seed %d: %s is %s after %q", seed, callName(&c), v, r.Text)
				}
				for name, was := range before {
					if is, there := after[name]; !there || worth(is) < worth(was) {
						t.Errorf("seed %d: %q for %s: %s was %s, is %s", seed, r.Text, callName(&c), name, was, is)
					}
				}
			}
		}
	}
	if tried < 500 {
		t.Errorf("only %d remedies in all meshes", tried)
	}
}

// meshed has all namespaces inject, so that there is something to break.
func meshed(objects []resolve.Object) []resolve.Object {
	out := slices.DeleteFunc(slices.Clone(objects), func(o resolve.Object) bool { return o.Kind == resolve.KindNamespace })
	for _, ns := range []string{"shop", "bank", "istio-system"} {
		out = append(out, object(resolve.KindNamespace, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns, Labels: map[string]string{"istio-injection": "enabled"}}}))
	}
	return out
}

func outcomes(m *mesh.Mesh) map[string]resolve.Verdict {
	out := map[string]resolve.Verdict{}
	for c := range m.Connections(outbound.Filter{Hidden: true}) {
		out[callName(&c)] = c.Outcome.Verdict
	}
	return out
}

func callName(c *outbound.Connection) string {
	server := "-"
	if c.Server != nil {
		server = fmt.Sprint(c.Server, c.Server.Port)
	}
	return fmt.Sprint(c.Client.Workloads[0].Ref, " -> ", c.Host.Ref, " ", c.Port.Number, "/", c.Subset, " ", server)
}

// worth orders verdicts: what a change must not lower.
func worth(v resolve.Verdict) int {
	return slices.Index([]resolve.Verdict{
		resolve.VerdictBroken, resolve.VerdictUnknown, resolve.VerdictPlaintext, resolve.VerdictPassthroughTLS, resolve.VerdictMTLS,
	}, v)
}

func apply(t *testing.T, objects []resolve.Object, changes []remedy.RuleChange) []resolve.Object {
	t.Helper()
	out := slices.Clone(objects)
	for _, c := range changes {
		i := slices.IndexFunc(out, func(o resolve.Object) bool { return o.Ref() == c.Ref })
		if i < 0 {
			i = len(out)
			rule := &networkingv1.DestinationRule{}
			rule.Namespace, rule.Name = c.Ref.Namespace, c.Ref.Name
			out = append(out, object(resolve.KindDestinationRule, rule))
		}
		rule := out[i].Value.(*networkingv1.DestinationRule).DeepCopy()
		c.Spec.DeepCopyInto(&rule.Spec)
		out[i].Value = rule
	}
	return out
}
