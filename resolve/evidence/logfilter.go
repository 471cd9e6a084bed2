package evidence

import (
	telemetryapi "istio.io/api/telemetry/v1alpha1"
	telemetryv1 "istio.io/client-go/pkg/apis/telemetry/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// withoutFiltered takes those away whose access logs a Telemetry of the input keeps lines
// out of: what is not in their logs may have happened. Which pods it selects is not looked
// at, which takes too many away rather than too few.
func withoutFiltered(m *mesh.Mesh, covered map[resolve.Peer]bool) map[resolve.Peer]bool {
	if m == nil {
		return covered
	}
	for _, o := range m.Objects(resolve.KindTelemetry) {
		t, ok := o.Value.(*telemetryv1.Telemetry)
		if !ok || !filtersLogs(&t.Spec) {
			continue
		}
		for p := range covered {
			if p.Namespace == t.Namespace || t.Namespace == m.RootNamespace() {
				delete(covered, p)
			}
		}
	}
	return covered
}

// filtersLogs reports access logs without all calls that arrive.
func filtersLogs(t *telemetryapi.Telemetry) bool {
	for _, l := range t.GetAccessLogging() {
		if l.GetFilter() != nil || l.GetDisabled().GetValue() || l.GetMatch().GetMode() == telemetryapi.WorkloadMode_CLIENT {
			return true
		}
	}
	return false
}
