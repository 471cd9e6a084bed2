package resolve

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// refusals are what the injector demands of annotations beside those that Capture is
// read from, in the order in which they are asked: a pod that fails one is refused.
var refusals = []struct {
	annotation string
	wrong      func(string) string
}{
	{statusPortAnno, wrongPort},
	{outboundKeys[0], wrongPorts},
	{outboundKeys[2], wrongRanges},
	{outboundKeys[3], func(v string) string {
		if v == "*" {
			return ""
		}
		return wrongRanges(v)
	}},
	{mergeMetricsAnno, func(v string) string {
		if _, err := strconv.ParseBool(v); err != nil {
			return fmt.Sprintf("%q is neither true nor false", v)
		}
		return ""
	}},
}

// mergeMetricsAnno says whether the agent serves the application's metrics with its own.
const mergeMetricsAnno = "prometheus.istio.io/merge-metrics"

// unacceptable names the first annotation for which the injector refuses the pod, and why.
func unacceptable(annotations map[string]string) (annotation, why string) {
	for _, r := range refusals {
		if v, ok := annotations[r.annotation]; ok {
			if why := r.wrong(v); why != "" {
				return r.annotation, why
			}
		}
	}
	return "", ""
}

func wrongPort(v string) string {
	if _, err := strconv.ParseUint(strings.TrimSpace(v), 10, 16); err != nil {
		return fmt.Sprintf("%q is not a port", strings.TrimSpace(v))
	}
	return ""
}

func wrongPorts(list string) string {
	if strings.TrimSpace(list) == "" {
		return ""
	}
	for word := range strings.SplitSeq(list, ",") {
		if why := wrongPort(word); why != "" {
			return why
		}
	}
	return ""
}

func wrongRanges(list string) string {
	if list == "" {
		return ""
	}
	for word := range strings.SplitSeq(list, ",") {
		if _, err := netip.ParsePrefix(word); err != nil {
			return fmt.Sprintf("%q is not a range of addresses", word)
		}
	}
	return ""
}
