package checks

import (
	"cmp"
	"fmt"
	"strconv"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/public"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// MachineWithoutTunnel finds registered machines that accept HBONE, and whose WorkloadEntry does
// not promise it (2B.11, istio#60788).
var MachineWithoutTunnel = register(&analyze.Check{
	Code:     "MTLS0320",
	Name:     "machine-without-tunnel",
	Severity: analyze.Warning,
	Needs:    []resolve.Kind{resolve.KindWorkloadEntry},
	Reads:    []resolve.Kind{resolve.KindMeshConfig},
	Open:     true,
	Title:    "A registered machine whose WorkloadEntry lacks the label for HBONE",
	Why: `A machine that registers itself gets a WorkloadEntry from istiod. Only since Istio 1.29.6 and 1.30.3 does istiod add the label
networking.istio.io/tunnel=http if the machine's sidecar accepts HBONE, and only to new WorkloadEntries: an upgrade of
istiod does not change the existing ones. Without the label, ztunnel and waypoints send plaintext to the machine, which a
STRICT port rejects.`,
	Fix: "add the label networking.istio.io/tunnel: http to the WorkloadEntry, and to the metadata.labels of its WorkloadGroup; or register the machine anew after the upgrade of istiod",
	Docs: []string{
		"https://istio.io/latest/news/releases/1.30.x/announcing-1.30.3/",
		"https://istio.io/latest/docs/setup/install/virtual-machine/",
	},
	Controls: inTransit,
	Before:   machineWorld(""),
	After:    machineWorld(", labels: {networking.istio.io/tunnel: http}"),
	Run: func(p *analyze.Pass) {
		plane := p.Mesh().Control.Of(resolve.DefaultRevision)
		p.Objects(resolve.KindMeshConfig)
		for _, o := range p.Objects(resolve.KindWorkloadEntry) {
			entry := o.Value.(*networkingv1.WorkloadEntry)
			group := entry.Annotations[resolve.AutoRegistrationAnnotation]
			if group == "" || promisesTunnel(entry) || !plane.Tunnels() || !acceptsTunnel(entry, plane) {
				continue
			}
			field := resolve.Path("metadata", "labels").Child(resolve.TunnelLabel)
			p.Report(analyze.Finding{
				Object: o.Ref(), Origin: o.Origin, Field: "metadata",
				Message: fmt.Sprintf("the machine of WorkloadGroup %s accepts HBONE, but its WorkloadEntry has no label %s: ztunnel and waypoints send it plaintext (%s)", group, resolve.TunnelLabel, whyNoTunnel(plane)),
				Repair:  []analyze.Edit{{Object: o.Ref(), Verb: analyze.Set, Field: field, Value: "http"}},
			})
		}
	},
})

// promisesTunnel reports an entry that says whether its machine accepts HBONE.
func promisesTunnel(e *networkingv1.WorkloadEntry) bool {
	_, own := e.Labels[resolve.TunnelLabel]
	_, spec := e.Spec.GetLabels()[resolve.TunnelLabel]
	return own || spec || e.Annotations[resolve.RedirectionAnnotation] == "enabled"
}

// acceptsTunnel reports a machine whose proxy is configured to accept HBONE: by the annotation that
// its group gave it, else by the mesh configuration.
func acceptsTunnel(e *networkingv1.WorkloadEntry, plane *config.Plane) bool {
	mesh := plane.Config.GetDefaultConfig().GetProxyMetadata()[public.EnableHBONE]
	on, _ := strconv.ParseBool(cmp.Or(public.ProxySwitch(e.Annotations[resolve.ProxyConfigAnnotation], public.EnableHBONE), mesh))
	return on
}

// whyNoTunnel is how the label comes to be missing, by the version of istiod.
func whyNoTunnel(plane *config.Plane) string {
	switch {
	case !plane.Release.Known():
		return "istiod adds the label since 1.29.6 and 1.30.3, to machines that register afterwards"
	case plane.Has(release.MachineTunnels):
		return "the machine registered with an older istiod"
	}
	return "istiod " + plane.Release.String() + " does not add the label"
}

func machineWorld(labels string) string {
	return `apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    defaultConfig: {proxyMetadata: {ISTIO_META_ENABLE_HBONE: "true"}}
---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: vm-10.0.0.9, namespace: shop, annotations: {istio.io/autoRegistrationGroup: vm}` + labels + `}
spec: {address: 10.0.0.9, serviceAccount: vm, labels: {app: vm}}
---
` + permissiveShop
}
