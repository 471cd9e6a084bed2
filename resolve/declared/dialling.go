package declared

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/reference"
)

// actor is who makes the calls that the objects of a kind name.
type actor struct {
	// name is how sentences call it, pods the names that its pods have where it is no dialer.
	name string
	pods []string
	// dialer is the row of dialers, "" for a program that calls Services by their names.
	dialer string
	// says is what speaks of the call: "trigger".
	says string
	// routed is true for calls that are made for others. own is true where a name without a
	// namespace is looked for in the object's, and not in that of who calls.
	routed, own bool
}

// actors are they by kind.
var actors = map[resolve.Kind]actor{
	resolve.KindScaledObject:            {name: "KEDA's operator", pods: []string{"keda-operator"}, says: "trigger"},
	resolve.KindScaledJob:               {name: "KEDA's operator", pods: []string{"keda-operator"}, says: "trigger"},
	resolve.KindAnalysisTemplate:        {name: "the controller of Argo Rollouts", pods: []string{"argo-rollouts"}, says: "metric"},
	resolve.KindClusterAnalysisTemplate: {name: "the controller of Argo Rollouts", pods: []string{"argo-rollouts"}, says: "metric"},
	resolve.KindRoute:                   {name: "OpenShift's router", dialer: "OpenShift router", says: "route", routed: true, own: true},
	resolve.KindHTTPProxy:               {name: "Contour's Envoy", dialer: "Contour", says: "route", routed: true, own: true},
	resolve.KindIngressRoute:            {name: "Traefik", dialer: "Traefik", says: "route", routed: true, own: true},
	resolve.KindIngressRouteTCP:         {name: "Traefik", dialer: "Traefik", says: "route", routed: true, own: true},
	resolve.KindMapping:                 {name: "Emissary", dialer: "Emissary", says: "route", routed: true, own: true},
	resolve.KindTCPMapping:              {name: "Emissary", dialer: "Emissary", says: "route", routed: true, own: true},
}

// dialled are the calls that objects of other projects name.
func (m reader) dialled() []*Call {
	var out []*Call
	for _, kind := range resolve.DiallingKinds {
		objects := m.Objects(kind)
		if len(objects) == 0 {
			continue
		}
		a := actors[kind]
		w := m.acting(&a)
		for _, o := range objects {
			v := o.Value.(*resolve.Dialling)
			for i := range v.Targets {
				like := Call{Client: w, Says: a.says, Routed: a.routed, By: o.Ref(), Origin: o.Origin, Field: v.Targets[i].Field}
				if w == nil {
					like.Caller = a.name
				}
				out = append(out, m.dials(&a, &v.Targets[i], v.Namespace, like)...)
			}
		}
	}
	return out
}

// acting is the workload that acts, nil where the input has none or several.
func (m reader) acting(a *actor) *inbound.Workload {
	if a.dialer != "" {
		return m.workload(dialerNamed(a.dialer))
	}
	return m.only(func(w *inbound.Workload) bool {
		return slices.Contains(a.pods, w.Labels[resolve.NameLabel]) && (w.Labels[resolve.ComponentLabel] == "" || slices.Contains(a.pods, w.Ref.Name) || strings.Contains(w.Labels[resolve.ComponentLabel], "operator") || strings.Contains(w.Labels[resolve.ComponentLabel], "controller")) ||
			slices.Contains(a.pods, w.Labels["app"]) || slices.Contains(a.pods, w.Ref.Name)
	})
}

// dials are the calls to one target.
func (m reader) dials(a *actor, t *resolve.DialTarget, namespace string, like Call) (out []*Call) {
	add := func(h *outbound.Host, port int32, tls bool) {
		if h == nil {
			return
		}
		d := like
		d.Host, d.Port, d.Brings = h, port, m.brings(t, tls, namespace)
		if a.dialer != "" {
			d.Way = wayOf(dialerNamed(a.dialer), t, h)
		}
		out = append(out, &d)
	}
	if t.Service != "" {
		in := namespace
		if t.Namespace != "" {
			in = t.Namespace
		}
		h := m.Reached(t.Service+"."+in+".svc."+resolve.ClusterDomain, in)
		add(h, portNamed(h, t.Port), t.TLS)
		return out
	}
	from := namespace
	switch {
	case a.own:
	case like.Client != nil:
		from = like.Client.Ref.Namespace
	default:
		from = "" // nobody knows in which namespace its DNS begins to search
	}
	for _, r := range reference.In(t.Key, t.Text) {
		h, port := m.hostOf(r, from)
		add(h, port, t.TLS || r.Scheme == "https")
	}
	return out
}

// wayOf is the way of a dialer to a target that may say another.
func wayOf(d *dialer, t *resolve.DialTarget, h *outbound.Host) Way {
	switch {
	case d.way == Outside:
		return Outside
	case t.Way == "pods":
		return ToPods
	case slices.Contains(namesOf(h), t.Host):
		return ByName
	case t.Way == "service":
		return ToAddress
	}
	return dialled(d, nil, h)
}

// brings is the TLS of the caller's own: with a certificate of the mesh where a TLSContext of
// Emissary shows Istio's ALPN, which nobody else asks for.
func (m reader) brings(t *resolve.DialTarget, tls bool, namespace string) resolve.ClientTLS {
	if !tls {
		return resolve.SendsUnknown
	}
	for _, o := range m.Objects(resolve.KindTLSContext) {
		c := o.Value.(*resolve.TLSContext)
		name, in, elsewhere := strings.Cut(t.Context, ".")
		if c.Name != name || elsewhere && c.Namespace != in || !elsewhere && c.Namespace != namespace {
			continue
		}
		switch {
		case slices.ContainsFunc(resolve.SplitList(c.ALPN), func(p string) bool { return strings.HasPrefix(p, "istio") }):
			return resolve.SendsIstioMutual
		case strings.Contains(c.Secret, "istio"):
			return resolve.SendsMutual
		}
	}
	return resolve.SendsSimple
}

// portNamed is the port of a host that a number, a name or a target means; 0 for any.
func portNamed(h *outbound.Host, port string) int32 {
	if h == nil || port == "" {
		return 0
	}
	number, err := strconv.ParseInt(port, 10, 32)
	for i := range h.Ports {
		if p := &h.Ports[i]; p.Name == port || err == nil && p.Number == int32(number) {
			return p.Number
		}
	}
	for i := range h.Ports {
		if p := &h.Ports[i]; slices.ContainsFunc(p.Endpoints, func(e outbound.Endpoint) bool {
			return err == nil && e.Port == int32(number) || e.Workload != nil && named(e.Workload, e.Port) == port
		}) {
			return p.Number
		}
	}
	return 0
}

// named is the name of a container's port.
func named(w *inbound.Workload, number int32) string {
	i := slices.IndexFunc(w.Ports, func(p inbound.Port) bool { return p.Number == number && p.Protocol != resolve.ProtocolUDP })
	if i < 0 {
		return ""
	}
	return w.Ports[i].Name
}
