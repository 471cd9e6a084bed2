package render

import (
	"github.com/mtlsctl/mtlsctl/resolve"
)

// namespaceStory tells what holds for a whole namespace, then its workloads.
func namespaceStory(m *resolve.Mesh, t Target) []Block {
	ns := t.Namespace
	blocks := []Block{{Title: "Namespace " + ns.Name, Table: namespaceFacts(ns), Indent: 2}}
	if policies := policyTable(m, ns.Name); len(policies.Rows) > 0 {
		blocks = append(blocks, Block{Title: "PeerAuthentications", Table: policies, Indent: 2})
	}
	if len(t.Lines) == 0 {
		return append(blocks, Block{Lines: []string{"no workload of the input lives here"}, Indent: 2})
	}
	return append(blocks,
		Block{Title: "Workloads", Table: workloadTable(t.Lines), Indent: 2, Lines: []string{"", totalsOf(t.Lines).String()}})
}

func namespaceFacts(ns *resolve.Namespace) *Table {
	from := ns.Origin.At("").String()
	if !ns.Known {
		from = "its Namespace object is not in the input"
	}
	pairs := [][2]string{{"read from", from}}
	for _, key := range []string{"istio-injection", "istio.io/rev", "istio.io/dataplane-mode"} {
		if value, set := ns.Labels[key]; set {
			pairs = append(pairs, [2]string{"label", key + "=" + value})
		}
	}
	return facts(pairs...)
}

// policyTable lists the policies that live in a namespace, in the order in which
// Istio prefers them.
func policyTable(m *resolve.Mesh, namespace string) *Table {
	t := &Table{Columns: []Column{{Head: "NAME"}, {Head: "SCOPE", Drop: 2}, {Head: "MODE"}, {Head: "PORTS", Drop: 1}, {Head: "SELECTS", Drop: 3}, {Head: "AT", Drop: 4}}}
	for _, p := range m.PeerAuthentications() {
		if p.Ref.Namespace != namespace {
			continue
		}
		row := cells(p.Ref.Name, p.Scope.String(), p.Mode.String(), orDash(portModes(p.Ports)), policySelects(p), orDash(p.Origin.At("").String()))
		t.Rows = append(t.Rows, Row{Cells: row})
	}
	return t
}

func policySelects(p *resolve.PeerAuthentication) string {
	switch {
	case p.Rejected != "":
		return "rejected: " + p.Rejected
	case len(p.Selector) > 0:
		return labelText(p.Selector)
	case p.Scope == resolve.ScopeMesh:
		return "every workload of the mesh"
	default:
		return "every workload of the namespace"
	}
}
