package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// OtherRevision finds policies and rules that no control plane of the input reads
// (1.14, 6.23).
var OtherRevision = register(&analyze.Check{
	Code:     "MTLS0110",
	Name:     "other-revision",
	Severity: analyze.Warning,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindPeerAuthentication, resolve.KindDestinationRule, resolve.KindSidecar},
	Title:    "A policy or rule labelled for a revision that configures no workload",
	Why: `istiod reads an object with the label istio.io/rev only if the label is its own revision (not a tag). For every
other control plane the object does not exist. No control plane reads an object whose label is empty.`,
	Fix:      "remove the label istio.io/rev, or set it to the revision that configures the workloads",
	Docs:     []string{"https://istio.io/latest/docs/setup/upgrade/canary/"},
	Controls: inTransit,
	Before: shopNamespace + plainWorkload + `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec:
  mtls: {mode: PERMISSIVE}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop, labels: {istio.io/rev: canary}}
spec:
  mtls: {mode: STRICT}
`,
	After: shopNamespace + plainWorkload + `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec:
  mtls: {mode: PERMISSIVE}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
`,
	Run: func(p *analyze.Pass) {
		p.Workloads()
		readers := p.Revisions()
		for _, pa := range p.PeerAuthentications() {
			if pa.Rejected != "" {
				continue
			}
			reportRevision(p, pa.Ref, pa.Origin, pa.Revision, pa.HasRevision, readers)
		}
		for _, kind := range revisionedKinds {
			for _, o := range p.Objects(kind) {
				rev, has := o.Value.GetLabels()[resolve.RevisionLabel]
				reportRevision(p, o.Ref(), o.Origin, rev, has, readers)
			}
		}
	},
})

// revisionedKinds are the kinds besides PeerAuthentication that decide about mTLS
// and are read by revision.
var revisionedKinds = []resolve.Kind{resolve.KindDestinationRule, resolve.KindSidecar}

func reportRevision(p *analyze.Pass, ref resolve.Ref, origin resolve.Origin, rev string, has bool, readers []string) {
	if !has || len(readers) == 0 || slices.Contains(readers, rev) {
		return
	}
	p.Report(analyze.Finding{
		Object: ref, Origin: origin, Field: resolve.Path("metadata", "labels", resolve.RevisionLabel),
		Message: fmt.Sprintf("has the label istio.io/rev='%s', but revision %s configures the workloads and does not read it", rev, strings.Join(readers, ", ")),
	})
}
