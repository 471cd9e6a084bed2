package resolve

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
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

func outboundOf(w *Workload, by *Injector) outbound {
	var o outbound
	a := w.Annotations
	o.interfaces, o.direct, o.asProxy = excludesPodInterface(a), w.Capture.NoInterception, w.allAsProxy
	o.excludePorts, _ = annotated(a, outboundKeys[0], by.ExcludeOutboundPorts)
	o.includePorts, _ = annotated(a, outboundKeys[1], by.IncludeOutboundPorts)
	o.excludeRanges, _ = annotated(a, outboundKeys[2], by.ExcludeIPRanges)
	ranges, own := annotated(a, outboundKeys[3], by.IncludeIPRanges)
	o.includeRanges = ranges
	o.limited = ranges != "*" && (own || ranges != "")
	return o
}

// past says why a call leaves past the proxy. sure is false where that depends on
// an address that the input does not have.
func (o outbound) past(h *Host, port int32) (why Reason, past, sure bool) {
	switch {
	case o.interfaces:
		return Reason{Cause: CauseInterfaceExcluded}, true, true
	case o.asProxy:
		return Reason{Cause: CauseRunsAsProxy}.numbered(ProxyID), true, true
	case slices.Contains(splitList(o.excludePorts), fmt.Sprint(port)):
		return Reason{Cause: CausePortExcluded}.numbered(port), true, true
	}
	if o.excludeRanges != "" {
		if in, known := within(h.addresses, o.excludeRanges); !known {
			return Reason{Cause: CauseExcludedRangesUnknown}, false, false
		} else if in {
			return Reason{Cause: CauseRangeExcluded}, true, true
		}
	}
	if !o.limited || slices.Contains(splitList(o.includePorts), fmt.Sprint(port)) {
		return Reason{}, false, true
	}
	in, known := within(h.addresses, o.includeRanges)
	if !known && o.includeRanges != "" {
		return Reason{Cause: CauseIncludedRangesUnknown}, false, false
	}
	return Reason{Cause: CauseRangeNotIncluded}, !in, true
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
		if !slices.ContainsFunc(splitList(ranges), func(r string) bool {
			prefix, err := netip.ParsePrefix(r)
			return err == nil && prefix.Contains(ip)
		}) {
			return false, true
		}
	}
	return true, true
}
