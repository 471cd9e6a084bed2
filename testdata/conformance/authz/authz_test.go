package authz

import (
	"math/rand/v2"
	"testing"

	rbacpb "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	securityapi "istio.io/api/security/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	authzmodel "istio.io/istio/pilot/pkg/security/authz/model"
	"istio.io/istio/pilot/pkg/security/trustdomain"
	istioconfig "istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/validation"
	"istio.io/istio/pkg/log"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/mtlsctl/mtlsctl/resolve"
	ours "github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// rounds is how many random policies are compared.
const rounds = 20000

// TestAnswers asks istiod's RBAC about plaintext requests: what never matches for mtlsctl
// matches none of them, and what always does matches all.
func TestAnswers(t *testing.T) {
	r, told := rand.New(rand.NewPCG(1, 2)), map[ours.Answer]int{}
	for range rounds {
		spec := randomPolicy(r, securityapi.AuthorizationPolicy_Action(r.IntN(2)), false)
		rule := policyOf(spec).Rules[0]
		for _, forTCP := range []bool{false, true} {
			action, filter := rbacpb.RBAC_ALLOW, ours.HTTPFilter
			if spec.Action == securityapi.AuthorizationPolicy_DENY {
				action = rbacpb.RBAC_DENY
			}
			if forTCP {
				filter = ours.TCPFilter
			}
			got := rule.Answer(ours.Call{Port: 8080, Filter: filter})
			told[got]++
			m, err := authzmodel.New(types.NamespacedName{Namespace: "shop", Name: "p"}, spec.Rules[0])
			if err != nil {
				t.Fatal(err)
			}
			generated, err := m.Generate(forTCP, true, action)
			for _, q := range Requests(8080) {
				matches := err == nil && q.Matches(generated)
				if got == ours.Never && matches || got == ours.Always && !matches {
					t.Fatalf("TCP %v, %+v matches: %v, but we say %v\n%v", forTCP, q, matches, got, spec)
				}
			}
		}
	}
	t.Logf("%d policies: never %d, maybe %d, always %d", rounds, told[ours.Never], told[ours.Maybe], told[ours.Always])
}

// TestIdentities asks istiod's RBAC about requests of callers with a certificate, at a server with
// a trust domain and an alias.
func TestIdentities(t *testing.T) {
	log.FindScope("authorization").SetOutputLevel(log.NoneLevel) // it warns of every foreign trust domain
	r, told := rand.New(rand.NewPCG(5, 6)), map[ours.Answer]int{}
	trust := []string{"td", "old-td"}
	callers := []*ours.Identity{
		ours.NewIdentity("td", "a", "b"), ours.NewIdentity("old-td", "a", "b"), ours.NewIdentity("cluster.local", "a", "b"), ours.NewIdentity("td", "shop", "b"),
		ours.NewIdentity("td", "ab", "a"), ours.NewIdentity("other", "a.b", "bb"),
	}
	for range rounds {
		spec := randomPolicy(r, securityapi.AuthorizationPolicy_Action(r.IntN(2)), false)
		name(r, spec.Rules[0])
		rule, who := policyOf(spec).Rules[0], callers[r.IntN(len(callers))]
		for _, forTCP := range []bool{false, true} {
			action, filter := rbacpb.RBAC_ALLOW, ours.HTTPFilter
			if spec.Action == securityapi.AuthorizationPolicy_DENY {
				action = rbacpb.RBAC_DENY
			}
			if forTCP {
				filter = ours.TCPFilter
			}
			got := rule.Answer(ours.Call{Port: 8080, Filter: filter, Identified: true, Who: who, Trust: trust})
			told[got]++
			m, err := authzmodel.New(types.NamespacedName{Namespace: "shop", Name: "p"}, spec.Rules[0])
			if err != nil {
				t.Fatal(err)
			}
			m.MigrateTrustDomain(trustdomain.NewBundle(trust[0], trust[1:]))
			generated, err := m.Generate(forTCP, r.IntN(2) == 0, action)
			for _, q := range Requests(8080) {
				q.Principal = who.String()
				matches := err == nil && q.Matches(generated)
				if got == ours.Never && matches || got == ours.Always && !matches {
					t.Fatalf("TCP %v, %+v matches: %v, but we say %v\n%v", forTCP, q, matches, got, spec)
				}
			}
		}
	}
	t.Logf("%d policies: never %d, maybe %d, always %d", rounds, told[ours.Never], told[ours.Maybe], told[ours.Always])
}

// TestRejected compares with the webhook's validation.
func TestRejected(t *testing.T) {
	r, refused := rand.New(rand.NewPCG(3, 4)), 0
	for range rounds {
		spec := randomPolicy(r, securityapi.AuthorizationPolicy_Action([]int{0, 1, 3}[r.IntN(3)]), true)
		_, err := validation.ValidateAuthorizationPolicy(istioconfig.Config{Meta: istioconfig.Meta{Name: "p", Namespace: "shop"}, Spec: spec})
		if got := policyOf(spec).Rejected; len(got) > 0 != (err != nil) {
			t.Fatalf("istiod: %v, we: %v\n%v", err, got, spec)
		}
		if err != nil {
			refused++
		}
	}
	t.Logf("%d of %d policies refused", refused, rounds)
}

func policyOf(spec *securityapi.AuthorizationPolicy) *ours.Policy {
	v := &securityv1.AuthorizationPolicy{ObjectMeta: metav1.ObjectMeta{Name: "p", Namespace: "shop"}}
	spec.DeepCopyInto(&v.Spec)
	objects := []resolve.Object{{Kind: resolve.KindAuthorizationPolicy, Value: v}}
	return ours.New(mesh.Build(config.Options{}, objects)).All()[0]
}
