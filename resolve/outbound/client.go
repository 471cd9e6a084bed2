package outbound

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/parallel"
)

// ClientClass is clients that send the same to everybody: one namespace, one
// Sidecar resource, the same rules that select them, the same kind of proxy and
// the same outbound annotations. Work goes by class; workloads are named only
// where an answer is printed.
type ClientClass struct {
	Namespace string
	// Cluster is where they run, "" where only one cluster was read.
	Cluster   string
	Dataplane resolve.Dataplane
	Revision  string
	// Sidecar is the Sidecar resource of all of them, zero when none applies.
	Sidecar resolve.Ref
	// Workloads are the members, sorted.
	Workloads []*inbound.Workload

	// agent is true for gateways that run agentgateway (3.5.7).
	agent bool
	// plane is the control plane of all of them.
	plane   *config.Plane
	sidecar *config.Typed[*networkingv1.Sidecar]
	bypass  bypass
	// Certificates says where the proxies get client certificates from files, "" for
	// those of the mesh (3.3.7).
	Certificates string
	// network is the one that the proxies say they are in, "" for none (3.4.7).
	network string
	// untunnelled is true for proxies that are told not to send HBONE (3.6.6).
	untunnelled bool
	// labels are those of the first member: rules that select any member select all.
	labels map[string]string
	scope  *scope
	// patches are those of EnvoyFilters that change what the clients send.
	patches []inbound.TLSPatch
	// selected numbers the selectors of rules that pick them.
	selected string
	// sorted is what classes are sorted by.
	sorted string
	id     *classID
}

// classesOf groups workloads that may call others; only are their namespaces, nil for all.
func (side *Side) classesOf(workloads []*inbound.Workload, only map[string]bool) []*ClientClass {
	selecting := map[string][]map[string]string{}
	for _, r := range side.rules {
		if r.HasSelector && (only == nil || only[r.Ref.Namespace]) {
			selecting[r.Ref.Namespace] = append(selecting[r.Ref.Namespace], r.Selector)
		}
	}
	sidecars := inbound.NewSidecars(side.In.Control, side.In.Objects.Sidecars)
	made, standing := make([]*ClientClass, len(workloads)), &residents{side: side}
	if side.has(resolve.KindWorkloadEntry) {
		standing.index()
	}
	parallel.Do(len(made), 256, func(i int) {
		w := workloads[i]
		switch {
		case senders[w.Membership.Dataplane].traits().relays: // which forwards what others sent
		case w.At != "" && standing.ofPod(w) != nil: // whose pod calls
		default:
			made[i] = side.newClass(w, sidecars)
			made[i].selected = selectedBy(selecting[w.Ref.Namespace], w.Labels)
		}
	})
	byKind := map[clientKind]*ClientClass{}
	for i, class := range made {
		if class == nil {
			continue
		}
		kind := class.kind()
		if byKind[kind] == nil {
			byKind[kind] = class
		}
		byKind[kind].Workloads = append(byKind[kind].Workloads, workloads[i])
	}
	list := make([]*ClientClass, 0, len(byKind))
	for _, class := range byKind {
		class.sorted, class.id = class.key(), &classID{}
		list = append(list, class)
	}
	slices.SortFunc(list, compareClasses)
	return list
}

func compareClasses(a, b *ClientClass) int { return cmp.Compare(a.sorted, b.sorted) }

// clientKind is everything that what clients send depends on.
type clientKind struct {
	namespace         string
	dataplane         resolve.Dataplane
	revision          string
	sidecar           resolve.Ref
	bypass            bypass
	certificates      string
	network           string
	untunnelled       bool
	agent             bool
	patched, selected string
}

func (c *ClientClass) kind() clientKind {
	return clientKind{c.Namespace, c.Dataplane, c.Revision, c.Sidecar, c.bypass, c.Certificates, c.network, c.untunnelled, c.agent, c.patched(), c.selected}
}

// selectedBy numbers the selectors of rules that pick the labels.
func selectedBy(selectors []map[string]string, labels map[string]string) string {
	var b strings.Builder
	for i, s := range selectors {
		if resolve.Selects(s, labels) {
			fmt.Fprint(&b, "/", i)
		}
	}
	return b.String()
}

func (side *Side) newClass(w *inbound.Workload, sidecars inbound.Sidecars) *ClientClass {
	class := &ClientClass{Namespace: w.Ref.Namespace, Dataplane: w.Membership.Dataplane, Revision: cmp.Or(w.Membership.Revision, resolve.DefaultRevision), labels: w.Labels}
	class.plane, class.agent = side.In.Control.Of(class.Revision), w.Membership.Agentgateway
	if !class.Proxied() {
		return class
	}
	class.Certificates, class.patches, class.network = side.certificatesOf(w), side.outboundPatches(w), side.networkOf(w)
	class.untunnelled = side.untunnelled(w)
	if !class.traits().gateway && !class.traits().unscoped { // gateways ignore Sidecar resources (3.1.2)
		if s, ok := sidecars.Of(w.Ref.Namespace, class.Revision, w.Labels); ok {
			class.sidecar, class.Sidecar = &s, s.Ref()
		}
		class.bypass = outboundOf(w, side.In.Control.Injector(class.Revision))
	}
	return class
}

// key is what classes are sorted by.
func (c *ClientClass) key() string {
	kind := ""
	if c.untunnelled {
		kind = "/untunnelled"
	}
	if c.agent {
		kind = "/agentgateway"
	}
	return fmt.Sprint(c.Namespace, "/", c.Dataplane, "/", c.Revision, "/", c.Sidecar, "/", c.bypass, "/", c.Certificates, "/", c.network) + fmt.Sprint("/", c.patched()) + c.selected + kind
}

// String names the class in a sentence: "6 workloads of shop", "deploy/web of shop".
func (c *ClientClass) String() string {
	in := ""
	if c.Cluster != "" {
		in = " in " + c.Cluster
	}
	if len(c.Workloads) == 1 {
		return c.Workloads[0].Short() + " of " + c.Namespace + in
	}
	return fmt.Sprintf("%d workloads of %s%s", len(c.Workloads), c.Namespace, in)
}

// RegistryOnly reports whether the proxies refuse calls to hosts that they do not know,
// instead of passing them through (3.1.3).
func (c *ClientClass) RegistryOnly() bool { return c.scope != nil && c.scope.registryOnly }

// Proxied reports whether a proxy stands between the clients and the network;
// unknown counts, since there may be one.
func (c *ClientClass) Proxied() bool { return c.traits().proxied }

// classID tells a class of clients from others. Sides that were made of one another share
// it where the class sends what it sent, as far as its own namespace and scope go.
type classID struct{ _ byte }

// SendsAs reports that two classes are one, in sides of which one was made of the other:
// what they send to a host differs only where the host, or a rule for it, does.
func (c *ClientClass) SendsAs(o *ClientClass) bool { return c != nil && o != nil && c.id == o.id }
