package outbound

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// knowledge is whether clients know a port of a host. Its whole reason is made by why: hardly
// anybody asks.
type knowledge struct {
	known bool
	cause resolve.Cause
}

// knows reports whether the proxies of a class have a cluster for a host and port,
// and why not.
func (side *Side) knows(c *ClientClass, h *Host, port int32) knowledge {
	if c.traits().unscoped {
		return side.knownToZtunnel(c, h, port)
	}
	if ports, routed := c.scope.routed[h.id]; routed && (ports == nil || ports[port]) && h.owns(port) { // found by name, as it stands
		return knowledge{true, resolve.CauseRouteLeads}
	}
	if _, listed := c.scope.listed[h.id]; !listed && !h.visibleTo(c) {
		switch {
		case !h.exportedBy(c.plane).VisibleIn(c.Namespace, h.Namespace):
		case h.dynamic && !c.plane.Has(release.DynamicSidecars):
			return knowledge{false, resolve.CauseDynamicUnknown}
		default:
			return knowledge{false, resolve.CauseEntryHidden}
		}
		return knowledge{false, resolve.CauseNotExported}
	}
	if c.scope.listed == nil {
		switch {
		case !side.preferred(h, c):
			return knowledge{false, resolve.CauseOtherHostFirst}
		case c.traits().gateway:
			return knowledge{true, resolve.CauseGatewayKnows}
		case side.In.Gaps.At(resolve.KindSidecar, c.Namespace) != nil:
			return knowledge{true, resolve.CauseMayBeHidden}
		}
		return knowledge{true, resolve.CauseNoSidecarLimits}
	}
	return side.listed(c, h, port)
}

// listed is knows for clients of a Sidecar resource.
func (side *Side) listed(c *ClientClass, h *Host, port int32) knowledge {
	ports, listed := c.scope.listed[h.id]
	if _, routed := c.scope.via[h.id]; routed && (ports == nil || ports[port]) {
		return knowledge{true, resolve.CauseImportedByRoute}
	}
	if listed && (ports == nil || ports[port]) {
		return knowledge{true, resolve.CauseImported}
	}
	if c.OnlyPort(h) != 0 {
		return knowledge{false, resolve.CauseOtherPortOnly}
	}
	return knowledge{false, resolve.CauseNotImported}
}

// why is the whole reason of what clients know of a host.
func (side *Side) why(k knowledge, c *ClientClass, h *Host) resolve.Reason {
	switch k.cause {
	case resolve.CauseNotExported, resolve.CauseEntryHidden, resolve.CauseDynamicUnknown:
		return resolve.Because(k.cause, resolve.Details{By: h.Ref, Name: c.Namespace})
	case resolve.CauseMayBeHidden:
		return resolve.Because(k.cause, resolve.Details{Gap: side.In.Gaps.At(resolve.KindSidecar, c.Namespace)})
	case resolve.CauseNoSidecarLimits:
		return resolve.Because(k.cause, resolve.Details{Name: c.Namespace})
	case resolve.CauseImportedByRoute:
		return resolve.Because(k.cause, resolve.Details{By: c.Sidecar, Other: c.scope.via[h.id]})
	case resolve.CauseImported, resolve.CauseNotImported:
		return resolve.Because(k.cause, resolve.Details{By: c.Sidecar})
	case resolve.CauseOtherPortOnly:
		return resolve.Because(k.cause, resolve.Details{By: c.Sidecar}).Numbered(c.OnlyPort(h))
	}
	return resolve.Reason{Cause: k.cause}
}

// Knows reports whether the scope of a class' proxies has the port at all: a call to
// one that it has not is passed through or refused, and made by nobody who can help it.
// Without a proxy there is no scope.
func (side *Side) Knows(c *ClientClass, h *Host, port int32) bool {
	return c.Proxied() && side.knows(c, h, port).known
}

// OnlyPort is the port of an egress listener that would let a host through, 0 when
// there is none.
func (c *ClientClass) OnlyPort(h *Host) int32 {
	if c.sidecar == nil {
		return 0
	}
	for _, l := range c.sidecar.As.Spec.GetEgress() {
		e := newEgress(c, l)
		if e.port != 0 && e.has(e.imports, h.Namespace, h.Name, resolve.SubsetOf) && !e.has(e.excludes, h.Namespace, h.Name, resolve.SubsetOf) {
			return e.port
		}
	}
	return 0
}
