package advise

import (
	"strconv"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// Scraped is a scrape of a port that a monitor asks for.
type Scraped struct {
	By    resolve.Ref
	Field resolve.Field
	// Endpoint is what the monitor says of it, Who scrapes: "Prometheus", "vmagent".
	Endpoint *resolve.MonitorEndpoint
	Who      string
}

// Scrapes are those of a port that monitors ask for.
func (a *Adviser) Scrapes(w *inbound.Workload, port int32) []Scraped {
	return a.scrapes[portKey{w, port}]
}

// scrapeFix is what lets a scrape without a certificate be. Istio's certificates show no ALPN of
// Istio's, so that a PERMISSIVE port takes them for the application's own TLS (4.1): who scrapes
// with them has to begin when the port becomes STRICT.
func scrapeFix(mode resolve.Mode) string {
	const merge = "let Istio merge the metrics and scrape the agent"
	if mode == resolve.Strict {
		return merge + ", or scrape with Istio's certificates (scheme: https, tlsConfig)"
	}
	return merge + "; accept the risk: keep the port PERMISSIVE with portLevelMtls, because scraping with Istio's certificates works only once it is STRICT"
}

func labelSet(m map[string]string) labels.Set { return labels.Set(m) }

// scraped is the port that a Prometheus scrapes by a pod's annotations, 0 where it
// does not or where Istio merges the metrics, so that the agent is scraped instead.
func scraped(w *inbound.Workload, m *mesh.Mesh) (port int32, why string) {
	if w.Annotations["prometheus.io/scrape"] != "true" {
		return 0, ""
	}
	switch merge := m.Config().GetEnablePrometheusMerge(); {
	case w.Annotations[resolve.MergeMetricsAnnotation] == "false":
		why = "annotation prometheus.istio.io/merge-metrics is false"
	case merge != nil && !merge.GetValue():
		why = "enablePrometheusMerge is false in the mesh configuration"
	default:
		return 0, ""
	}
	n, err := strconv.ParseInt(w.Annotations["prometheus.io/port"], 10, 32)
	if err != nil {
		n = 80
	}
	return int32(n), why
}
