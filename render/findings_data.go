package render

import (
	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

func newHidden(h *analyze.Hidden) wire.HiddenItem {
	return wire.HiddenItem{FindingItem: newFinding(&h.Finding), By: string(h.By), Reason: h.Text, WrittenAt: positionOf(h.At), Until: h.Until}
}

// Run is how a report came about.
type Run struct {
	Profile analyze.Profile
	FailOn  string
	// Missing is what of the input could not be used, or read of a cluster; what files
	// lack is in the analyze.Report.
	Missing []wire.MissingItem
}

// NewReport is the wire form of what analyze found.
func NewReport(scope wire.Scope, run Run, r *analyze.Report) *wire.Report {
	out := &wire.Report{
		APIVersion: wire.APIVersion, Kind: "Report", Scope: filled(scope), Items: []wire.FindingItem{}, Skipped: []wire.SkippedItem{},
		NotApplicable: []wire.SkippedItem{}, Missing: []wire.MissingItem{},
		Profile: string(run.Profile), FailOn: run.FailOn, Hidden: []wire.HiddenItem{}, Gone: []wire.GoneItem{},
		Ran: append([]string{}, r.Ran...),
	}
	for _, g := range r.Groups() {
		out.Items = append(out.Items, newGroup(&g))
		out.Totals.Add(g.Severity.String())
	}
	for i := range r.Hidden {
		out.Hidden = append(out.Hidden, newHidden(&r.Hidden[i]))
	}
	for _, g := range r.Gone {
		out.Gone = append(out.Gone, wire.GoneItem{Code: g.Code, Severity: g.Severity.String(), Object: refOf(g.Object), Field: string(g.Field), Fingerprint: g.Fingerprint})
	}
	for _, s := range r.Skipped {
		out.Skipped = append(out.Skipped, wire.SkippedItem(s))
	}
	for _, s := range r.Idle {
		out.NotApplicable = append(out.NotApplicable, wire.SkippedItem(s))
	}
	out.Missing = append(out.Missing, run.Missing...)
	for _, m := range r.Missing {
		out.Missing = append(out.Missing, newMissing(m))
	}
	out.Complete = len(out.Missing) == 0
	return out
}

// newGroup is a finding with the others of its cause.
func newGroup(g *analyze.Group) wire.FindingItem {
	item := newFinding(&g.Finding)
	for i := range g.Same {
		f := &g.Same[i]
		item.Same = append(item.Same, wire.SameItem{
			Object: refOf(f.Object), Field: string(f.Field), Position: positionOf(f.Position()), Message: f.Message,
			Confidence: f.Confidence.String(), Fingerprint: f.Fingerprint(),
		})
	}
	return item
}

func newFinding(f *analyze.Finding) wire.FindingItem {
	item := wire.FindingItem{
		Code: f.Code, Name: f.Name, Severity: f.Severity.String(), Confidence: f.Confidence.String(), Object: refOf(f.Object), Cluster: f.Cluster, Environments: f.Environments, Field: string(f.Field),
		Position: positionOf(f.Position()), Message: f.Message, Fix: f.Fix, Involved: []wire.Ref{}, Fingerprint: f.Fingerprint(),
		Repair: []wire.EditItem{}, Controls: []wire.ControlItem{}, Assumes: append([]string{}, f.Assumes...),
		Affected: []string{}, New: []string{}, Known: f.Known, Same: []wire.SameItem{},
	}
	if c := f.Cause; !c.IsZero() {
		item.Cause = &wire.CauseItem{Object: refOrNull(c.Object), Field: string(c.Field), Why: string(c.Why), Value: c.Value}
	}
	for _, a := range f.Affected {
		item.Affected = append(item.Affected, a.String())
	}
	for _, a := range f.Fresh {
		item.New = append(item.New, a.String())
	}
	for _, e := range f.Repair {
		item.Repair = append(item.Repair, wire.EditItem{Object: refOf(e.Object), Verb: e.Verb.String(), Field: string(e.Field), Value: e.Value})
	}
	for _, c := range f.Controls {
		item.Controls = append(item.Controls, wire.ControlItem(c))
	}
	for _, r := range f.Involved {
		item.Involved = append(item.Involved, refOf(r))
	}
	return item
}
