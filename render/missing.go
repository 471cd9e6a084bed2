package render

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// newMissing says what the lack of a kind means and what settles it.
func newMissing(m analyze.Missing) wire.MissingItem {
	item := wire.MissingItem{What: string(m.Kind), Names: m.Names}
	names := firstFew(m.Names)
	switch m.Kind {
	case resolve.KindNamespace:
		item.Effect = fmt.Sprintf("sidecar injection is unknown for namespace%s %s (no Namespace object)", plurals(len(m.Names)), names)
		item.Hint = "add the Namespace object, or pass --assume-injected=" + strings.Join(m.Names[:min(len(m.Names), mostNamed)], ",")
	case resolve.KindService:
		item.Effect = fmt.Sprintf("%s of DestinationRules %s not in the input (%s)", count(len(m.Names), "host"), isOrAre(len(m.Names)), names)
		item.Hint = "add the Services and their workloads with -f"
	case analyze.KindVariable:
		item.Effect = fmt.Sprintf("%s %s variables without a value (%s)", count(len(m.Names), "object"), holdOrHolds(len(m.Names)), names)
		item.Hint = "render the files (helm template, oc process, envsubst) and read the result"
	case analyze.KindKustomization:
		item.Effect = fmt.Sprintf("%s %s objects that findings are about (%s)", count(len(m.Names), "kustomization"), changeOrChanges(len(m.Names)), names)
		item.Hint = "-k " + shell.Word(m.Names[0]) + " reads what is applied"
	default:
		item.Effect = fmt.Sprintf("no workload of namespace%s %s is in the input", plurals(len(m.Names)), names)
		item.Hint = "add the workloads with -f"
	}
	return item
}

// NewUnusable is what is missing where parts of the input could not be used; the problems
// say which.
func NewUnusable(problems []resolve.Problem) wire.MissingItem {
	item := wire.MissingItem{What: "input", Names: []string{}, Hint: "fix what stderr names, or leave it out"}
	for _, p := range problems {
		item.Names = append(item.Names, strings.TrimSuffix(p.Position.String()+" "+p.Ref.Path(), " -"))
	}
	item.Effect = count(len(problems), "part") + " of the input could not be used"
	return item
}

// NewUnread is what is missing where a kind could not be read of a cluster.
func NewUnread(g resolve.Gap) wire.MissingItem {
	item := wire.MissingItem{
		What: string(g.Kind), Names: append([]string{}, g.Namespaces...), Effect: g.String(),
		Hint: "mtlsctl rbac --check names the rights that are missing",
	}
	switch {
	case g.Kind == resolve.KindMeshConfig:
		item.Hint = "pass --mesh-config FILE"
	case g.Reason != "forbidden":
		item.Hint = "run the command again"
	}
	return item
}

// missingText is the part of a summary that says why an answer is not whole, "" for one that is.
func missingText(list []wire.MissingItem) string {
	var parts []string
	for _, m := range list {
		parts = append(parts, m.Effect+": "+m.Hint)
	}
	if len(parts) == 0 {
		return ""
	}
	return "INCOMPLETE: " + strings.Join(parts, "; ")
}

// mostNamed is how many names a sentence has.
const mostNamed = 3

func firstFew(names []string) string {
	if len(names) > mostNamed {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:mostNamed], ", "), len(names)-mostNamed)
	}
	return strings.Join(names, ", ")
}

func plurals(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

func changeOrChanges(n int) string {
	if n == 1 {
		return "changes"
	}
	return "change"
}

func holdOrHolds(n int) string {
	if n == 1 {
		return "holds"
	}
	return "hold"
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
