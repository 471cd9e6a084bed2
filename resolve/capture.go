package resolve

import (
	"slices"
	"strconv"
	"strings"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"
)

// Capture is which inbound ports of a workload pass through its proxy
// (traffic.sidecar.istio.io annotations, rulebook 2.11). The zero Capture is
// Istio's default: everything but the reserved ports.
type Capture struct {
	// Limited is true when only the ports in Include are captured.
	Limited bool
	Include []int32
	// Exclude lists ports that are not captured, without the reserved ones.
	Exclude []int32
	// NoInterception is interception mode NONE: no virtual inbound listener (1.12).
	NoInterception bool
	// PodInterface is true where the pod's own interface is excluded, so that nothing
	// from outside of the pod reaches the proxy.
	PodInterface bool
	// Invalid is what is wrong with an annotation, whose key it names; the injector refuses
	// the pod then.
	Invalid Reason

	// ByInjector and excludedByInjector are true where the injector's values say it,
	// and no annotation of the pod.
	ByInjector, excludedByInjector bool
	// InterceptedBy is the annotation that sets interception mode NONE, "" where the mesh
	// configuration does.
	InterceptedBy string
}

func CaptureOf(p *Pod, by *Injector, defaults *meshv1alpha1.ProxyConfig) Capture {
	c := Capture{PodInterface: ExcludesPodInterface(p.Annotations)}
	include, own := Annotated(p.Annotations, IncludeInboundPortsAnnotation, by.IncludeInboundPorts)
	if include != "*" && (own || include != "") {
		c.Limited, c.ByInjector = true, !own
		c.Include = c.ports(IncludeInboundPortsAnnotation, include)
	}
	exclude, own := Annotated(p.Annotations, ExcludeInboundPortsAnnotation, by.ExcludeInboundPorts)
	c.Exclude, c.excludedByInjector = c.ports(ExcludeInboundPortsAnnotation, exclude), !own
	switch mode, by := interception(p.Annotations, defaults); mode {
	case "NONE":
		c.NoInterception, c.InterceptedBy = true, by
	case "REDIRECT", "TPROXY":
	default:
		c.Invalid = wrong(CauseAnnotationNoMode, mode).in(by)
	}
	if c.Invalid.IsZero() {
		c.Invalid = unacceptable(p.Annotations)
	}
	return c
}

// InvalidAnnotation is the key of the annotation for which the injector refuses the pod,
// "" for none.
func (c *Capture) InvalidAnnotation() string { return c.Invalid.Details().Name }

// ports reads a comma-separated list; what the injector would refuse is kept in Invalid.
func (c *Capture) ports(annotation, list string) []int32 {
	if strings.TrimSpace(list) == "" {
		return nil
	}
	var out []int32
	for word := range strings.SplitSeq(list, ",") {
		n, err := strconv.ParseUint(strings.TrimSpace(word), 10, 16)
		if err != nil {
			c.Invalid = wrong(CauseAnnotationNoPort, strings.TrimSpace(word)).in(annotation)
			continue
		}
		out = append(out, int32(n))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Bypass says why a port never reaches the proxy; ok is false when it does.
func (c *Capture) Bypass(p *Pod, port int32) (why Reason, field Field, ok bool) {
	if use, reserved := ReservedPorts[port]; reserved {
		return Because(CauseProxyPort, Details{Text: use}), "", true
	}
	if port == StatusPort(p) {
		return Because(CauseProxyPort, Details{Text: StatusUse}), "", true
	}
	if c.PodInterface {
		return Reason{Cause: CausePodInterface}, p.Annotation(ExcludeInterfacesAnnotation).Field, true
	}
	if c.Limited {
		if slices.Contains(c.Include, port) {
			return Reason{}, "", false
		}
		if c.ByInjector {
			return Reason{Cause: CauseInjectorIncludes}, "", true
		}
		return Reason{Cause: CauseNotIncluded}, p.Annotation(IncludeInboundPortsAnnotation).Field, true
	}
	if slices.Contains(c.Exclude, port) && c.excludedByInjector {
		return Reason{Cause: CauseInjectorExcludes}, "", true
	}
	if slices.Contains(c.Exclude, port) {
		return Reason{Cause: CauseExcluded}, p.Annotation(ExcludeInboundPortsAnnotation).Field, true
	}
	return Reason{}, "", false
}
