package outbound

import (
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// limit is how far one control plane lets a ServiceEntry be seen beyond its exportTo, and whether
// its sidecars and gateways keep to that (3.1.2). The zero limit is none.
type limit struct {
	seen   config.Visibility
	envoys bool
}

// limitsOf are those of the ServiceEntries of a namespace, nil for none; that of the nil plane is
// what the control plane does whose configuration stands for the mesh.
func (side *Side) limitsOf(namespace string) map[*config.Plane]limit {
	k := side.In.Control
	limits := func(p *config.Plane) bool { some, _ := p.LimitsEntries(); return some }
	if some, _ := k.Agree(limits); !some {
		return nil
	}
	ns := side.In.Namespaces[namespace]
	if ns == nil {
		ns = &config.Namespace{Name: namespace}
	}
	of := func(p *config.Plane) limit {
		_, envoys := p.LimitsEntries()
		return limit{p.VisibilityIn(ns), envoys}
	}
	out := map[*config.Plane]limit{nil: of(k.SeenPlane()), k.First: of(k.First)}
	for _, p := range k.Planes {
		out[p] = of(p)
	}
	return out
}

// hidden reports whether serviceEntryVisibility keeps the host from clients: perhaps, and
// certainly.
func (h *Host) hidden(c *ClientClass) (perhaps, certainly bool) {
	l := h.limits[c.plane]
	if !l.envoys && !c.traits().heedsVisibility {
		return false, false
	}
	return l.seen.Hides(c.Namespace, h.Namespace)
}

// visibleTo reports whether clients see the host, before any Sidecar resource. What nobody can
// tell is seen: see perhapsHidden.
func (h *Host) visibleTo(c *ClientClass) bool {
	return h.seenFrom(c.plane, c.Namespace, c.traits().heedsVisibility)
}

// seenFrom is visibleTo for proxies of a control plane in a namespace; heeds is true for those that
// keep to serviceEntryVisibility in any case.
func (h *Host) seenFrom(p *config.Plane, namespace string, heeds bool) bool {
	l := h.limits[p]
	_, hidden := l.seen.Hides(namespace, h.Namespace)
	return h.exportedBy(p).VisibleIn(namespace, h.Namespace) && !(hidden && (heeds || l.envoys)) && !(h.dynamic && !p.Has(release.DynamicSidecars))
}

// public reports a host that everybody sees.
func (h *Host) public() bool {
	return h.exports.Has("*") && len(h.exportsBy) == 0 && len(h.limits) == 0 && !h.dynamic
}

// exportsBy are the exports of an object that sets none, by control plane; nil where it sets some, or
// where all mesh configurations have one default (3.1.2).
func (side *Side) exportsBy(set resolve.ExportTo) map[*config.Plane]resolve.ExportTo {
	k, first := side.In.Control, side.In.Config.GetDefaultServiceExportTo()
	if len(set) > 0 {
		return nil
	}
	if _, agree := k.Agree(func(p *config.Plane) bool { return slices.Equal(p.Config.GetDefaultServiceExportTo(), first) }); agree {
		return nil
	}
	out := map[*config.Plane]resolve.ExportTo{}
	for _, p := range k.Planes {
		out[p] = set.OrDefault(p.Config.GetDefaultServiceExportTo())
	}
	return out
}

// exportedBy are the exports by which a control plane goes.
func (h *Host) exportedBy(p *config.Plane) resolve.ExportTo {
	if by, own := h.exportsBy[p]; own {
		return by
	}
	return h.exports
}

// sameExports reports hosts that every control plane exports alike.
func sameExports(h, o *Host) bool {
	return maps.EqualFunc(h.exportsBy, o.exportsBy, func(a, b resolve.ExportTo) bool { return slices.Equal(a, b) })
}

// seenByZtunnel reports whether ztunnel is told of the host for its clients: exportTo means nothing
// to it (3.6.2).
func (h *Host) seenByZtunnel(c *ClientClass) bool {
	_, hidden := h.hidden(c)
	return !hidden
}

// VisibleTo reports whether sidecars of a namespace see the host at all, before any Sidecar
// resource.
func (h *Host) VisibleTo(namespace string) bool {
	l := h.limits[nil]
	_, hidden := l.seen.Hides(namespace, h.Namespace)
	return h.exports.VisibleIn(namespace, h.Namespace) && !(hidden && l.envoys)
}

// perhapsHidden is the answer where the labels of a namespace that are not in the input decide
// whether its ServiceEntries are seen.
func (c *Call) perhapsHidden() *resolve.Sending {
	perhaps, certainly := c.Host.hidden(c.Class)
	if !perhaps || certainly {
		return nil
	}
	return &resolve.Sending{TLS: resolve.SendsUnknown, Why: resolve.Because(resolve.CauseEntryPerhapsHidden, resolve.Details{By: c.Host.Ref, Name: c.Host.Namespace})}
}

// boundWithin is the binding of a ServiceEntry to a waypoint: one that is seen in its namespace
// only is not bound to a waypoint of another (2D.4).
func (h *Host) boundWithin(b *config.Binding, p *config.Plane) *config.Binding {
	if b == nil || b.Waypoint == nil || b.Waypoint.Ref.Namespace == h.Namespace || h.limits[p].seen&config.SeenInNamespace == 0 {
		return b
	}
	void := *b
	void.Waypoint, void.Void = nil, resolve.Because(resolve.CauseWaypointVisibility, resolve.Details{By: h.Ref, Other: b.Named})
	return &void
}
