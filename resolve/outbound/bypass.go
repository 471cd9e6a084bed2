package outbound

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
)

// bypass is what a workload's annotations keep from its proxy on the way out
// (3.1.1). The zero value is the default: everything passes through the proxy.
type bypass struct {
	excludePorts, includePorts   string
	excludeRanges, includeRanges string
	limited                      bool // includeOutboundIPRanges is set and not *
	interfaces                   bool // the pod's own interface is excluded
	asProxy                      bool // the whole application runs as the proxy's user
	// direct is interception mode NONE: what the proxy does not listen for, the application
	// calls itself (1.12).
	direct bool
}

func outboundOf(w *inbound.Workload, by *config.Injector) bypass {
	var o bypass
	a := w.Annotations
	o.interfaces, o.direct, o.asProxy = pod.ExcludesPodInterface(a), w.Capture.NoInterception, w.AllAsProxy
	o.excludePorts, _ = config.Annotated(a, resolve.OutboundKeys[0], by.ExcludeOutboundPorts)
	o.includePorts, _ = config.Annotated(a, resolve.OutboundKeys[1], by.IncludeOutboundPorts)
	o.excludeRanges, _ = config.Annotated(a, resolve.OutboundKeys[2], by.ExcludeIPRanges)
	ranges, own := config.Annotated(a, resolve.OutboundKeys[3], by.IncludeIPRanges)
	o.includeRanges = ranges
	o.limited = ranges != "*" && (own || ranges != "")
	return o
}

// past says why a call leaves past the proxy. sure is false where that depends on
// an address that the input does not have.
func (o bypass) past(h *Host, port int32) (why resolve.Reason, past, sure bool) {
	switch {
	case o.interfaces:
		return resolve.Reason{Cause: resolve.CauseInterfaceExcluded}, true, true
	case o.asProxy:
		return resolve.Reason{Cause: resolve.CauseRunsAsProxy}.Numbered(pod.ProxyID), true, true
	case slices.Contains(resolve.SplitList(o.excludePorts), fmt.Sprint(port)):
		return resolve.Reason{Cause: resolve.CausePortExcluded}.Numbered(port), true, true
	}
	if o.excludeRanges != "" {
		if in, known := within(h.Addresses, o.excludeRanges); !known {
			return resolve.Reason{Cause: resolve.CauseExcludedRangesUnknown}, false, false
		} else if in {
			return resolve.Reason{Cause: resolve.CauseRangeExcluded}, true, true
		}
	}
	if !o.limited || slices.Contains(resolve.SplitList(o.includePorts), fmt.Sprint(port)) {
		return resolve.Reason{}, false, true
	}
	in, known := within(h.Addresses, o.includeRanges)
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
