package checks

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// SidecarWithoutHBONE finds STRICT sidecars that refuse whatever ambient clients, or a waypoint,
// can send them (3.6.4, 2D.7).
var SidecarWithoutHBONE = register(&analyze.Check{
	Code:     "MTLS0314",
	Name:     "sidecar-without-hbone",
	Severity: analyze.Error,
	Blocks:   true,
	Needs:    []resolve.Kind{resolve.KindWorkload, resolve.KindService},
	Reads:    []resolve.Kind{resolve.KindNamespace, resolve.KindPeerAuthentication, resolve.KindServiceEntry, resolve.KindKubeGateway},
	Title:    "A STRICT sidecar that ambient clients cannot call",
	Why: `HBONE is the only mTLS that ztunnel and waypoints send. A sidecar accepts it where its proxy metadata has
ISTIO_META_ENABLE_HBONE=true, as in the ambient profile of istioctl; all others get plaintext from ambient clients, which a
STRICT port refuses. Sidecars still reach the workload, so that only clients which moved to ambient fail.`,
	Fix:      "let the sidecar accept HBONE before clients move to ambient: ISTIO_META_ENABLE_HBONE: \"true\" in proxyMetadata, of the mesh or of annotation proxy.istio.io/config, and restart it",
	Docs:     []string{"https://istio.io/latest/docs/ambient/migrate/"},
	Controls: available,
	Before:   sidecarWorld(""),
	After:    sidecarWorld(`, annotations: {proxy.istio.io/config: 'proxyMetadata: {ISTIO_META_ENABLE_HBONE: "true"}'}`),
	Run: func(p *analyze.Pass) {
		p.Namespaces()
		p.PeerAuthentications()
		p.Objects(resolve.KindKubeGateway)
		ambient := slices.ContainsFunc(p.Clients(), func(c *outbound.ClientClass) bool { return c.Dataplane == resolve.DataplaneAmbient })
		if !ambient {
			return
		}
		index, list := map[*inbound.Workload]*deafSidecar{}, []*deafSidecar(nil)
		for c := range p.Calls() {
			if c.Server == nil || c.Server.Workload == nil || !refusesZtunnel(&c.Connection) {
				continue
			}
			w := c.Server.Workload
			if index[w] == nil {
				index[w] = &deafSidecar{first: c}
				list = append(list, index[w])
			}
			index[w].record.add(p, c.Clients, c.Connection)
		}
		for _, d := range list {
			p.Report(d.finding())
		}
	},
})

// deafSidecar is a workload whose sidecar refuses ambient clients: the first call that it refuses,
// and who is known to make one.
type deafSidecar struct {
	first  analyze.Call
	record callsMade
}

func (d *deafSidecar) finding() analyze.Finding {
	c, w := d.first, d.first.Server.Workload
	from := "ambient clients such as " + c.Clients[0].Workloads[0].Short() + " of " + c.Clients[0].Namespace + " send"
	if len(c.Legs) > 0 {
		from = "waypoint " + c.Sends.Waypoint.Path() + " sends"
	}
	return analyze.Finding{
		Object: w.Ref, Origin: w.Origin, Involved: []resolve.Ref{c.Host.Ref}, Cause: analyze.Cause{Object: c.Serves.By, Why: resolve.CauseZtunnelToSidecar}, Mild: !d.record.known(),
		Message: fmt.Sprintf("its sidecar does not accept HBONE: %s plaintext to %s:%d, and port %d is STRICT%s", from, shortHost(c.Host), c.Port.Number, c.Server.Port, d.record.text()),
	}
}

// refusesZtunnel reports plaintext of ztunnel, or of a waypoint, into the STRICT port of a sidecar.
func refusesZtunnel(c *outbound.Connection) bool {
	d := c.Server.Workload.Membership.Dataplane
	return (c.Client.Dataplane == resolve.DataplaneAmbient || len(c.Legs) > 0) && d == resolve.DataplaneSidecar && c.Serves.Mode == resolve.Strict && c.Arrives().TLS == resolve.SendsPlaintext
}

func sidecarWorld(annotations string) string {
	return ambientServer("STRICT") + `---
apiVersion: v1
kind: Namespace
metadata: {name: srv, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: db, namespace: srv}
spec:
  template:
    metadata: {labels: {app: db}` + annotations + `}
    spec: {containers: [{name: db, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: srv}
spec:
  selector: {app: db}
  ports: [{name: http, port: 80, targetPort: 8080}]
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: srv}
spec:
  mtls: {mode: STRICT}
`
}
