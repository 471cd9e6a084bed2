package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// ScrapeRefused finds ports that Prometheus scrapes in a way that their mode refuses: in plaintext
// where they are STRICT, with TLS where they take it for the application's (4, 4.1).
var ScrapeRefused = register(&analyze.Check{
	Code:     "MTLS0404",
	Name:     "scrape-refused",
	Severity: analyze.Error,
	Blocks:   true,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindPeerAuthentication, resolve.KindPodMonitor, resolve.KindServiceMonitor, resolve.KindVMPodScrape, resolve.KindVMServiceScrape, resolve.KindMeshConfig},
	Title:    "Prometheus scrapes a port in a way that the port's mode rejects",
	Why: `Prometheus calls pods by their addresses, not through a Service, so even with a sidecar of its own the call would be passed
through unchanged (3.1.3): plaintext, which a STRICT port rejects, and the metrics are missing. Istio can merge the
application's metrics with the proxy's, on a port that is never STRICT, or Prometheus can use the mesh's certificates and a
tlsConfig. Those work only at STRICT ports: they carry no Istio ALPN, by which a PERMISSIVE port distinguishes Istio mTLS
from the application's TLS. A PERMISSIVE port forwards them to an application that expects plaintext, or has no filter chain
for them if the port is declared HTTP.`,
	Fix: "at a STRICT port: let Istio merge the metrics, or scrape with Istio's certificates (scheme: https, tlsConfig); at any other: scrape in plaintext; accept the risk: portLevelMtls: {PORT: {mode: PERMISSIVE}} at a STRICT port",
	Docs: []string{
		"https://istio.io/latest/docs/ops/integrations/prometheus/#tls-settings",
		"https://istio.io/latest/docs/ops/integrations/prometheus/#option-1-metrics-merging",
	},
	Controls: available,
	Before: strictGuardWorld + `---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: guard, namespace: shop}
spec:
  selector: {matchLabels: {app: guard}}
  podMetricsEndpoints: [{targetPort: 8443}]
`,
	After: strictGuardWorld + `  portLevelMtls: {8443: {mode: PERMISSIVE}}
---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: guard, namespace: shop}
spec:
  selector: {matchLabels: {app: guard}}
  podMetricsEndpoints: [{targetPort: 8443}]
`,
	Run: func(p *analyze.Pass) {
		x, monitors := newExceptions(p), map[resolve.Ref]resolve.Object{}
		for _, kind := range []resolve.Kind{resolve.KindServiceMonitor, resolve.KindPodMonitor, resolve.KindVMServiceScrape, resolve.KindVMPodScrape} {
			for _, o := range p.Objects(kind) {
				monitors[o.Ref()] = o
			}
		}
		for _, s := range scrapesOf(p) {
			f := s.finding(x, monitors)
			if w := s.at[0].workload; w.Membership.Dataplane == resolve.DataplaneSidecar && p.Mesh().Control.Of(w.Membership.Revision).Has(release.SecureMetrics) {
				f.Fix = strings.Replace(f.Fix, "let Istio merge the metrics,", "let Istio merge the metrics (annotation prometheus.istio.io/scrape-targets: PORT:PATH,... for several ports; proxyMetadata ENVOY_SECURE_MERGED_METRICS_PORT serves them with mTLS),", 1)
			}
			p.Report(f)
		}
		if len(monitors) == 0 {
			return
		}
		for _, s := range tlsScrapesOf(p) {
			p.Report(s.finding(monitors))
		}
	},
})

// scrape is one line that asks for metrics, and the STRICT ports that it leads to.
type scrape struct {
	by    resolve.Ref
	field resolve.Field
	why   string
	at    []backend
}

