package inbound

import (
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
)

// decider decides the ports of one workload: its server asks the policies, and says what the
// dataplane makes of them.
type decider struct {
	workload *Workload
	pod      *pod.Pod
	in       *Contest
	sidecar  *config.Typed[*networkingv1.Sidecar]
	servers  []gatewayServer
	// entries are the ServiceEntries that select the workload, oldest first.
	entries []entryTarget
	// leads are the ports of Services whose EndpointSlices alone lead to the workload.
	leads []lead
	// patches are those of EnvoyFilters that may change the port's TLS.
	patches []TLSPatch
	// unseenPatches is set where EnvoyFilters could not be read.
	unseenPatches *resolve.Gap
	// ingressTLS and mergeIngress are istiod switches (2.9, 2.10).
	ingressTLS, mergeIngress bool
}

// forAny is the decision of every port that nothing names.
func (d *decider) forAny() resolve.Decision { return d.server().serves(d, nil) }

// forPort is the decision of one port.
func (d *decider) forPort(p *Port) resolve.Decision { return d.server().serves(d, p) }

// server is what stands in front of the ports.
func (d *decider) server() server { return servers[d.workload.Membership.Dataplane] }

// policy is what the policies say of a port, of any that nothing names for nil.
func (d *decider) policy(p *Port) resolve.Decision {
	if p == nil {
		return d.in.forWorkload(0)
	}
	return d.in.forPort(p.Number)
}

// none is a port that the proxy does not stand in front of.
func (d *decider) none(why resolve.Reason) resolve.Decision {
	return resolve.Decision{Mode: resolve.None, Scope: resolve.ScopeDataplane, Why: why}
}
