package declared

import (
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/reference"
)

// Searched are the names that a pod of a namespace asks its DNS for, one after the
// other: those of the search list first.
func Searched(name, namespace string) []string {
	return []string{name + "." + namespace + ".svc." + resolve.ClusterDomain, name + ".svc." + resolve.ClusterDomain, name + "." + resolve.ClusterDomain, name}
}

// hostOf is the host that a reference means to pods of a namespace, and its port: 0 where it
// says none. One that the host does not have is a call all the same, to no other port.
func (m reader) hostOf(r reference.Reference, namespace string) (*outbound.Host, int32) {
	for _, name := range Searched(r.Host, namespace) {
		if h := m.named(name, namespace); h != nil {
			return portMeant(h, r)
		}
		_, service, ok := strings.Cut(name, ".")
		if !ok || r.Port == 0 && !strings.HasSuffix(r.Host, ".svc."+resolve.ClusterDomain) {
			continue
		}
		if h := m.Reached(service, namespace); h != nil && h.Kubernetes && h.Passthrough { // one pod of a headless Service
			return portMeant(h, r)
		}
	}
	return nil, 0
}

// longestAlias bounds the ExternalName Services that are followed: some lead in a ring.
const longestAlias = 5

// named is the host of a name, that which an ExternalName Service stands for in its place: DNS
// answers with its name, and what is called is that host (3.1.4).
func (m reader) named(name, namespace string) *outbound.Host {
	h := m.Reached(name, namespace)
	for range longestAlias {
		if h == nil || h.Alias == "" {
			return h
		}
		to := m.Reached(h.Alias, namespace)
		if to == nil {
			return h
		}
		h = to
	}
	return h
}

// portMeant drops what only looks like a host and a port, such as the tag of an image. A port of
// pods that their headless Service does not have is none of the host's: a sidecar knows nothing of it
// (3.1.3).
func portMeant(h *outbound.Host, r reference.Reference) (*outbound.Host, int32) {
	switch {
	case r.Port == 0 || h.Port(r.Port) != nil:
		return h, r.Port
	case r.Scheme == "" && !strings.Contains(r.Host, "."):
		return nil, 0
	}
	return h, r.Port
}
