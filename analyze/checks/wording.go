package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// How findings count and name objects.

func workloads(n int) string {
	if n == 1 {
		return "1 workload"
	}
	return fmt.Sprintf("%d workloads", n)
}

// firstNames names the first of several workloads.
func firstNames(of []*inbound.Workload) string {
	text := of[0].Short()
	if n := len(of); n > 1 {
		text = fmt.Sprintf("%s and %d more", text, n-1)
	}
	return text
}

// namespacesIn names the namespaces of objects.
func namespacesIn(refs []resolve.Ref) string {
	var names []string
	for _, r := range refs {
		names = append(names, r.Namespace)
	}
	slices.Sort(names)
	if names = slices.Compact(names); len(names) > 1 {
		return "namespaces " + strings.Join(names, ", ")
	}
	return "namespace " + names[0]
}

// some names the first few objects and counts the rest.
func some(refs []resolve.Ref) string {
	var names []string
	for _, r := range refs[:min(len(refs), maxExamples)] {
		names = append(names, r.String())
	}
	text := strings.Join(names, ", ")
	if more := len(refs) - maxExamples; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// sure is the confidence of what may be explained away unless it is known.
func sure(known bool) analyze.Confidence {
	if known {
		return analyze.Certain
	}
	return analyze.Possible
}

// counted is a number of things: "1 port", "2 ports".
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// clientsOf names the workloads of classes: one by its name, more by their number and the
// namespace of the first.
func clientsOf(classes []*outbound.ClientClass) string {
	n := 0
	for _, c := range classes {
		n += len(c.Workloads)
	}
	if n == 1 {
		return classes[0].Workloads[0].Short() + " of " + classes[0].Namespace
	}
	spaces := map[string]bool{}
	for _, c := range classes {
		spaces[c.Namespace] = true
	}
	if len(spaces) > 1 {
		return fmt.Sprintf("%d workloads of %d namespaces", n, len(spaces))
	}
	return fmt.Sprintf("%d workloads of %s", n, classes[0].Namespace)
}
