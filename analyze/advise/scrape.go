package advise

import (
	"strconv"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

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
