package wire

import (
	"fmt"
	"slices"
)

// check looks whether every line leads to an item.
func (l *WorkloadList) check() error {
	if !l.has(l.Order) {
		return fmt.Errorf("not a report: the order names an item that does not exist")
	}
	for i := range l.Targets {
		t := &l.Targets[i]
		ok := l.has(t.Lines)
		for j := range t.Workloads {
			w := &t.Workloads[j]
			ok = ok && l.has([]LineItem{{Item: w.Item}}) && l.has(w.Lines) && called(w.Callers) && called(w.Calls)
		}
		if s := t.Service; s != nil {
			ok = ok && called(s.Calls)
			for _, p := range s.Ports {
				ok = ok && l.has(p.Lines)
			}
		}
		if !ok {
			return fmt.Errorf("not a report: target %d names an item or a call that does not exist", i)
		}
	}
	return nil
}

// has reports that all of the lines are of items and ports that there are.
func (l *WorkloadList) has(lines []LineItem) bool {
	return !slices.ContainsFunc(lines, func(line LineItem) bool {
		return line.Item < 1 || line.Item > len(l.Items) || line.Port < 0 || line.Port > len(l.Items[line.Item-1].Ports)
	})
}

// called reports that all calls name what they are of.
func called(calls []RuleCall) bool {
	return !slices.ContainsFunc(calls, func(c RuleCall) bool {
		return len(c.Subsets) == 0 || c.Clients == 1 && c.Client == nil
	})
}

func (l *RuleList) check() error {
	for i := range l.Items {
		r := &l.Items[i]
		if !called(r.Decides) || slices.ContainsFunc(r.Overruled, func(o OverruledItem) bool { return o.Clients == 1 && o.Client == nil }) {
			return fmt.Errorf("not a report: item %d names a call that does not exist", i)
		}
	}
	return nil
}
