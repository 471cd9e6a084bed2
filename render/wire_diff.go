package render

import (
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// DiffList is the data of diff: what a change really changes.
type DiffList struct {
	APIVersion string `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string `json:"kind" jsonschema:"enum=DiffList"`
	// Scope is that of the head, Base.Scope that of the base.
	Scope Scope    `json:"scope"`
	Base  DiffSide `json:"base"`
	Head  string   `json:"head"`
	// Failed is true where the run ends with 1, by FailOn.
	Failed  bool        `json:"failed"`
	FailOn  string      `json:"failOn" jsonschema:"enum=broken,enum=weaker,enum=any,enum=never"`
	Totals  DiffTotals  `json:"totals"`
	Objects DiffObjects `json:"objects"`
	// ClientSets are the lists of clients that items refer to by number: most calls
	// have the same.
	ClientSets []ClientSet `json:"clientSets"`
	// ShutOut are workloads without a proxy that can no longer call some ports; whether
	// they did, the input does not tell.
	ShutOut DiffShutOut `json:"shutOut"`
	Items   []DiffItem  `json:"items"`
}

// DiffSide names the base and what was read of it.
type DiffSide struct {
	Name  string `json:"name"`
	Scope Scope  `json:"scope"`
}

// DiffObjects are the objects that differ, whether or not anything follows of it.
type DiffObjects struct {
	Added   []Ref `json:"added"`
	Changed []Ref `json:"changed"`
	Removed []Ref `json:"removed"`
}

// ClientSet is workloads that call.
type ClientSet struct {
	Number int                `json:"number"`
	Items  []ConnectionClient `json:"items"`
}

// DiffShutOut says who can no longer call how many ports.
type DiffShutOut struct {
	Ports     int                `json:"ports"`
	Workloads []ConnectionClient `json:"workloads"`
}

// DiffItem is one thing that changes.
type DiffItem struct {
	Effect string `json:"effect" jsonschema:"enum=breaks,enum=weaker,enum=uncertain,enum=repaired,enum=stronger,enum=differs,enum=gone,enum=new"`
	Type   string `json:"type" jsonschema:"enum=call,enum=port,enum=workload,enum=finding"`
	// Was and Is are verdicts of a call, modes of a port, "" where there is none.
	Was string `json:"was"`
	Is  string `json:"is"`
	// Because is the reason in words; Object and ObjectStatus the object that is to
	// blame, null and "" where none of the input is.
	Because      string   `json:"because"`
	Object       *Ref     `json:"object" jsonschema:"nullable"`
	ObjectStatus string   `json:"objectStatus" jsonschema:"enum=added,enum=changed,enum=removed,enum="`
	Position     Position `json:"position"`
	// Workload has the port, Port is its number, 0 for every port that nothing names; of
	// a call it is the port of the host.
	Workload *ConnectionClient `json:"workload" jsonschema:"nullable"`
	Port     int32             `json:"port"`
	// Host and Subset are what is called, Clients how many workloads call, Set the
	// number of their list; Servers are the endpoints at which it is so.
	Host    string             `json:"host"`
	Subset  string             `json:"subset"`
	Clients int                `json:"clients"`
	Set     int                `json:"clientSet"`
	Servers []ConnectionServer `json:"servers"`
	// Finding is null but for findings.
	Finding *FindingItem `json:"finding" jsonschema:"nullable"`
}

// Data implements View: a DiffList.
func (v Diff) Data() any {
	list := DiffList{
		APIVersion: APIVersion, Kind: "DiffList", Scope: v.Scope.filled(), Base: DiffSide{v.Base, v.BaseScope.filled()}, Head: v.Head,
		Failed: v.Failed, FailOn: v.FailOn, Totals: v.totals(), ClientSets: []ClientSet{}, Items: []DiffItem{},
		Objects: DiffObjects{refsOf(v.Objects.Refs(diff.Added)), refsOf(v.Objects.Refs(diff.Changed)), refsOf(v.Objects.Refs(diff.Removed))},
		ShutOut: DiffShutOut{v.ShutOut.Ports, []ConnectionClient{}},
	}
	for _, w := range v.ShutOut.Workloads {
		list.ShutOut.Workloads = append(list.ShutOut.Workloads, clientOf(w))
	}
	known := map[*diff.Clients]int{}
	for i := range v.Calls {
		c := &v.Calls[i]
		if known[c.Clients] == 0 {
			known[c.Clients] = len(known) + 1
			list.ClientSets = append(list.ClientSets, clientSet(c.Clients, known[c.Clients]))
		}
		list.Items = append(list.Items, callItem(c, known[c.Clients]))
	}
	for i := range v.Ports {
		list.Items = append(list.Items, portItem(&v.Ports[i]))
	}
	for _, w := range v.Workloads {
		list.Items = append(list.Items, workloadItem(w))
	}
	for i := range v.Findings {
		list.Items = append(list.Items, findingItem(&v.Findings[i]))
	}
	return list
}

func clientSet(c *diff.Clients, number int) ClientSet {
	set := ClientSet{number, []ConnectionClient{}}
	for w := range c.Each {
		set.Items = append(set.Items, clientOf(w))
	}
	return set
}

var statusEnum = map[diff.Status]string{diff.Added: "added", diff.Changed: "changed", diff.Removed: "removed"}

func newItem(e effect.Effect, kind string, cause diff.Cause) DiffItem {
	return DiffItem{
		Effect: e.String(), Type: kind, Because: cause.Words, Object: refOrNull(cause.Object), ObjectStatus: statusEnum[cause.Status],
		Position: positionOf(cause.Position), Servers: []ConnectionServer{},
	}
}

func callItem(c *diff.CallChange, set int) DiffItem {
	item := newItem(c.Effect, "call", c.Cause)
	item.Host, item.Port, item.Subset, item.Clients, item.Set = c.Host.Name, c.Port, c.Subset, c.Clients.Count, set
	item.Was, item.Is = verdictWord(c.Was), verdictWord(c.Is)
	for _, e := range c.Servers {
		item.Servers = append(item.Servers, serverOf(e))
	}
	return item
}

func verdictWord(c *resolve.Connection) string {
	if c == nil {
		return ""
	}
	return c.Outcome.Verdict.String()
}

func portItem(p *diff.PortChange) DiffItem {
	item := newItem(p.Effect, "port", p.Cause)
	w := clientOf(p.Workload)
	item.Workload, item.Port, item.Was, item.Is = &w, p.Port, servedText(p.Was, p.WasTLS), servedText(p.Is, p.IsTLS)
	return item
}

func workloadItem(c diff.WorkloadChange) DiffItem {
	item := newItem(c.Effect, "workload", diff.Cause{})
	w := clientOf(c.Workload)
	item.Workload, item.Position = &w, positionOf(c.Workload.Origin.At(""))
	return item
}

func findingItem(f *diff.FindingChange) DiffItem {
	item := newItem(f.Effect, "finding", diff.Cause{})
	finding := newFinding(&f.Finding)
	item.Finding, item.Position = &finding, finding.Position
	return item
}
