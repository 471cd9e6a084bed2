package declared

import (
	"cmp"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// letIn are the clients that AuthorizationPolicies let in by name, on the ports on which they
// do: who is named is meant to call. A policy of the root namespace speaks of the whole mesh,
// and so of no call in particular.
func (m reader) letIn() []*Call {
	if len(m.Objects(resolve.KindAuthorizationPolicy)) == 0 {
		return nil
	}
	accounts := m.byServiceAccount()
	behind := m.hostsBehind()
	var out []*Call
	for _, p := range authz.PoliciesOf(m.Mesh).All() {
		if p.Action != authz.Allow || p.Ref.Namespace == m.RootNamespace() {
			continue
		}
		hosts := m.aimedAt(behind[p.Ref.Namespace], p)
		for _, r := range p.Rules {
			for _, one := range namedBy(r, accounts) {
				for _, h := range hosts {
					out = append(out, one.to(h, m.letInAt(r, h))...)
				}
			}
		}
	}
	return out
}

// to are the calls of somebody to ports of a host.
func (d Call) to(h *outbound.Host, ports []int32) []*Call {
	var out []*Call
	for _, number := range ports {
		call := d
		call.Host, call.Port = h, number
		out = append(out, &call)
	}
	return out
}

// letInAt are the ports of a host that a rule opens to some request of whom it names: 0 for all
// of them.
func (m reader) letInAt(r *authz.Rule, h *outbound.Host) []int32 {
	var open []int32
	for i := range h.Ports {
		if p := &h.Ports[i]; m.opens(r, p) {
			open = append(open, p.Number)
		}
	}
	if len(open) == len(h.Ports) {
		return []int32{0}
	}
	return open
}

// opens reports a rule that may match a call to a port: at one of its endpoints, or, where the
// policy is attached to the Service, at its waypoint.
func (m reader) opens(r *authz.Rule, p *outbound.HostPort) bool {
	attached := len(r.Policy.Targets) > 0
	if attached || len(p.Endpoints) == 0 {
		return r.Answer(authz.Call{Filter: authz.FilterAtWaypoint(p.Protocol), Identified: true}) != authz.Never
	}
	for i := range p.Endpoints {
		e := &p.Endpoints[i]
		if e.Workload == nil || !resolve.Selects(r.Policy.Selector, e.Workload.Labels) {
			continue
		}
		_, protocol := e.Workload.Serves(e.Port)
		if r.Answer(authz.Call{Port: e.Port, Filter: authz.FilterOf(e.Workload, protocol), Identified: true}) != authz.Never {
			return true
		}
	}
	return false
}

// namedBy are whom a rule names one by one: each a call without a host yet.
func namedBy(r *authz.Rule, accounts map[account][]*inbound.Workload) []Call {
	var out []Call
	for _, source := range r.Sources {
		for _, t := range source {
			for _, value := range t.Values {
				at := Call{By: r.Policy.Ref, Origin: r.Policy.Origin, Field: t.Field}
				if t.Name == "namespaces" {
					at.Caller, at.Says = "workloads of namespace "+value, "policy that allows them"
					out = append(out, at)
					continue
				}
				for _, w := range accounts[accountOf(t.Name, value, r.Policy.Ref.Namespace)] {
					one := at
					one.Client, one.Says = w, "policy that allows it"
					out = append(out, one)
				}
			}
		}
	}
	return out
}

// account names a service account.
type account struct{ namespace, name string }

// accountOf is the one service account that a value of a source names, zero for none.
func accountOf(field, value, namespace string) account {
	switch field {
	case "principals":
		if parts := strings.Split(value, "/"); len(parts) == 5 && parts[1] == "ns" && parts[3] == "sa" && !strings.Contains(parts[2]+parts[4], "*") {
			return account{parts[2], parts[4]}
		}
	case "serviceAccounts":
		if ns, name, ok := strings.Cut(value, "/"); ok {
			return account{ns, name}
		}
		return account{namespace, value}
	}
	return account{}
}

func (m reader) byServiceAccount() map[account][]*inbound.Workload {
	out := map[account][]*inbound.Workload{}
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
func (m reader) aimedAt(hosts []*outbound.Host, p *authz.Policy) []*outbound.Host {
	var out []*outbound.Host
	for _, h := range hosts {
		if m.targeted(h, p) {
			out = append(out, h)
		}
	}
	return out
}

func (m reader) targeted(h *outbound.Host, p *authz.Policy) bool {
	if len(p.Targets) > 0 {
		for _, r := range p.Targets {
			if r.GetKind() == "Service" && r.GetName() == h.Ref.Name {
				return true
			}
		}
		return false
	}
	for _, w := range m.Behind(h.Backs) {
		if w.Membership.Dataplane != resolve.DataplaneGateway && resolve.Selects(p.Selector, w.Labels) {
			return true
		}
	}
	return false // calls come to a gateway by routes, to which port and with what a policy does not say
}
