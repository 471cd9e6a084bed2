package proxy

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Kind is what a proxy is to istiod. The zero Kind is one whose dump does not show it.
type Kind uint8

// The kinds, by the first word of a node's id.
const (
	Unnamed Kind = iota
	Sidecar
	Router
	Waypoint
)

var kindWords = [...]string{"", "sidecar", "router", "waypoint"}

// String is Istio's word, "" for the zero value.
func (k Kind) String() string {
	if int(k) < len(kindWords) {
		return kindWords[k]
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// Pod names the pod of a proxy. The zero Pod is unknown.
type Pod struct{ Namespace, Name string }

// String is "namespace/name".
func (p Pod) String() string { return p.Namespace + "/" + p.Name }

// MarshalText writes String, so that a Pod can be the key of a JSON object.
func (p Pod) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText wrote; a text without a slash is a name alone.
func (p *Pod) UnmarshalText(text []byte) error {
	namespace, name, ok := strings.Cut(string(text), "/")
	if !ok {
		namespace, name = "", namespace
	}
	*p = Pod{Namespace: namespace, Name: name}
	return nil
}

// Ref is the pod as an object.
func (p Pod) Ref() resolve.Ref {
	return resolve.Ref{Kind: resolve.KindPod, Namespace: p.Namespace, Name: p.Name}
}

// Node is how a proxy presents itself to istiod: what it was when its pod began. The zero
// Node is that of a dump without bootstrap.
type Node struct {
	Pod  Pod
	Kind Kind
	// Workload is what its pod belongs to, zero where the node does not say.
	Workload       resolve.Ref
	ServiceAccount string
	Cluster        string
	// Version is the proxy's, Discovery the address of its control plane.
	Version, Discovery string
	Interception       string
	Labels             map[string]string
	Annotations        map[string]string
}

// Revision is that of the control plane which the proxy talks to, by the name of istiod's
// Service; ok is false where the address has none, or is another's.
func (n *Node) Revision() (revision string, ok bool) {
	host, _, _ := strings.Cut(n.Discovery, ":")
	service, _, _ := strings.Cut(host, ".")
	if service == "istiod" {
		return resolve.DefaultRevision, true
	}
	return strings.CutPrefix(service, "istiod-")
}

// ParseID reads the id of a node, "sidecar~10.0.0.7~web-5c8.shop~shop.svc.cluster.local", or the
// bare "web-5c8.shop" of istiod's lists; ok is false for another text.
func ParseID(id string) (kind Kind, pod Pod, ok bool) {
	parts := strings.Split(id, "~")
	name := id
	switch len(parts) {
	case 1:
	case 4:
		name = parts[2]
		for k, word := range kindWords {
			if word != "" && word == parts[0] {
				kind = Kind(k)
			}
		}
	default:
		return Unnamed, Pod{}, false
	}
	// A pod's name may have dots, a namespace has none.
	dot := strings.LastIndexByte(name, '.')
	if dot <= 0 || dot == len(name)-1 {
		return Unnamed, Pod{}, false
	}
	return kind, Pod{Namespace: name[dot+1:], Name: name[:dot]}, true
}
