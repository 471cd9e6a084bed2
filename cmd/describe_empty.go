package cmd

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// whyEmpty says why a table of ports has none: nothing that could have any, or what
// a flag left out.
func (o *describeOptions) whyEmpty(l *input.Loaded) []string {
	all, shown := l.Mesh.Workloads(), l.ShownWorkloads()
	matches := func(w *inbound.Workload) bool { return o.filter.labels.Matches(labels.Set(w.Labels)) }
	switch {
	case len(all) == 0 && l.Mesh.Gap(resolve.KindPod) != nil:
		return []string{"pods could not be read: the workloads are unknown"}
	case len(all) == 0:
		return []string{noWorkload(l.Stats.Objects[resolve.KindPeerAuthentication])}
	case len(shown) == 0:
		return []string{fmt.Sprintf("no workload in namespace %s: -A shows the %d of other namespaces", l.Flags.ShownNamespace(), len(all))}
	case len(l.Workloads(func(w *inbound.Workload) bool { return l.Shows(w.Ref.Namespace) && matches(w) })) == 0:
		return []string{"-l " + o.filter.selector + " matches no workload"}
	}
	return []string{"--mode " + strings.Join(o.filter.modes, ",") + " excludes every port"}
}

// noWorkload tells policies alone, which are half of a question, from something else.
func noWorkload(policies int) string {
	text := "the input has no pod, no workload controller and no WorkloadEntry"
	if policies == 0 {
		return text
	}
	return text + ": add them to see the effect of " + console.Plural(policies, "PeerAuthentication")
}
