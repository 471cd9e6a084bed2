package render

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/verify"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// portLine is what a line about a port has, whether the port was just decided or read back.
type portLine struct {
	namespace, workload, cluster, dataplane, dataplaneBecause string
	port, name, service, protocol                             string
	mode, decidedBy                                           format.Cell
	// proxy is what the proxies run, "" where nobody looked.
	proxy string
	// field is the field of the object that decided, at where it is written.
	field, at string
	// because is the long form of decidedBy, briefly the same without the workload's own
	// reason, which its page tells above; only what was read back has them.
	because, briefly format.Cell
	// standing is true for a line that is shown without -o wide too.
	standing bool
}

// linesOf are lines of a mesh as the table of workloads shows them.
func portLinesOf(from base, lines []Line, running *verify.Running, wide bool) []*portLine {
	list, all := make([]*portLine, 0, len(lines)), make([]portLine, 0, len(lines))
	for _, l := range lines {
		if !wide && !l.stands() {
			continue
		}
		d := l.Decision()
		all = append(all, portLine{
			namespace: l.Workload.Ref.Namespace, workload: workloadText(l), cluster: l.Workload.Cluster, dataplane: l.Workload.Membership.Dataplane.String(),
			port: portText(l), service: serviceText(l), protocol: protocolText(l), mode: modeCell(l), decidedBy: decidedBy(d), standing: true, proxy: runs(running, l),
		})
		line := &all[len(all)-1]
		if wide {
			line.name, line.at, line.dataplaneBecause = portName(l), from.of(d.Position()), words.Because(l.Workload.Membership.Why)
		}
		list = append(list, line)
	}
	return list
}

// savedLines finds the lines of a WorkloadList by what names them.
type savedLines struct {
	*wire.WorkloadList
	from base
}

// all are the lines of the table in its order.
func (v savedLines) all() []wire.LineItem {
	if len(v.Order) > 0 {
		return v.Order
	}
	var lines []wire.LineItem
	for i := range v.Items {
		for j := range v.Items[i].Ports {
			lines = append(lines, wire.LineItem{Item: i + 1, Port: j + 1})
		}
		if v.Items[i].AnyOther != "hidden" {
			lines = append(lines, wire.LineItem{Item: i + 1})
		}
	}
	return lines
}

// item is the item of a line, and its port, nil for every port that nothing names.
func (v savedLines) item(l wire.LineItem) (*wire.WorkloadItem, *wire.PortItem) {
	item := &v.Items[l.Item-1]
	if l.Port == 0 {
		return item, nil
	}
	return item, &item.Ports[l.Port-1]
}

// decision is that of a line, its mode, and what a sidecar would serve.
func (v savedLines) decision(l wire.LineItem) (d *wire.Decision, mode, ifMeshed string) {
	item, port := v.item(l)
	if port == nil {
		return &item.DefaultDecision, item.DefaultMode, item.DefaultModeIfMeshed
	}
	return &port.Decision, port.Mode, port.ModeIfMeshed
}

func (v savedLines) lines(refs []wire.LineItem) []*portLine {
	list := make([]*portLine, len(refs))
	for i, l := range refs {
		list[i] = v.line(l)
	}
	return list
}

func (v savedLines) line(l wire.LineItem) *portLine {
	item, port := v.item(l)
	d, mode, ifMeshed := v.decision(l)
	line := &portLine{
		namespace: item.Namespace, workload: variantText(wire.Ref{Kind: item.Kind, Name: item.Name}, item.Variant, item.Pods, item.PodsOf), cluster: item.Cluster,
		dataplane: item.Dataplane, dataplaneBecause: item.DataplaneReason, port: "*", mode: modeNamed(mode, ifMeshed),
		field: savedField(d), at: v.from.of(placedAt(d.Position)), standing: port != nil || item.AnyOther == "shown",
	}
	listener := ""
	if line.proxy = item.DefaultProxy; port != nil {
		line.proxy = port.Proxy
		line.port, line.name, line.service, line.protocol, listener = strconv.Itoa(int(port.Port)), port.Name, servicesText(port.Services), port.Protocol, port.Listener
	}
	line.decidedBy, line.because = savedDecider(d), savedBecause(d, listener)
	line.briefly = line.because
	if d.Cause == string(resolve.CauseNoSidecar) {
		line.briefly = format.Cell{Text: words.Brief(resolve.Reason{Cause: resolve.CauseNoSidecar}), Prose: true}
	}
	return line
}

// variantText names a workload, and which of its pods where they differ.
func variantText(r wire.Ref, variant, pods, of int) string {
	if variant == 0 {
		return shortName(r)
	}
	return fmt.Sprintf("%s (%d of %s)", shortName(r), pods, count(of, "pod"))
}

// servicesText names the service ports that lead to a port, the first ones when
// there are many.
func servicesText(services []wire.ServicePort) string {
	const most = 2
	var parts []string
	for i, s := range byHost(services) {
		if i == most {
			parts = append(parts, fmt.Sprintf("+%d", len(services)-most))
			break
		}
		parts = append(parts, s.Name+":"+strconv.Itoa(int(s.Port)))
	}
	return strings.Join(parts, ",")
}

