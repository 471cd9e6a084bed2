package resolve

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"
)

// Probe is a kubelet's HTTP or gRPC probe that comes to the port as it is, without a
// certificate (2.18). Most do not: the injector leads them through the agent.
type Probe struct {
	Port   int32
	Origin Origin
	Field  Field
	// Says names it: "livenessProbe of container web".
	Says string
}

// Position is where the probe is written.
func (p *Probe) Position() Position { return p.Origin.At(p.Field) }

// Probes are those that the injector does not rewrite. In a pod that has its sidecar it
// has done so already: what is left there comes as it is.
func (p *Pod) Probes(by *Injector) []Probe {
	if p.PodSpec == nil || p.proxy == nil && !p.keepsProbes(by) {
		return nil
	}
	if p.proxy != nil && !p.running && !p.injectedAlready() && !p.keepsProbes(by) {
		return nil // it only says how the injected container should differ
	}
	out := p.probesOf(p.PodSpec.Containers, below(p.Spec, "containers"))
	return append(out, p.probesOf(p.PodSpec.InitContainers, below(p.Spec, "initContainers"))...)
}

// keepsProbes reports a pod whose probes the injector leaves alone: by its annotation if
// that can be read, else by the injector's values (2.18).
func (p *Pod) keepsProbes(by *Injector) bool {
	if rewrite, err := strconv.ParseBool(p.Annotations[RewriteProbesAnnotation]); err == nil {
		return !rewrite
	}
	return by.KeepsProbes
}

func (p *Pod) probesOf(containers []corev1.Container, at Field) []Probe {
	var out []Probe
	for i := range containers {
		c := &containers[i]
		if c.Name == proxyContainer {
			continue
		}
		for _, one := range []struct {
			name  string
			probe *corev1.Probe
		}{{"livenessProbe", c.LivenessProbe}, {"readinessProbe", c.ReadinessProbe}, {"startupProbe", c.StartupProbe}} {
			if port := p.probed(one.probe); port != 0 && port != StatusPort(p) {
				out = append(out, Probe{port, p.Origin, at.Index(i).Child(one.name), one.name + " of container " + c.Name})
			}
		}
	}
	return out
}

// probed is the port that an HTTP or gRPC probe calls, 0 for others: a TCP probe only
// connects, and to that the sidecar says yes.
func (p *Pod) probed(probe *corev1.Probe) int32 {
	switch {
	case probe == nil:
		return 0
	case probe.GRPC != nil:
		return probe.GRPC.Port
	case probe.HTTPGet == nil:
		return 0
	case probe.HTTPGet.Port.StrVal != "":
		if n, err := strconv.ParseInt(probe.HTTPGet.Port.StrVal, 10, 32); err == nil {
			return int32(n)
		}
		port, _ := p.Named(probe.HTTPGet.Port.StrVal, false)
		return port
	}
	return probe.HTTPGet.Port.IntVal
}

// OS is the operating system that the pod asks for, "" where it says none.
func (p *Pod) OS() string {
	switch {
	case p.PodSpec == nil:
		return ""
	case p.PodSpec.OS != nil:
		return string(p.PodSpec.OS.Name)
	}
	return p.PodSpec.NodeSelector[OSLabel]
}
