package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// EnvoyFilterTouchesTLS finds patches after which nobody but Envoy knows what a port takes
// or what a client sends (10).
var EnvoyFilterTouchesTLS = register(&analyze.Check{
	Code:     "MTLS0308",
	Name:     "envoy-filter-touches-tls",
	Severity: analyze.Warning,
	Blocks:   true,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindEnvoyFilter, resolve.KindService, resolve.KindServiceEntry},
	Title:    "An EnvoyFilter changes the TLS of proxies, so policies no longer show the effective mode",
	Why: `PeerAuthentication and DestinationRule decide what istiod generates; an EnvoyFilter is applied afterwards. If it adds or
changes filter chains, transport sockets or the TLS inspector, it can turn mTLS off or require other TLS while every policy
is STRICT. The result cannot be determined from the configuration: the affected ports and calls are UNKNOWN here, and an
auditor cannot count them.`,
	Fix:  "remove the TLS from the patch and use PeerAuthentication, DestinationRule or a Sidecar resource, or narrow its workloadSelector and match",
	Docs: []string{"https://istio.io/latest/docs/reference/config/networking/envoy-filter/"},

	Controls: inTransit,
	Before:   strictGuardWorld + patchWorld("transport_socket: {name: envoy.transport_sockets.raw_buffer}"),
	After:    strictGuardWorld + patchWorld("access_log: []"),
	Run: func(p *analyze.Pass) {
		origins := map[resolve.Ref]resolve.Origin{}
		for _, o := range p.Objects(resolve.KindEnvoyFilter) {
			origins[o.Ref()] = o.Origin
		}
		for _, t := range patchesOf(p) {
			f := analyze.Finding{Object: t.by, Origin: origins[t.by], Field: t.field, Message: t.says(), Affected: t.affected()}
			for _, w := range t.servers[:min(len(t.servers), maxExamples)] {
				f.Involved = append(f.Involved, w.Ref)
			}
			p.Report(f)
		}
	},
})

// patch is one patch of an EnvoyFilter and what is not known any more because of it.
type patch struct {
	by    resolve.Ref
	field resolve.Field
	// servers are workloads with ports that it reaches, ports how many; strict is how many
	// of them the policies make STRICT.
	servers       []*inbound.Workload
	ports, strict int
	// hosts are those that clients call past knowing, first comes first.
	hosts   []string
	clients map[*outbound.ClientClass]bool
}

// patchesOf are the patches that reach something, in the order of what they reach.
func patchesOf(p *analyze.Pass) []*patch {
	index, list := map[causeKey]*patch{}, []*patch(nil)
	at := func(by resolve.Ref, field resolve.Field) *patch {
		k := causeKey{by, field}
		if index[k] == nil {
			index[k] = &patch{by: by, field: field, clients: map[*outbound.ClientClass]bool{}}
			list = append(list, index[k])
		}
		return index[k]
	}
	for _, w := range p.Workloads() {
		for i := range w.Ports {
			if d := &w.Ports[i].Decision; d.By.Kind == resolve.KindEnvoyFilter {
				at(d.By, d.Field).serves(w, d)
			}
		}
	}
	for c := range p.Calls() {
		if c.Sends.By.Kind == resolve.KindEnvoyFilter {
			at(c.Sends.By, c.Sends.Field).sends(c)
		}
	}
	return list
}

func (t *patch) serves(w *inbound.Workload, d *resolve.Decision) {
	if t.ports++; d.IfMeshed == resolve.Strict {
		t.strict++
	}
	if !slices.Contains(t.servers, w) {
		t.servers = append(t.servers, w)
	}
}

func (t *patch) sends(c analyze.Call) {
	if to := fmt.Sprintf("%s:%d", shortHost(c.Host), c.Port.Number); !slices.Contains(t.hosts, to) {
		t.hosts = append(t.hosts, to)
	}
	for _, class := range c.Clients {
		t.clients[class] = true
	}
}

// affected names the workloads whose ports, and the ports whose calls, it changes.
func (t *patch) affected() []analyze.Affected {
	list := affectedWorkloads(t.servers)
	for _, to := range t.hosts {
		list = append(list, analyze.Affected{Noun: analyze.AffectedCall, Name: to})
	}
	return list
}

func (t *patch) says() string {
	var parts []string
	if t.ports > 0 {
		text := fmt.Sprintf("changes the filter chains of %s of %s: their effective mode cannot be determined", counted(t.ports, "port"), firstNames(t.servers))
		if t.strict > 0 {
			text += fmt.Sprintf(", although the policies set STRICT for %d", t.strict)
		}
		parts = append(parts, text)
	}
	if len(t.hosts) > 0 {
		n := 0
		for class := range t.clients {
			n += len(class.Workloads)
		}
		text := fmt.Sprintf("changes the TLS of the calls of %s to %s", workloads(n), strings.Join(t.hosts[:min(len(t.hosts), maxExamples)], ", "))
		if more := len(t.hosts) - maxExamples; more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		parts = append(parts, text+": what clients send cannot be determined")
	}
	return strings.Join(parts, "; ")
}
