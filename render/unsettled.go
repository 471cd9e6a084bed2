package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// Unsettled says how to settle the modes of lines that nobody can tell.
func Unsettled(m *mesh.Mesh, lines []Line) []string { return unsettled(m, lines) }

// unsettled says how to settle the modes that are shown with a question mark:
// one line for missing Namespace objects, one per other reason.
func unsettled(m *mesh.Mesh, lines []Line) []string {
	var missing, reasons []string
	for _, l := range lines {
		if l.Decision().Mode != resolve.Unknown {
			continue
		}
		ns := m.Namespace(l.Workload.Ref.Namespace)
		switch {
		case l.Workload.Membership.Dataplane != resolve.DataplaneUnknown || l.Decision().By.Kind == resolve.KindEnvoyFilter:
			reasons = append(reasons, words.Because(l.Decision().Why))
		case (ns == nil || !ns.Known) && m.Gap(resolve.KindNamespace) == nil && m.Gap(resolve.KindPod) == nil:
			missing = append(missing, l.Workload.Ref.Namespace)
		default:
			reasons = append(reasons, words.Because(l.Workload.Membership.Why))
		}
	}
	var notes []string
	if len(missing) > 0 {
		notes = append(notes, missingNamespaces(distinct(missing)))
	}
	for _, r := range distinct(reasons) {
		notes = append(notes, "? "+r)
	}
	return notes
}

func missingNamespaces(namespaces []string) string {
	return "?: mode if the pod has a sidecar; unknown because " + whyUnknown(namespaces)
}

// whyUnknown names missing Namespace objects, and what settles the answers without them.
func whyUnknown(namespaces []string) string {
	const most = 4
	flag := "=" + strings.Join(namespaces, ",")
	objects, it := "Namespace "+strings.Join(namespaces, ", ")+" is", "it"
	if len(namespaces) > 1 {
		objects, it = "Namespaces "+strings.Join(namespaces, ", ")+" are", "them"
	}
	if slices.ContainsFunc(namespaces, func(n string) bool { return strings.ContainsAny(n, "${}<>{ ") }) {
		flag = "" // a placeholder of some template: nothing to type
	}
	if len(namespaces) > most {
		objects = fmt.Sprintf("Namespaces %s and %d others are", strings.Join(namespaces[:most], ", "), len(namespaces)-most)
		flag = ""
	}
	return fmt.Sprintf("%s not in the input. Add %s, or pass --assume-injected%s or --assume-not-injected%s", objects, it, flag, flag)
}

// distinct sorts and removes repeats.
func distinct(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}
