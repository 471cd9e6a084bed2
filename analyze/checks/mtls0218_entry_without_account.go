package checks

import (
	"fmt"
	"slices"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// EntryWithoutAccount finds machines that clients call in plaintext because their entry
// names no service account (1.10, 6.14).
var EntryWithoutAccount = register(&analyze.Check{
	Code:     "MTLS0218",
	Name:     "entry-without-account",
	Severity: analyze.Warning,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindService, resolve.KindServiceEntry},
	Title:    "An entry for a workload of the mesh has no serviceAccount: clients send plaintext",
	Why: `Clients send mTLS to a WorkloadEntry, or to an endpoint of a ServiceEntry, only if it has a serviceAccount (or the label
security.istio.io/tlsMode: istio). Without one they send plaintext, whether or not a proxy runs on the machine; if the
policies are STRICT, that proxy rejects it. So does the sidecar of a pod whose address, or whose Service name, is an
endpoint of the entry. A WorkloadGroup is for machines with a proxy, and passes the values of its template to its entries.`,
	Fix:      "set serviceAccount to the service account of the machine's proxy",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/networking/workload-entry/"},
	Controls: inTransit,
	Before:   strictShop + machineGroup("") + "\n",
	After:    strictShop + machineGroup("\n    serviceAccount: batch") + "\n",
	Run: func(p *analyze.Pass) {
		for _, w := range p.Workloads() {
			switch w.Ref.Kind {
			case resolve.KindWorkloadGroup:
				reportMachine(p, w, "spec.template", "its template")
			case resolve.KindWorkloadEntry:
				reportMachine(p, w, "spec", "it")
			}
		}
		for _, o := range p.Objects(resolve.KindServiceEntry) {
			reportEndpoints(p, o)
		}
		reportRefusing(p)
	},
})

func machineGroup(account string) string {
	return `apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: {name: batch, namespace: shop}
spec:
  metadata: {labels: {app: batch}}
  template:
    ports: {http: 8080}` + account
}

// reportMachine reports a machine that names no account: one of a group, which has a proxy,
// or one that a policy of its own makes STRICT.
func reportMachine(p *analyze.Pass, w *inbound.Workload, at resolve.Field, what string) {
	if w.ServiceAccount != "" || w.Labels[resolve.TLSModeLabel] != "" || w.Tunnel != inbound.NoTunnel { // HBONE needs no account
		return
	}
	f := analyze.Finding{Object: w.Ref, Origin: w.Origin, Field: at}
	f.Message = fmt.Sprintf("%s has no serviceAccount: clients send plaintext to it, whether or not a proxy runs there (1.10)", what)
	if w.Ref.Kind == resolve.KindWorkloadEntry {
		by := strictOf(w)
		if by.IsZero() {
			return // a machine without a proxy is called in plaintext, and rightly so
		}
		f.Confidence, f.Involved = analyze.Likely, []resolve.Ref{by}
		f.Message += fmt.Sprintf(", although %s makes it STRICT", by)
	}
	p.Report(f)
}

// strictOf is the policy for the workload alone that makes it, or a port of it, STRICT.
func strictOf(w *inbound.Workload) resolve.Ref {
	for _, s := range w.Chain.Steps {
		if s.Scope != resolve.ScopeWorkload || !s.Applies {
			continue
		}
		if s.Mode == resolve.Strict {
			return s.By
		}
		for _, e := range s.Ports {
			if e.Mode == resolve.Strict {
				return s.By
			}
		}
	}
	return resolve.Ref{}
}

// reportEndpoints reports endpoints of a MESH_INTERNAL ServiceEntry without an account
// beside others that have one.
func reportEndpoints(p *analyze.Pass, o resolve.Object) {
	spec := &o.Value.(*networkingv1.ServiceEntry).Spec
	if spec.GetLocation().String() != "MESH_INTERNAL" {
		return
	}
	account, byHand := "", false
	for _, e := range spec.GetEndpoints() {
		if e.GetServiceAccount() != "" {
			account = e.GetServiceAccount()
		}
		byHand = byHand || e.GetLabels()[resolve.TLSModeLabel] != ""
	}
	for i, e := range spec.GetEndpoints() {
		if account == "" || e.GetServiceAccount() != "" || e.GetLabels()[resolve.TLSModeLabel] != "" || inbound.Tunnels(e.GetLabels()) || inbound.Tunnels(o.Value.GetLabels()) {
			continue
		}
		at := resolve.Path("spec", "endpoints").Index(i)
		f := analyze.Finding{
			Object: o.Ref(), Origin: o.Origin, Field: at,
			Message: fmt.Sprintf("endpoint %s has no serviceAccount, unlike other endpoints of the entry (%s): clients send plaintext to it (1.10)", e.GetAddress(), account),
		}
		if !byHand && !leadsInside(p, o.Ref(), e.GetAddress()) { // with a label that says no, one account more may mean mTLS for all (3.4.3)
			f.Repair = []analyze.Edit{{Object: o.Ref(), Verb: analyze.Set, Field: at.Child("serviceAccount"), Value: account}}
		}
		p.Report(f)
	}
}

// leadsInside reports an address of an entry that is a workload of the input: whether that
// takes mTLS is to be looked at first.
func leadsInside(p *analyze.Pass, entry resolve.Ref, address string) bool {
	return slices.ContainsFunc(p.Mesh().HostsIn(entry.Namespace), func(h *outbound.Host) bool {
		return h.Ref == entry && slices.ContainsFunc(h.Ports, func(port outbound.HostPort) bool {
			return slices.ContainsFunc(port.Endpoints, func(e outbound.Endpoint) bool { return e.Address == address && e.Workload != nil })
		})
	})
}

// reportRefusing reports endpoints that are STRICT ports of the input, which refuse what their
// entry makes clients send. Calls that somebody is known to make are MTLS0402's.
func reportRefusing(p *analyze.Pass) {
	type place struct {
		by resolve.Ref
		at string
	}
	seen := map[place]bool{}
	for c := range p.Calls() {
		e := c.Server
		if c.Outcome.Verdict != resolve.VerdictBroken || !c.Sends.Auto || c.Serves.Mode != resolve.Strict || e == nil || e.Workload == nil || e.Address == "" || seen[place{c.Host.Ref, e.Address}] {
			continue
		}
		made := &callsMade{}
		if made.add(p, c.Clients, c.Connection); made.known() {
			continue
		}
		seen[place{c.Host.Ref, e.Address}] = true
		p.Report(analyze.Finding{
			Object: c.Host.Ref, Origin: c.Host.Origin, Field: "spec.hosts", Involved: []resolve.Ref{e.Workload.Ref},
			Message: fmt.Sprintf("endpoint %s is port %d of %s, which is STRICT: clients of %s send plaintext, and their calls fail (1.10)", e.Address, e.Port, e.Workload.Short(), c.Host.Name),
			Fix:     "add the serviceAccount to the endpoint; or delete the entry, and call the Service",
		})
	}
}
