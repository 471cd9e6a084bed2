package resolve

import (
	"net/netip"
	"strconv"
	"strings"
)

// refusals are what the injector demands of annotations beside those that Capture is
// read from, in the order in which they are asked: a pod that fails one is refused.
var refusals = []struct {
	annotation string
	wrong      func(string) Reason
}{
	{StatusPortAnnotation, wrongPort},
	{OutboundKeys[0], wrongPorts},
	{OutboundKeys[2], wrongRanges},
	{OutboundKeys[3], func(v string) Reason {
		if v == "*" {
			return Reason{}
		}
		return wrongRanges(v)
	}},
	{MergeMetricsAnnotation, func(v string) Reason {
		if _, err := strconv.ParseBool(v); err != nil {
			return wrong(CauseAnnotationNoBoolean, v)
		}
		return Reason{}
	}},
}

// wrong is what the injector says of a value, in of an annotation's.
func wrong(c Cause, value string) Reason { return Because(c, Details{Text: value}) }

func (r Reason) in(annotation string) Reason {
	d := r.Details()
	d.Name = annotation
	return Because(r.Cause, d)
}

// unacceptable names the first annotation for which the injector refuses the pod, and why;
// the zero Reason for none.
func unacceptable(annotations map[string]string) Reason {
	for _, r := range refusals {
		if v, ok := annotations[r.annotation]; ok {
			if why := r.wrong(v); !why.IsZero() {
				return why.in(r.annotation)
			}
		}
	}
	return Reason{}
}

func wrongPort(v string) Reason {
	if _, err := strconv.ParseUint(strings.TrimSpace(v), 10, 16); err != nil {
		return wrong(CauseAnnotationNoPort, strings.TrimSpace(v))
	}
	return Reason{}
}

func wrongPorts(list string) Reason {
	if strings.TrimSpace(list) == "" {
		return Reason{}
	}
	for word := range strings.SplitSeq(list, ",") {
		if why := wrongPort(word); !why.IsZero() {
			return why
		}
	}
	return Reason{}
}

func wrongRanges(list string) Reason {
	if list == "" {
		return Reason{}
	}
	for word := range strings.SplitSeq(list, ",") {
		if _, err := netip.ParsePrefix(word); err != nil {
			return wrong(CauseAnnotationNoRange, word)
		}
	}
	return Reason{}
}

// OutboundKeys are the annotations that decide what leaves past the proxy (3.1.1).
var OutboundKeys = []string{
	ExcludeOutboundPortsAnnotation, IncludeOutboundPortsAnnotation,
	ExcludeOutboundIPRangesAnnotation, IncludeOutboundIPRangesAnnotation,
}

func SplitList(s string) []string {
	var out []string
	for word := range strings.SplitSeq(s, ",") {
		if word = strings.TrimSpace(word); word != "" {
			out = append(out, word)
		}
	}
	return out
}