// byHost are Service ports in the order of the hosts of the Services, as a mesh has them.
func byHost(services []wire.ServicePort) []wire.ServicePort {
	if len(services) < 2 {
		return services
	}
	sorted := slices.Clone(services)
	slices.SortStableFunc(sorted, func(a, b wire.ServicePort) int {
		return cmp.Compare(a.Name+"."+a.Namespace, b.Name+"."+b.Namespace)
	})
	return sorted
}

// objectDecided reports a decision that some policy or listener took.
func objectDecided(d *wire.Decision) bool {
	return d.By != wire.Ref{} && d.Scope != resolve.ScopeDataplane.String()
}

// savedDecider is the short form of a decision for tables.
func savedDecider(d *wire.Decision) format.Cell {
	switch {
	case !objectDecided(d):
		return format.Cell{Text: d.Brief, Prose: true}
	case d.Scope == resolve.ScopeListener.String():
		return format.Cell{Text: objectOf(d.By).String()}
	}
	return format.Cell{Text: d.Scope + " " + objectOf(d.By).Path()}
}

// savedBecause is the long form: the object, or the reason in words; and the settings
// of a listener that terminates TLS by its own.
func savedBecause(d *wire.Decision, listener string) format.Cell {
	if !objectDecided(d) || otherInAmbient(resolve.Cause(d.Cause)) {
		return format.Cell{Text: d.Brief, Prose: true}
	}
	text := objectOf(d.By).String()
	if listener != "" {
		text += ": " + listener
	}
	return format.Cell{Text: text}
}

// savedField is the field of the object that decided.
func savedField(d *wire.Decision) string {
	if !objectDecided(d) {
		return ""
	}
	return shortField(resolve.Field(d.Field))
}

// workloadFields keep the workload, the port and the mode on any terminal; the namespace is
// left out where a title says it, the cluster where there is one.
func workloadFields(namespace, clusters bool) []field[*portLine] {
	fields := []field[*portLine]{
		{Column: format.Column{Head: "NAMESPACE", Group: true, Drop: 1}, cell: worded(func(l *portLine) string { return l.namespace })},
		{Column: format.Column{Head: "WORKLOAD", Group: true}, cell: worded(func(l *portLine) string { return l.workload })},
		{Column: format.Column{Head: "DATAPLANE", Group: true, Drop: 4}, cell: worded(func(l *portLine) string { return l.dataplane })},
		{Column: format.Column{Head: "PORT"}, cell: worded(func(l *portLine) string { return l.port })},
		{Column: format.Column{Head: "NAME", Drop: 8}, cell: worded(func(l *portLine) string { return l.name }), wide: true},
		{Column: format.Column{Head: "SERVICE", Drop: 3}, cell: worded(func(l *portLine) string { return l.service })},
		{Column: format.Column{Head: "PROTOCOL", Drop: 5}, cell: worded(func(l *portLine) string { return l.protocol })},
		{Column: format.Column{Head: "MODE"}, cell: func(l *portLine) format.Cell { return l.mode }},
		proxyField(func(l *portLine) string { return l.proxy }),
		{Column: format.Column{Head: "DECIDED BY", Drop: 2, Below: true}, cell: func(l *portLine) format.Cell { return l.decidedBy }},
		{Column: format.Column{Head: "AT", Drop: 6}, cell: worded(func(l *portLine) string { return l.at }), wide: true},
		{Column: format.Column{Head: "DATAPLANE BECAUSE", Drop: 7}, cell: worded(func(l *portLine) string { return l.dataplaneBecause }), wide: true},
	}
	if clusters {
		fields = slices.Insert(fields, 2, field[*portLine]{Column: format.Column{Head: "CLUSTER", Group: true, Drop: 1}, cell: worded(func(l *portLine) string { return l.cluster })})
	}
	if !namespace {
		return fields[1:]
	}
	for i := range fields {
		if fields[i].Below {
			fields[i].Short = func(row []format.Cell, decider string) string { return withoutNamespace(row[0].Text, decider) }
		}
	}
	return fields
}

// withoutNamespace is a decider without the namespace that stands beside it.
func withoutNamespace(namespace, decider string) string {
	return strings.Replace(decider, " "+namespace+"/", " ", 1)
}

// workloadTable shows lines. Without wide, the line of unnamed ports is shown only where it
// is all there is.
func workloadTable(lines []*portLine, wide, namespace bool) *format.Table {
	clusters := slices.ContainsFunc(lines, func(l *portLine) bool { return l.cluster != "" })
	if !wide {
		lines = slices.DeleteFunc(slices.Clone(lines), func(l *portLine) bool { return !l.standing })
	}
	return tableOf(looked(workloadFields(namespace, clusters), lines, func(l *portLine) string { return l.proxy }), lines, wide)
}
