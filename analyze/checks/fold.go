package checks

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// folded are findings of which those that say the same of several objects of a namespace
// become one, about the first of them.
type folded struct {
	order []*analyze.Finding
	index map[string]*analyze.Finding
	more  map[*analyze.Finding][]resolve.Ref
}

func newFolded() *folded {
	return &folded{index: map[string]*analyze.Finding{}, more: map[*analyze.Finding][]resolve.Ref{}}
}

func (l *folded) add(f analyze.Finding) {
	key := f.Object.Namespace + "\x00" + f.Message
	first := l.index[key]
	if first == nil {
		l.index[key] = &f
		l.order = append(l.order, &f)
		return
	}
	if f.Object != first.Object {
		l.more[first] = append(l.more[first], f.Object)
	}
	first.Repair = append(first.Repair, f.Repair...)
}

func (l *folded) report(p *analyze.Pass) {
	for _, f := range l.order {
		if more := distinct(l.more[f]); len(more) > 0 {
			f.Message += sameFor(more)
			f.Involved = append(f.Involved, more...)
			f.Affected = append(f.Affected, affectedObjects(append([]resolve.Ref{f.Object}, more...))...)
		}
		p.Report(*f)
	}
}

func distinct(refs []resolve.Ref) []resolve.Ref {
	var out []resolve.Ref
	seen := map[resolve.Ref]bool{}
	for _, r := range refs {
		if !seen[r] {
			seen[r] = true
			out = append(out, r)
		}
	}
	return out
}

// sameFor counts objects of which the same is to be said, and names some.
func sameFor(more []resolve.Ref) string {
	var names []string
	for _, r := range more[:min(len(more), maxExamples)] {
		names = append(names, r.Path())
	}
	if len(more) == 1 {
		return "; the same holds for " + names[0]
	}
	such := ":"
	if len(more) > maxExamples {
		such = ", such as"
	}
	return fmt.Sprintf("; the same holds for %d more%s %s", len(more), such, strings.Join(names, ", "))
}
