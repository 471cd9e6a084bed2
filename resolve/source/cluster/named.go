package cluster

import (
	"slices"
	"strings"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/reference"
	"github.com/mtlsctl/mtlsctl/resolve/source/trim"
)

// keepNamed leaves of the containers of a cluster only the hosts that there are: a
// snapshot shall not carry what else their environments speak of.
func keepNamed(objects []resolve.Object) {
	known := hostsOf(objects)
	for _, o := range objects {
		switch v := o.Value.(type) {
		case *corev1.Pod:
			known.keep(&v.Spec, v.Namespace)
		case *resolve.Controller:
			if !trim.IsIstiod(&v.ObjectMeta) {
				known.keep(&v.Template.Spec, v.Namespace)
			}
		}
	}
}

// hosts are names that pods can call.
type hosts map[string]bool

// hostsOf are the hosts of the Services and ServiceEntries among objects.
func hostsOf(objects []resolve.Object) hosts {
	known := hosts{}
	for _, o := range objects {
		switch v := o.Value.(type) {
		case *corev1.Service:
			known[v.Name+"."+v.Namespace+".svc."+resolve.ClusterDomain] = true
		case *networkingv1.ServiceEntry:
			for _, h := range v.Spec.GetHosts() {
				known[h] = true
			}
		}
	}
	return known
}

func (h hosts) keep(spec *corev1.PodSpec, namespace string) {
	for _, list := range [][]corev1.Container{spec.Containers, spec.InitContainers} {
		for i := range list {
			c := &list[i]
			if c.Name == "istio-proxy" || len(c.Env)+len(c.Args)+len(c.Command) == 0 {
				continue
			}
			c.Env, c.Args, c.Command = reference.ReduceContainer(c, func(r reference.Reference) bool { return h.has(r.Host, namespace) })
		}
	}
}

// has reports a name of a host, or of one pod of it.
func (h hosts) has(name, namespace string) bool {
	return slices.ContainsFunc(declared.Searched(name, namespace), func(full string) bool {
		_, service, _ := strings.Cut(full, ".")
		return h[full] || h[service]
	})
}
