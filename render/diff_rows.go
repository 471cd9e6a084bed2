package render

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// diffRow is changes that a reader need not tell apart.
type diffRow struct {
	effect effect.Effect
	what   string
	was    format.Cell
	is     format.Cell
	cause  diff.Cause
}

// fewAlike is how many things of a kind have a row each; more are summed up.
const fewAlike = 3

// rows are calls, ports and workloads, by their effect.
func (v Diff) rows() []*diffRow {
	rows := slices.Concat(v.callRows(), v.portRows(), v.workloadRows())
	slices.SortStableFunc(rows, func(a, b *diffRow) int { return cmp.Compare(a.effect, b.effect) })
	return rows
}

// alike groups things by a key, in the order in which the keys first come.
func alike[T any, K comparable](list []T, key func(*T) K) [][]*T {
	index := map[K]int{}
	var groups [][]*T
	for i := range list {
		k := key(&list[i])
		at, seen := index[k]
		if !seen {
			at = len(groups)
			index[k] = at
			groups = append(groups, nil)
		}
		groups[at] = append(groups[at], &list[i])
	}
	return groups
}

// callKey is equal for calls that a reader need not tell apart, whoever makes them.
type callKey struct {
	effect  effect.Effect
	target  string
	was, is string
	cause   diff.Cause
}

func callKeyOf(c *diff.CallChange) callKey {
	return callKey{c.Effect, changedText(c), verdictOf(c.Was, c.WasDenied).Text, verdictOf(c.Is, c.IsDenied).Text, c.Cause}
}

// sameCallers is calls that end alike for several lists of clients.
type sameCallers struct {
	first   *diff.CallChange
	clients []*diff.Clients
}

// callRows joins the clients of a target, then the targets of equal clients.
func (v Diff) callRows() []*diffRow {
	var calls []sameCallers
	for _, group := range alike(v.Calls, callKeyOf) {
		one := sameCallers{first: group[0]}
		for _, c := range group {
			one.clients = append(one.clients, c.Clients)
		}
		calls = append(calls, one)
	}
	var rows []*diffRow
	for _, group := range alike(calls, func(s *sameCallers) string {
		key := callKeyOf(s.first)
		key.target = ""
		return fmt.Sprint(key, idsOf(s.clients))
	}) {
		rows = append(rows, v.rowsOf(group)...)
	}
	return rows
}

func idsOf(list []*diff.Clients) []int {
	var ids []int
	for _, c := range list {
		ids = append(ids, c.ID)
	}
	return ids
}

// rowsOf are the rows of targets whose calls end alike for the same clients.
func (v Diff) rowsOf(targets []*sameCallers) []*diffRow {
	first := targets[0].first
	row := diffRow{effect: first.Effect, was: verdictOf(first.Was, first.WasDenied), is: verdictOf(first.Is, first.IsDenied), cause: first.Cause}
	var rows []*diffRow
	for _, from := range v.fromTexts(targets[0].clients) {
		if len(targets) > fewAlike && !v.Expand {
			rows = append(rows, row.of(fmt.Sprintf("%s -> %d ports, such as %s", from, len(targets), changedText(first))))
			continue
		}
		for _, t := range targets {
			rows = append(rows, row.of(from+" -> "+changedText(t.first)))
		}
	}
	return rows
}

func (r diffRow) of(what string) *diffRow {
	r.what = what
	return &r
}

func (v Diff) fromTexts(lists []*diff.Clients) []string {
	if !v.Expand {
		return []string{callersText(lists)}
	}
	var texts []string
	for _, clients := range lists {
		for w := range clients.Each {
			texts = append(texts, clientText(w))
		}
	}
	return texts
}

type portKey struct {
	effect    effect.Effect
	namespace string
	was, is   string
	cause     diff.Cause
}

func (v Diff) portRows() []*diffRow {
	var rows []*diffRow
	for _, group := range alike(v.Ports, func(p *diff.PortChange) portKey {
		return portKey{p.Effect, p.Workload.Ref.Namespace, servedText(p.Was, p.WasTLS), servedText(p.Is, p.IsTLS), p.Cause}
	}) {
		first := group[0]
		row := diffRow{effect: first.Effect, was: servedCell(first.Was, first.WasTLS), is: servedCell(first.Is, first.IsTLS), cause: first.Cause}
		byWorkload := byWorkloads(group)
		if len(byWorkload) <= fewAlike || v.Expand {
			for _, ports := range byWorkload {
				rows = append(rows, row.of(portsOfText(ports)))
			}
			continue
		}
		rows = append(rows, row.of(fmt.Sprintf("%s of %s (%s)", count(len(byWorkload), "workload"), first.Workload.Ref.Namespace, count(named(group), "port"))))
	}
	return rows
}

// byWorkloads cuts a group, which has the ports of a workload together.
func byWorkloads(group []*diff.PortChange) [][]*diff.PortChange {
	var list [][]*diff.PortChange
	for i, p := range group {
		if i == 0 || group[i-1].Workload != p.Workload {
			list = append(list, nil)
		}
		list[len(list)-1] = append(list[len(list)-1], p)
	}
	return list
}

func named(ports []*diff.PortChange) int {
	n := 0
	for _, p := range ports {
		if p.Port != diff.AnyOther {
			n++
		}
	}
	return n
}

// portsOfText is "deploy/pay.shop:8080", or with * for every port that nothing names.
func portsOfText(ports []*diff.PortChange) string {
	var numbers []string
	for _, p := range ports {
		if p.Port == diff.AnyOther {
			numbers = append(numbers, "*")
		} else {
			numbers = append(numbers, strconv.Itoa(int(p.Port)))
		}
	}
	w := ports[0].Workload
	return workloadText(Line{Workload: w}) + "." + w.Ref.Namespace + ":" + strings.Join(numbers, ",")
}

func (v Diff) workloadRows() []*diffRow {
	var rows []*diffRow
	for _, w := range v.Workloads {
		text := format.Cell{Text: servedSummary(w.Workload)}
		row := diffRow{effect: w.Effect, what: workloadText(Line{Workload: w.Workload}) + "." + w.Workload.Ref.Namespace, was: text, is: format.Cell{Text: dash}}
		status := diff.Removed
		if w.Effect == effect.New {
			row.was, row.is, status = row.is, row.was, diff.Added
		}
		if v.Objects.Of(w.Workload.Ref) == status {
			row.cause = diff.Cause{Object: w.Workload.Ref, Status: status, Position: w.Workload.Origin.At("")}
		}
		rows = append(rows, &row)
	}
	return rows
}

// servedSummary is "2 STRICT, 1 NONE", by mode, the most open first.
func servedSummary(w *inbound.Workload) string {
	byMode := map[resolve.Mode]int{}
	for i := range w.Ports {
		byMode[w.Ports[i].Decision.Mode]++
	}
	var parts []string
	for _, m := range resolve.PortModes() {
		if n := byMode[m]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, m))
		}
	}
	return orWord(strings.Join(parts, ", "), "no port")
}
