package pod

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// ProxyID is the user and the group that Istio's proxy runs as, by which the rules of
// redirection know its own traffic: what they send is not led back into it (3.1.1).
const ProxyID = 1337

// AsProxy is a container of the application that runs as the proxy's user or group: what
// it sends leaves past the proxy, in plaintext.
type AsProxy struct {
	// Container is its name, Says what it runs as: "user 1337".
	Container, Says string
	Origin          resolve.Origin
	Field           resolve.Field
}

// AsProxy are those of a pod; none of one that runs on the host's network, where nothing
// is redirected. Init containers are left out: running as the proxy is how they reach
// the network before it is there. What those say has Saying.AsProxy.
func (p *Pod) AsProxy() []AsProxy {
	if p.PodSpec == nil || p.HostNetwork {
		return nil
	}
	if p.toldOtherwise() {
		return nil
	}
	var out []AsProxy
	for i := range p.PodSpec.Containers {
		c := &p.PodSpec.Containers[i]
		if c.Name == proxyContainer {
			continue
		}
		if field, says := p.runsAsProxy(c, below(p.Spec, "containers").Index(i)); says != "" {
			out = append(out, AsProxy{c.Name, says, p.Origin, field})
		}
	}
	return out
}

// isAsProxy reports a container, an init container too, that is one of those.
func (p *Pod) isAsProxy(c *corev1.Container) bool {
	if p.HostNetwork || p.toldOtherwise() {
		return false
	}
	_, says := p.runsAsProxy(c, "")
	return says != ""
}

// toldOtherwise reports a proxy that is told by another user: OpenShift gives each namespace its own.
func (p *Pod) toldOtherwise() bool {
	return slices.ContainsFunc(slices.Concat(p.PodSpec.Containers, p.PodSpec.InitContainers), func(c corev1.Container) bool {
		user := userOf(&c)
		return c.Name == proxyContainer && user != nil && *user != ProxyID && *user != 0
	})
}

// Applications is how many containers are not Istio's own.
func (p *Pod) Applications() int {
	if p.PodSpec == nil {
		return 0
	}
	n := 0
	for i := range p.PodSpec.Containers {
		if p.PodSpec.Containers[i].Name != proxyContainer {
			n++
		}
	}
	return n
}

func userOf(c *corev1.Container) *int64 {
	if c.SecurityContext == nil {
		return nil
	}
	return c.SecurityContext.RunAsUser
}

// runsAsProxy says as what of the proxy's a container runs, "" for neither. What the
// container says for itself goes before what the pod says.
func (p *Pod) runsAsProxy(c *corev1.Container, at resolve.Field) (field resolve.Field, says string) {
	own, pods := c.SecurityContext, p.PodSpec.SecurityContext
	if own == nil {
		own = &corev1.SecurityContext{}
	}
	if pods == nil {
		pods = &corev1.PodSecurityContext{}
	}
	for _, id := range []struct {
		own, pods   *int64
		field, what string
	}{{own.RunAsUser, pods.RunAsUser, "runAsUser", "user"}, {own.RunAsGroup, pods.RunAsGroup, "runAsGroup", "group"}} {
		switch {
		case id.own != nil && *id.own == ProxyID:
			return at.Child("securityContext").Child(id.field), fmt.Sprintf("%s %d", id.what, ProxyID)
		case id.own == nil && id.pods != nil && *id.pods == ProxyID:
			return below(p.Spec, "securityContext").Child(id.field), fmt.Sprintf("%s %d", id.what, ProxyID)
		}
	}
	return "", ""
}
