package mesh

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// outbound is what a workload's annotations keep from its proxy on the way out
// (3.1.1). The zero value is the default: everything passes through the proxy.
type outbound struct {
	excludePorts, includePorts   string
	excludeRanges, includeRanges string
	limited                      bool // includeOutboundIPRanges is set and not *
	interfaces                   bool // the pod's own interface is excluded
	asProxy                      bool // the whole application runs as the proxy's user
	// direct is interception mode NONE: what the proxy does not listen for, the application
	// calls itself (1.12).
	direct bool
}

func outboundOf(w *inbound.Workload, by *resolve.Injector) outbound {
	var o outbound
	a := w.Annotations
	o.interfaces, o.direct, o.asProxy = resolve.ExcludesPodInterface(a), w.Capture.NoInterception, w.AllAsProxy
	o.excludePorts, _ = resolve.Annotated(a, resolve.OutboundKeys[0], by.ExcludeOutboundPorts)
	o.includePorts, _ = resolve.Annotated(a, resolve.OutboundKeys[1], by.IncludeOutboundPorts)
	o.excludeRanges, _ = resolve.Annotated(a, resolve.OutboundKeys[2], by.ExcludeIPRanges)
	ranges, own := resolve.Annotated(a, resolve.OutboundKeys[3], by.IncludeIPRanges)
	o.includeRanges = ranges
	o.limited = ranges != "*" && (own || ranges != "")
	return o
}

// past says why a call leaves past the proxy. sure is false where that depends on
// an address that the input does not have.
func (o outbound) past(h *Host, port int32) (why resolve.Reason, past, sure bool) {
	switch {
	case o.interfaces:
		return resolve.Reason{Cause: resolve.CauseInterfaceExcluded}, true, true
	case o.asProxy:
		return resolve.Reason{Cause: resolve.CauseRunsAsProxy}.Numbered(resolve.ProxyID), true, true
	case slices.Contains(resolve.SplitList(o.excludePorts), fmt.Sprint(port)):
		return resolve.Reason{Cause: resolve.CausePortExcluded}.Numbered(port), true, true
	}
	if o.excludeRanges != "" {
		if in, known := within(h.addresses, o.excludeRanges); !known {
			return resolve.Reason{Cause: resolve.CauseExcludedRangesUnknown}, false, false
		} else if in {
			return resolve.Reason{Cause: resolve.CauseRangeExcluded}, true, true
		}
	}
	if !o.limited || slices.Contains(resolve.SplitList(o.includePorts), fmt.Sprint(port)) {
		return resolve.Reason{}, false, true
	}
	in, known := within(h.addresses, o.includeRanges)
	if !known && o.includeRanges != "" {
		return resolve.Reason{Cause: resolve.CauseIncludedRangesUnknown}, false, false
	}
	return resolve.Reason{Cause: resolve.CauseRangeNotIncluded}, !in, true
}

// within reports whether all addresses lie in one of the ranges.
func within(addresses []string, ranges string) (in, known bool) {
	if strings.TrimSpace(ranges) == "*" {
		return true, true
	}
	if len(addresses) == 0 {
		return false, false
	}
	for _, a := range addresses {
		ip, err := netip.ParseAddr(a)
		if err != nil {
			return false, false
		}
		if !slices.ContainsFunc(resolve.SplitList(ranges), func(r string) bool {
			prefix, err := netip.ParsePrefix(r)
			return err == nil && prefix.Contains(ip)
		}) {
			return false, true
		}
	}
	return true, true
}
