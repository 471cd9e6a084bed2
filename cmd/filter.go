package cmd

import (
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// filterFlags choose among the lines of an answer.
type filterFlags struct {
	selector string
	modes    []string

	labels labels.Selector
	wanted map[resolve.Mode]bool
}

// portModes are the modes that a port can have, as --mode takes them.
var portModes = []string{"STRICT", "PERMISSIVE", "DISABLE", "NONE", "TLS", "UNKNOWN"}

func (f *filterFlags) add(c *cobra.Command) {
	c.Flags().StringVarP(&f.selector, "selector", "l", "", "show only workloads whose pod labels match `SELECTOR`, as in kubectl")
	c.Flags().StringSliceVar(&f.modes, "mode", nil, "show only ports whose mode is one of `MODE,...`: "+strings.Join(portModes, ", "))
	console.Completes(c, "selector", console.NoFiles)
	console.Completes(c, "mode", console.ManyOf(console.OneOf(portModes...)))
}

func (f *filterFlags) complete() (err error) {
	if f.labels, err = labels.Parse(f.selector); err != nil {
		return console.Usage("for example -l app=shop,tier!=db", "-l %q: %s", f.selector, err)
	}
	f.wanted = map[resolve.Mode]bool{}
	for _, word := range f.modes {
		mode, err := resolve.ParseMode(strings.TrimSpace(word))
		if err != nil || mode == resolve.Unset {
			return console.Usage("", "--mode %q: one of %s", word, strings.Join(portModes, ", "))
		}
		f.wanted[mode] = true
	}
	return nil
}

// given reports that something chooses among the lines.
func (f *filterFlags) given() bool { return !f.labels.Empty() || len(f.wanted) > 0 }

// apply keeps the lines that match. The line of unnamed ports stays only beside
// another of its workload, unless it is the only one there is: a filter asks for
// ports.
func (f *filterFlags) apply(lines []render.Line) []render.Line {
	if !f.given() {
		return lines
	}
	var kept []render.Line
	named := map[*inbound.Workload]bool{}
	for _, l := range lines {
		if !f.matches(l) {
			continue
		}
		named[l.Workload] = named[l.Workload] || l.Port != nil
		if l.Port != nil || named[l.Workload] || len(l.Workload.Ports) == 0 {
			kept = append(kept, l)
		}
	}
	return kept
}

func (f *filterFlags) matches(l render.Line) bool {
	return f.labels.Matches(labels.Set(l.Workload.Labels)) && (len(f.wanted) == 0 || f.wanted[l.Decision().Mode])
}
