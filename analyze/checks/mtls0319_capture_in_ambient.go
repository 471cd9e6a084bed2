package checks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// CaptureInAmbient finds annotations that take traffic from a sidecar, on pods that ztunnel captures
// whole (3.7.3).
var CaptureInAmbient = register(&analyze.Check{
	Code:     "MTLS0319",
	Name:     "capture-in-ambient",
	Severity: analyze.Warning,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindNamespace, resolve.KindPeerAuthentication},
	Title:    "Annotations for a sidecar's capture that ambient ignores",
	Why: `The annotations traffic.sidecar.istio.io/* say which ports and addresses a sidecar does not capture. ztunnel captures all TCP
traffic of a pod and does not read them. A port that was excluded is captured after the move to ambient: under STRICT its
plaintext clients (scrapers, operators, kube-apiserver) are denied.`,
	Fix:      "remove the annotations, and inject a proxy into the clients; accept the risk: keep the port open with portLevelMtls",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/annotations/", "https://istio.io/latest/docs/ambient/migrate/"},
	Controls: available,
	Before:   ambientWithAnnotation(resolve.ExcludeInboundPortsAnnotation, "9102"),
	After:    ambientWithAnnotation("example.com/port", "9102"),
	Run: func(p *analyze.Pass) {
		p.Namespaces()
		p.PeerAuthentications()
		for _, w := range p.Workloads() {
			if w.Membership.Dataplane != resolve.DataplaneAmbient {
				continue
			}
			var names []string
			for name := range w.Annotations {
				if strings.HasPrefix(name, resolve.CaptureDomain) {
					names = append(names, name)
				}
			}
			if len(names) == 0 {
				continue
			}
			slices.Sort(names)
			p.Report(capturedAnyway(w, names))
		}
	},
})

func capturedAnyway(w *inbound.Workload, names []string) analyze.Finding {
	f := analyze.Finding{Object: w.Ref, Origin: w.Origin, Field: podMetadata(w).Child("annotations").Child(names[0]), Mild: true}
	f.Message = fmt.Sprintf("%s %s no effect: ztunnel captures all TCP traffic of %s", strings.Join(names, ", "), verb(len(names), "has", "have"), w.Short())
	for _, port := range excludedPorts(w) {
		if w.Decision(port).Mode == resolve.Strict {
			f.Mild = false
			f.Message += fmt.Sprintf("; port %d is STRICT, and denies clients without a proxy", port)
			break
		}
	}
	return f
}

// excludedPorts are those that the annotations keep from a sidecar.
func excludedPorts(w *inbound.Workload) []int32 {
	var out []int32
	for text := range strings.SplitSeq(w.Annotations[resolve.ExcludeInboundPortsAnnotation], ",") {
		if port, err := strconv.ParseInt(strings.TrimSpace(text), 10, 32); err == nil {
			out = append(out, int32(port))
		}
	}
	return out
}

func ambientWithAnnotation(name, value string) string {
	return strings.Replace(ambientServer("STRICT"), "labels: {app: pay}}", "labels: {app: pay}, annotations: {"+name+": \""+value+"\"}}", 1)
}