// scrapesOf are those of a mesh, in the order of the workloads.
func scrapesOf(p *analyze.Pass) []*scrape {
	type key struct {
		by    resolve.Ref
		field resolve.Field
	}
	index, list := map[key]*scrape{}, []*scrape(nil)
	for _, w := range p.Workloads() {
		for i := range w.Ports {
			b := backend{w, &w.Ports[i]}
			if b.port.Decision.Mode != resolve.Strict {
				continue
			}
			for _, o := range p.Adviser().Special(w, b.port.Number) {
				if o.Kind != advise.Scrape {
					continue
				}
				k := key{o.By, o.Field}
				if o.By == w.Ref {
					if k.field = asksToScrape(w); k.field == "" {
						continue // which port is left to Prometheus
					}
				}
				if index[k] == nil {
					index[k] = &scrape{by: k.by, field: k.field, why: o.Text}
					list = append(list, index[k])
				}
				index[k].at = append(index[k].at, b)
			}
		}
	}
	return list
}

// asksToScrape is the annotation of a pod that says which port is to be scraped.
func asksToScrape(w *inbound.Workload) resolve.Field {
	const port = "prometheus.io/port"
	if w.Annotations[port] == "" {
		return ""
	}
	return podMetadata(w).Child("annotations").Child(port)
}

func (s *scrape) finding(x *exceptions, monitors map[resolve.Ref]resolve.Object) analyze.Finding {
	first := s.at[0]
	f := analyze.Finding{Object: s.by, Origin: monitors[s.by].Origin, Field: s.field}
	who := "it"
	if s.by == first.workload.Ref {
		f.Origin = first.workload.Origin
		_, reason, _ := strings.Cut(s.why, ": ")
		who = "Prometheus, requested by annotation and without Istio's merged metrics (" + reason + "),"
	}
	f.Message = fmt.Sprintf("%s scrapes port %d of %s, which is STRICT, without a mesh certificate: every scrape fails", who, first.port.Number, first.workload.Short())
	var names []string
	for _, b := range s.at {
		if name := b.workload.Short(); !slices.Contains(names, name) {
			names = append(names, name)
		}
		if b.workload.Ref != s.by && !slices.Contains(f.Involved, b.workload.Ref) && len(f.Involved) < maxExamples {
			f.Involved = append(f.Involved, b.workload.Ref)
		}
	}
	if n := len(names) - 1; n > 0 {
		f.Message += fmt.Sprintf(" (and the ports of %s more, such as %s)", workloads(n), strings.Join(names[1:min(len(names), maxExamples)], ", "))
	}
	f.Fix = fmt.Sprintf("let Istio merge the metrics, or scrape with Istio's certificates (scheme: https, tlsConfig); accept the risk: make port %d of %s PERMISSIVE with portLevelMtls", first.port.Number, first.workload.Short())
	if first.workload.Membership.Dataplane == resolve.DataplaneAmbient {
		f.Confidence, f.Mild = analyze.Likely, true
		f.Message += "; an ambient Prometheus has one"
	}
	if narrowed(monitors[s.by], s.field) {
		f.Confidence, f.Mild = analyze.Likely, true
		f.Message += "; its relabelings may exclude some of them"
	}
	f.Repair = s.repair(x)
	return f
}

// narrowed reports an endpoint of a monitor that keeps some of its targets only.
func narrowed(o resolve.Object, field resolve.Field) bool {
	m, ok := o.Value.(*resolve.Monitor)
	if !ok {
		return false
	}
	for i, e := range m.Endpoints {
		if e.Narrowed && strings.HasSuffix(string(field), fmt.Sprintf("[%d]", i)) {
			return true
		}
	}
	return false
}

// repair makes all of the ports exceptions, nil where one of them cannot be one.
func (s *scrape) repair(x *exceptions) []analyze.Edit {
	var edits []analyze.Edit
	for _, b := range s.at {
		one := x.of(b.workload, resolve.Permissive, b.port.Number)
		if one == nil {
			return nil
		}
		if !slices.ContainsFunc(edits, func(e analyze.Edit) bool { return e.Object == one[0].Object && e.Field == one[0].Field }) {
			edits = append(edits, one...)
		}
	}
	return edits
}
