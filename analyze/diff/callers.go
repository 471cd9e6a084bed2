package diff

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Caller is workloads that are of one class of clients before the change, and of one
// after it.
type Caller struct {
	// Was and Is are the classes; Was is nil for workloads that are new.
	Was, Is *outbound.ClientClass
	// Workloads are those of the head, sorted.
	Workloads []*inbound.Workload

	// before are Workloads as they were, nil for those that are new.
	before []*inbound.Workload
	number int
	// names is how many names Workloads have, 0 before anybody asked.
	names int
	// standIn are classes of the base that a new client is like: the same namespace and
	// dataplane. What failed for them is nothing that the change broke.
	standIn []*outbound.ClientClass
}

// Clients are the callers that share a change. Equal lists are one in memory.
type Clients struct {
	Callers []*Caller
	// ID tells lists apart, from 1 in the order in which they were first needed.
	ID int
	// Count is how many workloads call, however many variants they have.
	Count int
}

func newClients(callers []*Caller, id int) *Clients {
	c := &Clients{Callers: callers, ID: id}
	var last *inbound.Workload
	for _, caller := range callers {
		if len(caller.Workloads) == 0 {
			continue
		}
		c.Count += caller.countNames()
		if last != nil && last.Ref == caller.Workloads[0].Ref {
			c.Count-- // its variants are of two classes
		}
		last = caller.Workloads[len(caller.Workloads)-1]
	}
	return c
}

// countNames counts the workloads of a caller once: it is in as many lists as there are
// namespaces.
func (k *Caller) countNames() int {
	if k.names == 0 {
		for i, w := range k.Workloads {
			if i == 0 || w.Ref != k.Workloads[i-1].Ref {
				k.names++
			}
		}
	}
	return k.names
}

// Each yields the workloads, caller by caller.
func (c *Clients) Each(yield func(*inbound.Workload) bool) {
	for _, caller := range c.Callers {
		for _, w := range caller.Workloads {
			if !yield(w) {
				return
			}
		}
	}
}

// callers groups the workloads of both sides by their classes. Those that have a
// proxy on neither side are left out, and those that are gone.
func (c *comparison) groupCallers() []*Caller {
	if list, same := sharedCallers(c.base.Clients(), c.head.Clients()); same {
		return list
	}
	was, is := classes(c.base), classes(c.head)
	type both struct{ was, is *outbound.ClientClass }
	byClasses := map[both]*Caller{}
	var list []*Caller
	for _, p := range c.pairs {
		b := both{was[p.was], is[p.is]}
		if b.is == nil || !b.is.Proxied() && (b.was == nil || !b.was.Proxied()) {
			continue
		}
		caller := byClasses[b]
		if caller == nil {
			caller = &Caller{Was: b.was, Is: b.is, number: len(list) + 1}
			byClasses[b] = caller
			list = append(list, caller)
		}
		caller.Workloads, caller.before = append(caller.Workloads, p.is), append(caller.before, p.was)
	}
	for _, caller := range list {
		if caller.Was == nil {
			caller.standIn = alike(c.base.Clients(), caller.Is)
		}
	}
	return list
}

// as reports callers who send what they sent, as far as they themselves go.
func (k *Caller) as() bool { return k.Was.SendsAs(k.Is) }

// sharedCallers are the classes of two meshes that have the same, with the same members,
// which same reports.
func sharedCallers(was, is []*outbound.ClientClass) (list []*Caller, same bool) {
	if len(was) != len(is) {
		return nil, false
	}
	for i, k := range is {
		if !k.SendsAs(was[i]) || !slices.EqualFunc(k.Workloads, was[i].Workloads, sameWorkload) {
			return nil, false
		}
		if k.Proxied() {
			list = append(list, &Caller{Was: was[i], Is: k, Workloads: k.Workloads, before: was[i].Workloads})
		}
	}
	slices.SortFunc(list, func(a, b *Caller) int { return compareWorkloads(a.Workloads[0], b.Workloads[0]) })
	for i, k := range list {
		k.number = i + 1
	}
	return list, true
}

func sameWorkload(a, b *inbound.Workload) bool { return a == b || compareWorkloads(a, b) == 0 }

func compareWorkloads(a, b *inbound.Workload) int {
	return cmp.Or(a.Ref.Compare(b.Ref), cmp.Compare(a.Cluster, b.Cluster), a.Variant-b.Variant)
}

// classes finds the class of a workload; a nil workload has none.
func classes(m *mesh.Mesh) map[*inbound.Workload]*outbound.ClientClass {
	byWorkload := make(map[*inbound.Workload]*outbound.ClientClass, len(m.Workloads()))
	for _, class := range m.Clients() {
		for _, w := range class.Workloads {
			byWorkload[w] = class
		}
	}
	return byWorkload
}

func alike(all []*outbound.ClientClass, class *outbound.ClientClass) []*outbound.ClientClass {
	return slices.DeleteFunc(slices.Clone(all), func(c *outbound.ClientClass) bool {
		return c.Namespace != class.Namespace || c.Dataplane != class.Dataplane
	})
}

// rosters keeps one copy of every list of callers: most hosts of a mesh have the
// same.
type rosters struct {
	known map[uint64][]*Clients
	count int
}

func (r *rosters) of(callers []*Caller) *Clients {
	hash := uint64(0)
	for _, c := range callers {
		hash = hash*31 + uint64(c.number)
	}
	for _, same := range r.known[hash] {
		if slices.Equal(same.Callers, callers) {
			return same
		}
	}
	r.count++
	clients := newClients(slices.Clip(slices.Clone(callers)), r.count)
	r.known[hash] = append(r.known[hash], clients)
	return clients
}
