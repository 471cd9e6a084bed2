package trim

import corev1 "k8s.io/api/core/v1"

// trimPodSecurity keeps as whom the containers run.
func trimPodSecurity(c *corev1.PodSecurityContext) *corev1.PodSecurityContext {
	if c == nil || c.RunAsUser == nil && c.RunAsGroup == nil {
		return nil
	}
	return &corev1.PodSecurityContext{RunAsUser: c.RunAsUser, RunAsGroup: c.RunAsGroup}
}

// trimSecurity keeps as whom a container runs.
func trimSecurity(c *corev1.SecurityContext) *corev1.SecurityContext {
	if c == nil || c.RunAsUser == nil && c.RunAsGroup == nil {
		return nil
	}
	return &corev1.SecurityContext{RunAsUser: c.RunAsUser, RunAsGroup: c.RunAsGroup}
}

// trimProbe keeps where a probe calls.
func trimProbe(p *corev1.Probe) *corev1.Probe {
	switch {
	case p == nil:
		return nil
	case p.HTTPGet != nil:
		return &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Port: p.HTTPGet.Port}}}
	case p.GRPC != nil:
		return &corev1.Probe{ProbeHandler: corev1.ProbeHandler{GRPC: &corev1.GRPCAction{Port: p.GRPC.Port}}}
	}
	return nil
}
