package cmd

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// whyEmpty says why a choice of connections has none: what a flag left out, or what
// is never listed unless it is named.
func (o *connectionsOptions) whyEmpty(l *input.Loaded, q calls.Query) []string {
	if len(l.Mesh.Hosts()) == 0 {
		return []string{"the input has no Service and no ServiceEntry: there are no calls"}
	}
	if len(o.verdicts) > 0 {
		if ends := otherEnds(l, q); ends != "" {
			return []string{"--verdict " + strings.Join(o.verdicts, ",") + " excludes " + ends}
		}
	}
	var why []string
	if n := o.unlisted(l); n > 0 {
		why = append(why, fmt.Sprintf("%s without a proxy %s not listed: name one with --from", console.Plural(n, "workload"), isAre(n)))
	}
	if hidden := hiddenHosts(l, q); len(hidden) > 0 {
		why = append(why, fmt.Sprintf("the clients' Sidecar scope hides %s: name one with --to", console.Some(hidden, 4)))
	}
	if o.labels.String() != "" && len(l.Workloads(func(w *inbound.Workload) bool { return o.labels.Matches(labels.Set(w.Labels)) })) == 0 {
		why = append(why, "-l "+o.selector+" matches no workload")
	}
	return why
}

// otherEnds counts how the calls end that only --verdict leaves out.
func otherEnds(l *input.Loaded, q calls.Query) string {
	counts := map[string]int{}
	for c := range l.Mesh.Connections(q.Filter) {
		if q.Pair(c.Client, c.Host) && slices.ContainsFunc(c.Client.Workloads, q.Client) {
			counts[c.Outcome.Verdict.String()]++
		}
	}
	var parts []string
	for _, word := range verdictWords {
		if n := counts[word]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, word))
		}
	}
	return strings.Join(parts, ", ")
}

// unlisted counts the chosen workloads without a proxy, where nobody named one.
func (o *connectionsOptions) unlisted(l *input.Loaded) int {
	if len(o.sources) > 0 {
		return 0
	}
	return len(l.Workloads(func(w *inbound.Workload) bool {
		return naked(w) && l.Shows(w.Ref.Namespace) && o.labels.Matches(labels.Set(w.Labels))
	}))
}

// hiddenHosts are those that calls would go to if the clients knew them.
func hiddenHosts(l *input.Loaded, q calls.Query) []string {
	if q.Filter.Hidden {
		return nil
	}
	f := q.Filter
	f.Hidden = true
	var names []string
	for c := range l.Mesh.Connections(f) {
		if q.Pair(c.Client, c.Host) && slices.ContainsFunc(c.Client.Workloads, q.Client) {
			names = append(names, input.HostName(c.Host))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
