package declared

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/reference"
)

// agent is a container that an injector adds to pods which ask for it, and that calls a server
// of its own: nothing in the pod names that.
type agent struct {
	name string
	// asks is the annotation that asks for it with "true", address one that names the server for
	// the pod, and variable the environment of the injector that names it for all others.
	asks, address, variable string
}

// agents are those that are well known.
// https://developer.hashicorp.com/vault/docs/deploy/kubernetes/injector/annotations
var agents = []agent{
	{"the Vault agent", "vault.hashicorp.com/agent-inject", "vault.hashicorp.com/service", "AGENT_INJECT_VAULT_ADDR"},
}

// calledByAgents are the calls of agents in pods.
func (m reader) calledByAgents() []*Call {
	var out []*Call
	for i := range agents {
		a := &agents[i]
		var servers []reference.Reference
		looked := false
		for _, w := range m.Workloads() {
			if w.Annotations[a.asks] != "true" {
				continue
			}
			named := reference.In("address", w.Annotations[a.address])
			if len(named) == 0 {
				if !looked {
					servers, looked = m.configured(a), true
				}
				named = servers
			}
			for _, r := range named {
				if h, port := m.hostOf(r, w.Ref.Namespace); h != nil {
					out = append(out, m.callOf(a, w, h, port, r.Scheme == "https"))
				}
			}
		}
	}
	return out
}

func (m reader) callOf(a *agent, w *inbound.Workload, h *outbound.Host, port int32, tls bool) *Call {
	d := &Call{Client: w, Host: h, Port: port, Says: "annotation " + a.asks + ": " + a.name, By: w.Ref, Origin: w.Origin, Field: w.Annotation(a.asks)}
	if tls && w.Membership.Dataplane == resolve.DataplaneNone {
		d.Brings = resolve.SendsSimple
	}
	return d
}

// configured are the servers that the injector of an agent tells it.
func (m reader) configured(a *agent) []reference.Reference {
	for _, w := range m.Workloads() {
		for _, s := range w.Sayings {
			if s.Key == a.variable {
				return []reference.Reference{s.Reference}
			}
		}
	}
	return nil
}
