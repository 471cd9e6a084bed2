package declared

import (
	"cmp"
	"strings"

	securityapi "istio.io/api/security/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// letIn are the clients that AuthorizationPolicies let in by name: who is named is
// meant to call. A policy of the root namespace speaks of the whole mesh, and so of no
// call in particular.
func (m reader) letIn() []*Call {
	accounts := m.byServiceAccount()
	behind := m.hostsBehind()
	var out []*Call
	for _, o := range m.Objects(resolve.KindAuthorizationPolicy) {
		spec := &o.Value.(*securityv1.AuthorizationPolicy).Spec
		if spec.GetAction() != securityapi.AuthorizationPolicy_ALLOW || o.Value.GetNamespace() == m.RootNamespace() {
			continue
		}
		hosts := m.aimedAt(behind[o.Value.GetNamespace()], spec)
		for i, rule := range spec.GetRules() {
			for j, from := range rule.GetFrom() {
				for _, ns := range from.GetSource().GetNamespaces() {
					field := resolve.Path("spec", "rules").Index(i).Child("from").Index(j).Child("source").Child("namespaces")
					for _, h := range hosts {
						out = append(out, &Call{Caller: "workloads of namespace " + ns, Host: h, Says: "policy that allows them", By: o.Ref(), Origin: o.Origin, Field: field})
					}
				}
				for _, s := range accountsOf(from.GetSource(), o.Value.GetNamespace()) {
					for _, w := range accounts[s.account] {
						field := resolve.Path("spec", "rules").Index(i).Child("from").Index(j).Child("source").Child(s.field)
						for _, h := range hosts {
							out = append(out, &Call{Client: w, Host: h, Says: "policy that allows it", By: o.Ref(), Origin: o.Origin, Field: field})
						}
					}
				}
			}
		}
	}
	return out
}

// account names a service account.
type account struct{ namespace, name string }

// source is an account that a policy names, and the field.
type source struct {
	account account
	field   string
}

// accountsOf are the service accounts that a source names one by one.
func accountsOf(s *securityapi.Source, namespace string) []source {
	var out []source
	for _, p := range s.GetPrincipals() {
		parts := strings.Split(p, "/")
		if len(parts) == 5 && parts[1] == "ns" && parts[3] == "sa" && !strings.Contains(parts[2]+parts[4], "*") {
			out = append(out, source{account{parts[2], parts[4]}, "principals"})
		}
	}
	for _, a := range s.GetServiceAccounts() {
		ns, name, ok := strings.Cut(a, "/")
		if !ok {
			ns, name = namespace, a
		}
		out = append(out, source{account{ns, name}, "serviceAccounts"})
	}
	return out
}

func (m reader) byServiceAccount() map[account][]*inbound.Workload {
	out := map[account][]*inbound.Workload{}
	if len(m.Objects(resolve.KindAuthorizationPolicy)) == 0 {
		return out
	}
	for _, w := range m.Workloads() {
		a := account{w.Ref.Namespace, cmp.Or(w.ServiceAccount, "default")}
		out[a] = append(out[a], w)
	}
	return out
}

// hostsBehind are hosts by the namespace of the workloads behind them.
func (m reader) hostsBehind() map[string][]*outbound.Host {
	out := map[string][]*outbound.Host{}
	for _, h := range m.Hosts() {
		if h.Kubernetes {
			out[h.Namespace] = append(out[h.Namespace], h)
		}
	}
	return out
}

// aimedAt are the hosts whose workloads a policy is about.
func (m reader) aimedAt(hosts []*outbound.Host, spec *securityapi.AuthorizationPolicy) []*outbound.Host {
	var out []*outbound.Host
	for _, h := range hosts {
		if m.targeted(h, spec) {
			out = append(out, h)
		}
	}
	return out
}

func (m reader) targeted(h *outbound.Host, spec *securityapi.AuthorizationPolicy) bool {
	if refs := spec.GetTargetRefs(); len(refs) > 0 {
		for _, r := range refs {
			if r.GetKind() == "Service" && r.GetName() == h.Ref.Name {
				return true
			}
		}
		return false
	}
	for _, w := range m.Behind(h.Backs) {
		if resolve.Selects(spec.GetSelector().GetMatchLabels(), w.Labels) {
			return true
		}
	}
	return false
}
