package render

import (
	"iter"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/analyze/verify"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// runs is what the proxies run on a line's port, "" where nobody looked.
func runs(running *verify.Running, l Line) string {
	switch {
	case running == nil:
		return ""
	case l.Port == nil:
		return running.Port(l.Workload, 0)
	}
	return running.Port(l.Workload, l.Port.Number)
}

// fillRunning puts into a list what the proxies run; the lines are those that it was made of.
func fillRunning(list *wire.WorkloadList, lines []Line, running *verify.Running) {
	if running == nil {
		return
	}
	for l, at := range placesOf(lines) {
		item := &list.Items[at.Item-1]
		if at.Port == 0 {
			item.DefaultProxy = runs(running, l)
			continue
		}
		item.Ports[at.Port-1].Proxy = runs(running, l)
	}
}

// proxyHead is the column of what the proxies run.
const proxyHead = "PROXY"

// proxyField is that column.
func proxyField[T any](of func(T) string) field[T] {
	return field[T]{Column: format.Column{Head: proxyHead}, cell: func(row T) format.Cell {
		cell := cellOf(of(row))
		switch {
		case strings.HasPrefix(cell.Text, "differs"):
			cell.Tone = format.Warning
		case cell.Text == verify.NotSeen:
			cell.Tone = format.Attention
		}
		return cell
	}}
}

// looked leaves the column of the proxies out where nobody looked at any.
func looked[T any](fields []field[T], rows []T, of func(T) string) []field[T] {
	if slices.ContainsFunc(rows, func(row T) bool { return of(row) != "" }) {
		return fields
	}
	return slices.DeleteFunc(fields, func(f field[T]) bool { return f.Head == proxyHead })
}

// besideSends puts what the proxies send beside what they should, where somebody looked at any.
func besideSends(fields []field[*callRow], rows []*callRow) []field[*callRow] {
	proxy := func(r *callRow) string { return r.proxy }
	at := slices.IndexFunc(fields, func(f field[*callRow]) bool { return f.Head == "SENDS" })
	return looked(slices.Insert(fields, at+1, proxyField(proxy)), rows, proxy)
}

// sentBy is what the proxies of clients send, "" where nobody looked.
func sentBy(running *verify.Running, clients iter.Seq[*inbound.Workload], host string, port int32, subset string) string {
	if running == nil {
		return ""
	}
	return running.Call(clients, host, port, subset)
}

// only is one workload.
func only(w *inbound.Workload) iter.Seq[*inbound.Workload] {
	return func(yield func(*inbound.Workload) bool) { yield(w) }
}

func sentByPart(running *verify.Running, p *calls.Part) string {
	return sentBy(running, p.Clients.Each, p.Host.Name, p.Port.Number, p.Subset)
}

// sentInRow is what the proxies send in all parts of a row.
func sentInRow(running *verify.Running, r *calls.Row) string {
	if running == nil {
		return ""
	}
	var sent []string
	for _, p := range r.Parts {
		sent = append(sent, sentByPart(running, p))
	}
	return together(sent)
}

// together are words, each once, in order.
func together(words []string) string {
	words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
	slices.Sort(words)
	return strings.Join(slices.Compact(words), "; ")
}
