package resolve

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve/reference"
)

// Searched are the names that a pod of a namespace asks its DNS for, one after the
// other: those of the search list first.
func Searched(name, namespace string) []string {
	return []string{name + "." + namespace + ".svc." + ClusterDomain, name + ".svc." + ClusterDomain, name + "." + ClusterDomain, name}
}

// meant is the host that a reference means to pods of a namespace, and its port: 0
// where it says none, or one that the host does not have.
func (m *Mesh) meant(r reference.Reference, namespace string) (*Host, int32) {
	for _, name := range Searched(r.Host, namespace) {
		if h := m.named(name, namespace); h != nil {
			return portMeant(h, r)
		}
		_, service, ok := strings.Cut(name, ".")
		if !ok || r.Port == 0 && !strings.HasSuffix(r.Host, ".svc."+ClusterDomain) {
			continue
		}
		if h := m.named(service, namespace); h != nil && h.kubernetes && h.Passthrough { // one pod of a headless Service
			return portMeant(h, r)
		}
	}
	return nil, 0
}

// portMeant drops what only looks like a host and a port, such as the tag of an image.
func portMeant(h *Host, r reference.Reference) (*Host, int32) {
	switch {
	case r.Port == 0 || h.Port(r.Port) != nil:
		return h, r.Port
	case h.Passthrough && slices.ContainsFunc(h.Ports, func(p HostPort) bool { return p.leadsTo(r.Port) }):
		return h, 0 // the pods' own port
	case r.Scheme == "" && !strings.Contains(r.Host, "."):
		return nil, 0
	}
	return h, 0
}

func (p *HostPort) leadsTo(port int32) bool {
	return slices.ContainsFunc(p.Endpoints, func(e Endpoint) bool { return e.Port == port })
}

// named is the host of a name that pods of a namespace reach: Kubernetes' DNS knows
// Services whatever Istio exports.
func (m *Mesh) named(name, namespace string) *Host {
	list := m.hostsByName[name]
	if i := slices.IndexFunc(list, func(h *Host) bool { return h.kubernetes }); i >= 0 {
		return list[i]
	}
	return m.hostFor(name, namespace, (*Host).before)
}
