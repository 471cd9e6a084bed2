package pod

import (
	"slices"
	"strconv"
	"strings"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
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
	Invalid resolve.Reason

	// ByInjector and excludedByInjector are true where the injector's values say it,
	// and no annotation of the pod.
	ByInjector, excludedByInjector bool
	// InterceptedBy is the annotation that sets interception mode NONE, "" where the mesh
	// configuration does.
	InterceptedBy string
}

// CaptureOf is what the proxy of a pod sees, by its annotations, its injector and the mesh configuration.
func CaptureOf(p *Pod, by *config.Injector, defaults *meshv1alpha1.ProxyConfig) Capture {
	c := Capture{PodInterface: ExcludesPodInterface(p.Annotations)}
	include, own := config.Annotated(p.Annotations, resolve.IncludeInboundPortsAnnotation, by.IncludeInboundPorts)
	if include != "*" && (own || include != "") {
		c.Limited, c.ByInjector = true, !own
		c.Include = c.ports(resolve.IncludeInboundPortsAnnotation, include)
	}
	exclude, own := config.Annotated(p.Annotations, resolve.ExcludeInboundPortsAnnotation, by.ExcludeInboundPorts)
	c.Exclude, c.excludedByInjector = c.ports(resolve.ExcludeInboundPortsAnnotation, exclude), !own
	switch mode, by := interception(p.Annotations, defaults); mode {
	case "NONE":
		c.NoInterception, c.InterceptedBy = true, by
	case "REDIRECT", "TPROXY":
	default:
		c.Invalid = resolve.Wrong(resolve.CauseAnnotationNoMode, mode).In(by)
	}
	if c.Invalid.IsZero() {
		c.Invalid = resolve.Unacceptable(p.Annotations)
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
			c.Invalid = resolve.Wrong(resolve.CauseAnnotationNoPort, strings.TrimSpace(word)).In(annotation)
			continue
		}
		out = append(out, int32(n))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Bypass says why a port never reaches the proxy; ok is false when it does.
func (c *Capture) Bypass(p *Pod, port int32) (why resolve.Reason, field resolve.Field, ok bool) {
	if use, reserved := resolve.ReservedPorts[port]; reserved {
		return resolve.Because(resolve.CauseProxyPort, resolve.Details{Text: use}), "", true
	}
	if port == StatusPort(p) {
		return resolve.Because(resolve.CauseProxyPort, resolve.Details{Text: resolve.StatusUse}), "", true
	}
	if c.PodInterface {
		return resolve.Reason{Cause: resolve.CausePodInterface}, p.Annotation(resolve.ExcludeInterfacesAnnotation).Field, true
	}
	if c.Limited {
		if slices.Contains(c.Include, port) {
			return resolve.Reason{}, "", false
		}
		if c.ByInjector {
			return resolve.Reason{Cause: resolve.CauseInjectorIncludes}, "", true
		}
		return resolve.Reason{Cause: resolve.CauseNotIncluded}, p.Annotation(resolve.IncludeInboundPortsAnnotation).Field, true
	}
	if slices.Contains(c.Exclude, port) && c.excludedByInjector {
		return resolve.Reason{Cause: resolve.CauseInjectorExcludes}, "", true
	}
	if slices.Contains(c.Exclude, port) {
		return resolve.Reason{Cause: resolve.CauseExcluded}, p.Annotation(resolve.ExcludeInboundPortsAnnotation).Field, true
	}
	return resolve.Reason{}, "", false
}
