package overview

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// Namespace is what a namespace has: its workloads and their ports, and the calls to its hosts.
type Namespace struct {
	Name string
	// Workloads counts each once, however many variants it has.
	Workloads int
	// Ports counts those that something names, by mode.
	Ports map[resolve.Mode]int
	// Calls are those to the hosts of the namespace, counted as in [Cell].
	Calls map[resolve.Verdict]int
}

// NumPorts is how many ports there are.
func (n *Namespace) NumPorts() int {
	sum := 0
	for _, count := range n.Ports {
		sum += count
	}
	return sum
}

// Share is how many percent of the ports are STRICT, rounded down: 100 only where all are.
// Without a port there is no share, and ok is false.
func (n *Namespace) Share() (percent int, ok bool) {
	all := n.NumPorts()
	if all == 0 {
		return 0, false
	}
	return 100 * n.Ports[resolve.Strict] / all, true
}

// Namespaces are those that the ports or the calls are of, sorted by name. Ports come with their
// workload; a workload that has none comes with a nil port, which is not counted.
func Namespaces(ports []Port, cells []*Cell) []*Namespace {
	index := map[string]*Namespace{}
	of := func(name string) *Namespace {
		if index[name] == nil {
			index[name] = &Namespace{Name: name, Ports: map[resolve.Mode]int{}, Calls: map[resolve.Verdict]int{}}
		}
		return index[name]
	}
	type one struct {
		ref     resolve.Ref
		cluster string
	}
	seen := map[one]bool{}
	for _, p := range ports {
		n := of(p.Workload.Ref.Namespace)
		if w := (one{p.Workload.Ref, p.Workload.Cluster}); !seen[w] {
			seen[w] = true
			n.Workloads++
		}
		if p.Port != nil {
			n.Ports[p.Port.Decision.Mode]++
		}
	}
	for _, c := range cells {
		n := of(c.To)
		for v, count := range c.Calls {
			n.Calls[v] += count
		}
	}
	var list []*Namespace
	for _, n := range index {
		list = append(list, n)
	}
	slices.SortFunc(list, func(a, b *Namespace) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// Port is a port of a workload, nil for the workload alone.
type Port struct {
	Workload *inbound.Workload
	Port     *inbound.Port
}
