package cmd

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/analyze/overview"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

func parseVerdicts(words []string) (map[resolve.Verdict]bool, error) {
	wanted := map[resolve.Verdict]bool{}
	for _, word := range words {
		v, err := resolve.ParseVerdict(strings.TrimSpace(word))
		if err != nil {
			return nil, console.Usage("", "--verdict %q: one of %s", word, strings.Join(verdictWords, ", "))
		}
		wanted[v] = true
	}
	return wanted, nil
}

// view looks up what the flags name and chooses the connections.
func (o *connectionsOptions) view(l *input.Loaded, evidence *evidence.Evidence, dumps *input.Dumps) (format.View, error) {
	ends, err := o.ends(l)
	if err != nil {
		return nil, err
	}
	q := o.calls(l, ends)
	c := calls.Of(l.Mesh, q, evidence)
	if o.sums.given() {
		return o.overview(l, c), nil
	}
	v := render.Connections{
		Scope: l.Scope(), Calls: c, Expand: o.expand, Filtered: o.filters(l), Running: dumps.Running(l.Mesh),
		WhyEmpty: func() []string { return o.whyEmpty(l, q) },
	}
	if !o.expand && len(o.verdicts) == 0 {
		if v.Derivation, err = ends.derive(l.Mesh); err != nil || v.Derivation != nil {
			return v, err
		}
	}
	return o.output.begun(o.streams, v, func() render.Namespaces {
		cells := overview.Matrix(c)
		return render.NewNamespaces(l.Scope(), render.LinesOf(besideCells(l, cells)), cells, o.filters(l), nil)
	}), nil
}

// filters reports a flag that leaves connections out.
func (o *connectionsOptions) filters(l *input.Loaded) bool {
	return l.Flags.Namespace != "" && !l.Flags.AllNamespaces || o.selector != "" || len(o.from)+len(o.to)+len(o.verdicts) > 0
}

// calls turns flags and what they named into a choice of connections.
func (o *connectionsOptions) calls(l *input.Loaded, e *ends) calls.Query {
	q := calls.Query{
		Filter: outbound.Filter{Hidden: len(o.targets) > 0, Naked: slices.ContainsFunc(e.clients, naked)},
		Client: func(w *inbound.Workload) bool {
			return o.labels.Matches(labels.Set(w.Labels)) && (len(o.sources) == 0 || e.from[w])
		},
		Shows: l.Shows,
		Call: func(c *outbound.Connection) bool {
			return (len(o.wanted) == 0 || o.wanted[c.Outcome.Verdict]) && (len(o.targets) == 0 || e.reaches(c))
		},
	}
	if len(o.targets) > 0 {
		q.Filter.Host = e.mayReach
	}
	return q
}

func naked(w *inbound.Workload) bool { return w.Membership.Dataplane == resolve.DataplaneNone }
