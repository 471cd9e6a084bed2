package source

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// tellUndrawn says of the kustomizations that were read past what they take in beside the files that were
// read: objects of which nobody has seen one. It is one problem, whose place is the first of them.
func (l *listing) tellUndrawn() {
	r := l.reaching()
	var those []kustomization
	var lacking []string
	for _, k := range l.kustomizations {
		var spec types.Kustomization
		if spec.Unmarshal(k.data) != nil {
			continue // which is a problem of its own
		}
		if parts := r.undrawn(k, &spec); len(parts) > 0 {
			those, lacking = append(those, k), append(lacking, parts...)
		}
	}
	if len(those) == 0 {
		return
	}
	slices.Sort(lacking)
	lacking = slices.Compact(lacking)
	const most = 5
	if more := len(lacking) - most; more > 0 {
		lacking = append(lacking[:most], fmt.Sprintf("and %d more", more))
	}
	take := "this kustomization, which was not built, takes"
	if len(those) > 1 {
		take = fmt.Sprintf("%d kustomizations, which were not built, take", len(those))
	}
	p := those[0].problem(take + " in what the files do not have: " + strings.Join(lacking, ", "))
	p.Hint = "-k " + shell.Word(filepath.Dir(those[0].name)) + " builds it, with --allow-remote for what has to be fetched"
	l.problems = append(l.problems, p)
}

// undrawn are the parts of a kustomization that add objects and that were not read: charts, addresses,
// and files and folders elsewhere.
func (r *reaching) undrawn(k kustomization, spec *types.Kustomization) (lacking []string) {
	//lint:ignore SA1019 kustomize still reads it
	for _, entry := range slices.Concat(spec.Resources, spec.Bases, spec.Components) {
		if at := k.beside(entry); !inline(entry) && !r.read(at) {
			lacking = append(lacking, withoutUser(entry))
		}
	}
	for _, c := range spec.HelmCharts {
		lacking = append(lacking, "the Helm chart "+c.Name)
	}
	for _, c := range spec.HelmChartInflationGenerator {
		lacking = append(lacking, "the Helm chart "+cmp.Or(c.ChartName, c.ReleaseName))
	}
	return lacking
}

// read reports a file that was read, or a folder with a kustomization that was.
func (r *reaching) read(at string) bool {
	if _, is := r.texts[at]; is {
		return true
	}
	_, is := r.byFolder[at]
	return is
}
