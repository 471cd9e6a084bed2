package config

import (
	"cmp"
	"slices"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Waypoint is a Gateway as something that can stand before Services and workloads. Its class
// makes no difference to who is bound to it (2D.2).
type Waypoint struct {
	Ref    resolve.Ref
	Origin resolve.Origin
	// Class is its gatewayClassName; an Istio waypoint's is istio-waypoint.
	Class string
	// Addressed is true where its status has an address, Assumed where a file cannot say and
	// it is taken to get one.
	Addressed, Assumed bool
	// network is the one that a gateway between networks is of, "" for any other.
	network string
	// Account is the service account of its pods (2D.8).
	Account string
	// For is which traffic it handles: service, workload, all or none (2D.3).
	For string

	from     gatewayv1.FromNamespaces
	selector labels.Selector
}

// Waypoints are the Gateways of an input, by name, and whom they serve. The nil Waypoints are
// none.
type Waypoints struct {
	byRef      map[resolve.Ref]*Waypoint
	namespaces map[string]*Namespace
	gap        *resolve.Gap
}

// NewWaypoints reads the Gateways of an input, with what their classes say of all.
func NewWaypoints(c *Collection, namespaces map[string]*Namespace, gaps resolve.Gaps) *Waypoints {
	w := &Waypoints{map[resolve.Ref]*Waypoint{}, namespaces, gaps.At(resolve.KindKubeGateway, "")}
	classes := map[string]string{}
	for _, o := range c.Others[resolve.KindGatewayClass] {
		classes[o.Value.GetName()] = o.Value.GetLabels()[resolve.WaypointForLabel]
	}
	for _, o := range c.KubeGateways {
		class := string(o.As.Spec.GatewayClassName)
		point := &Waypoint{Ref: o.Ref(), Origin: o.Origin, Class: class, Account: cmp.Or(o.As.Annotations[resolve.GatewayServiceAccountAnnotation], o.Ref().Name), For: cmp.Or(o.As.Labels[resolve.WaypointForLabel], classes[class], "service"), from: gatewayv1.NamespacesFromSame}
		point.Addressed = len(o.As.Status.Addresses) > 0
		point.Assumed = !point.Addressed && o.Origin.Lines != nil && o.Origin.Lines.Line("status") == 0
		point.attach(o.As.Spec.Listeners)
		if listens(o.As.Spec.Listeners) {
			point.network = o.As.Labels[resolve.NetworkLabel]
		}
		w.byRef[point.Ref] = point
	}
	return w
}

// listens reports a listener on the port of HBONE.
func listens(listeners []gatewayv1.Listener) bool {
	return slices.ContainsFunc(listeners, func(l gatewayv1.Listener) bool { return l.Port == resolve.HBONEPort })
}

// LeadsTo reports a Gateway between networks through which ztunnel reaches one (3.6.10).
func (w *Waypoints) LeadsTo(network string) bool {
	if w != nil {
		for _, p := range w.byRef {
			if p.network == network {
				return true
			}
		}
	}
	return false
}

// attach reads from the listener for HBONE which namespaces may be bound (2D.4).
func (p *Waypoint) attach(listeners []gatewayv1.Listener) {
	for _, l := range listeners {
		if l.Protocol != "HBONE" || l.Port != resolve.HBONEPort {
			continue
		}
		if l.AllowedRoutes != nil && l.AllowedRoutes.Namespaces != nil {
			if from := l.AllowedRoutes.Namespaces.From; from != nil {
				p.from = *from
			}
			p.selector, _ = metav1.LabelSelectorAsSelector(l.AllowedRoutes.Namespaces.Selector)
		}
		return
	}
}

// admits reports whether objects of a namespace may be bound.
func (p *Waypoint) admits(ns *Namespace, name string) bool {
	switch p.from {
	case gatewayv1.NamespacesFromAll:
		return true
	case gatewayv1.NamespacesFromSelector:
		return p.selector != nil && ns != nil && p.selector.Matches(labels.Set(ns.Labels))
	}
	return p.Ref.Namespace == name
}

// Binding is which waypoint stands before a Service, an entry or a workload. The nil Binding
// is none.
type Binding struct {
	// Named is the Gateway that a label names, zero for none, and Holder the object with that label.
	Named, Holder resolve.Ref
	resolve.Place
	// Waypoint is what serves it, nil where the binding is void; Void says why.
	Waypoint *Waypoint
	Void     resolve.Reason
	// Unsure is true where the input cannot tell whether there is such a waypoint.
	Unsure bool
}

// Bound reports whether a waypoint stands before the object.
func (b *Binding) Bound() bool { return b != nil && b.Waypoint != nil }

// If is the binding as it is if the waypoint that it names exists, is of a class and serves.
func (b *Binding) If(class string) *Binding {
	if b.Bound() {
		return b
	}
	is := *b
	is.Waypoint = &Waypoint{Ref: b.Named, Class: class, Assumed: true, For: "all"}
	is.Void, is.Unsure = resolve.Reason{}, false
	return &is
}

// Same reports bindings that are equal in everything.
func (b *Binding) Same(o *Binding) bool { return b == o || b != nil && o != nil && *b == *o }

// Bindable is what can be bound to a waypoint: its labels, and where it is written.
type Bindable struct {
	Ref    resolve.Ref
	Origin resolve.Origin
	Labels map[string]string
	// At is where its labels are written.
	At resolve.Field
}

// OfService is the binding of a Service or a ServiceEntry (2D.1 to 2D.4).
func (w *Waypoints) OfService(o Bindable) *Binding {
	if managed := o.Labels[resolve.GatewayManagedLabel]; managed == "istio.io-mesh-controller" || managed == "istio.io-eastwest-controller" {
		return nil // a waypoint, or an east-west gateway, has none itself
	}
	return w.of(o, "service")
}

// OfWorkload is the binding of a pod or a machine, by which calls to its own address go.
func (w *Waypoints) OfWorkload(o Bindable) *Binding {
	if o.Labels[resolve.GatewayNameLabel] != "" {
		return nil
	}
	return w.of(o, "workload")
}

func (w *Waypoints) of(o Bindable, traffic string) *Binding {
	if w == nil {
		return nil
	}
	ns := w.namespaces[o.Ref.Namespace]
	name, own := o.Labels[resolve.UseWaypointLabel]
	of := o.Labels
	if !own && ns != nil {
		name, own = ns.Labels[resolve.UseWaypointLabel]
		of = ns.Labels
	}
	if !own || name == "none" {
		return nil
	}
	b := &Binding{Holder: o.Ref, Place: resolve.Place{Origin: o.Origin, Field: o.At.Child(resolve.UseWaypointLabel)}}
	if _, label := o.Labels[resolve.UseWaypointLabel]; !label {
		b.Holder, b.Place = ns.Ref(), ns.Label(resolve.UseWaypointLabel)
	}
	namespace := o.Ref.Namespace
	if other, set := of[resolve.UseWaypointNamespaceLabel]; set {
		namespace = other
	}
	b.Named = resolve.Ref{Kind: resolve.KindKubeGateway, Namespace: namespace, Name: name}
	w.serve(b, ns, o.Ref.Namespace, traffic)
	if b.Void.Cause == resolve.CauseWaypointOther && traffic == "workload" && b.Holder.Kind == resolve.KindNamespace {
		return nil // the namespace means its Services
	}
	return b
}

// serve says whether the waypoint that is named serves the object, and why not.
func (w *Waypoints) serve(b *Binding, ns *Namespace, namespace, traffic string) {
	point, is := w.byRef[b.Named], resolve.Details{By: b.Named, Name: namespace, Text: traffic}
	switch {
	case point == nil && w.gap != nil:
		b.Unsure, b.Void = true, resolve.Because(resolve.CauseWaypointUnread, resolve.Details{By: b.Named, Gap: w.gap})
	case point == nil:
		b.Unsure = len(w.byRef) == 0 && b.Origin.Lines != nil // files need not hold what stands in the cluster
		b.Void = resolve.Because(resolve.CauseWaypointMissing, is)
	case !point.Addressed && !point.Assumed:
		b.Void = resolve.Because(resolve.CauseWaypointUnaddressed, is)
	case !point.admits(ns, namespace):
		b.Void = resolve.Because(resolve.CauseWaypointDenies, is)
	case point.For != traffic && point.For != "all":
		is.More = point.For
		b.Void = resolve.Because(resolve.CauseWaypointOther, is)
	default:
		b.Waypoint = point
	}
}

// IngressUses reports whether gateways go through the waypoint of a Service: by its own label,
// else by that of its namespace (2D.5).
func (w *Waypoints) IngressUses(o Bindable) bool {
	value, own := o.Labels[resolve.IngressUseWaypointLabel]
	if !own && w != nil && w.namespaces[o.Ref.Namespace] != nil {
		value = w.namespaces[o.Ref.Namespace].Labels[resolve.IngressUseWaypointLabel]
	}
	uses, _ := strconv.ParseBool(value)
	return uses
}
