package render

import (
	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Data implements View: a DiffList.
func (v Diff) Data() any {
	list := v.summed()
	findings := list.Items
	list.Items = []wire.DiffItem{}
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
	list.Items = append(list.Items, findings...)
	return list
}

// summed is a DiffList with rows, findings and sums only.
func (v Diff) summed() *wire.DiffList {
	list := &wire.DiffList{
		APIVersion: wire.APIVersion, Kind: "DiffList", Whole: true, Scope: filled(v.Scope), Base: wire.DiffSide{Name: v.Base, Scope: filled(v.BaseScope)}, Head: v.Head,
		Failed: v.Failed, FailOn: v.FailOn, Totals: v.totals(), ClientSets: []wire.ClientSet{}, Rows: []wire.DiffRow{}, Items: []wire.DiffItem{},
		Objects: wire.DiffObjects{Added: refsOf(v.Objects.Refs(diff.Added)), Changed: refsOf(v.Objects.Refs(diff.Changed)), Removed: refsOf(v.Objects.Refs(diff.Removed))},
		ShutOut: wire.DiffShutOut{Ports: v.ShutOut.Ports, Workloads: []wire.ConnectionClient{}},
	}
	for _, w := range v.ShutOut.Workloads {
		list.ShutOut.Workloads = append(list.ShutOut.Workloads, clientOf(w))
	}
	for _, r := range v.rows() {
		list.Rows = append(list.Rows, wire.DiffRow{
			Effect: r.effect.String(), What: r.what, Was: r.was.Text, Is: r.is.Text, Because: causeText(r.cause), Object: refOrNull(r.cause.Object), Position: positionOf(r.cause.Position),
		})
	}
	for _, g := range v.findings() {
		list.Items = append(list.Items, findingItem(&g))
	}
	return list
}

func clientSet(c *diff.Clients, number int) wire.ClientSet {
	set := wire.ClientSet{Number: number, Items: []wire.ConnectionClient{}}
	for w := range c.Each {
		set.Items = append(set.Items, clientOf(w))
	}
	return set
}

var statusEnum = map[diff.Status]string{diff.Added: "added", diff.Changed: "changed", diff.Removed: "removed"}

func newItem(e effect.Effect, kind string, cause diff.Cause) wire.DiffItem {
	return wire.DiffItem{
		Effect: e.String(), Type: kind, Because: cause.Words, Object: refOrNull(cause.Object), ObjectStatus: statusEnum[cause.Status],
		Position: positionOf(cause.Position), Servers: []wire.ConnectionServer{},
	}
}

func callItem(c *diff.CallChange, set int) wire.DiffItem {
	item := newItem(c.Effect, "call", c.Cause)
	item.Called = refOrNull(c.Host.Ref)
	item.Host, item.Port, item.Subset, item.Clients, item.Set = c.Host.Name, c.Port, c.Subset, c.Clients.Count, set
	item.Was, item.Is = verdictWord(c.Was), verdictWord(c.Is)
	item.WasDeniedBy, item.IsDeniedBy = deniedBy(&authz.Admission{By: c.WasDenied}), deniedBy(&authz.Admission{By: c.IsDenied})
	for _, e := range c.Servers {
		item.Servers = append(item.Servers, serverOf(e))
	}
	return item
}

func verdictWord(c *outbound.Connection) string {
	if c == nil {
		return ""
	}
	return c.Outcome.Verdict.String()
}

func portItem(p *diff.PortChange) wire.DiffItem {
	item := newItem(p.Effect, "port", p.Cause)
	w := clientOf(p.Workload)
	item.Workload, item.Port, item.Was, item.Is = &w, p.Port, servedText(p.Was, p.WasTLS), servedText(p.Is, p.IsTLS)
	return item
}

func workloadItem(c diff.WorkloadChange) wire.DiffItem {
	item := newItem(c.Effect, "workload", diff.Cause{})
	w := clientOf(c.Workload)
	item.Workload, item.Position = &w, positionOf(c.Workload.Origin.At(""))
	return item
}

// changedFindings are findings of one cause that appear, or disappear.
type changedFindings struct {
	effect effect.Effect
	group  analyze.Group
}

// findings are the changed findings, those of one cause as one, new ones first.
func (v Diff) findings() []changedFindings {
	var out []changedFindings
	for _, e := range []effect.Effect{effect.New, effect.Gone} {
		var r analyze.Report
		for i := range v.Findings {
			if v.Findings[i].Effect == e {
				r.Findings = append(r.Findings, v.Findings[i].Finding)
			}
		}
		for _, g := range r.Groups() {
			out = append(out, changedFindings{e, g})
		}
	}
	return out
}

func findingItem(f *changedFindings) wire.DiffItem {
	item := newItem(f.effect, "finding", diff.Cause{})
	finding := newGroup(&f.group)
	item.Finding, item.Position = &finding, finding.Position
	return item
}
