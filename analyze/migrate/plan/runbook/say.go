package runbook

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// What is the wave in a few words, without a full stop: "STRICT for 38 workloads of 6
// namespaces".
func What(w *plan.Wave) string {
	switch w.Kind {
	case plan.Repair:
		return "repair " + kinds(w)
	case plan.Keep:
		return "write " + counted(len(w.Changes), "exception")
	case plan.Inject:
		return "inject " + count(w.Joining) + " (restart)"
	case plan.Freeze:
		return "keep clients of " + counted(len(w.Changes), "host") + " on plaintext"
	case plan.Accept:
		return "PERMISSIVE for " + workloads(w)
	case plan.Offer:
		return offered(w)
	case plan.Workloads:
		return "STRICT for " + workloads(w)
	case plan.Namespaces:
		return "STRICT for " + named("namespace", namespaces(w))
	case plan.MeshWide:
		return "STRICT mesh-wide"
	}
	switch {
	case w.Kind.OfAmbient():
		return crossing(w)
	case w.Kind.OfTrust():
		return renamed(w)
	}
	return "remove " + redundant(w)
}

// offered is whose clients may send mTLS: of namespaces, and of hosts that were held back.
func offered(w *plan.Wave) string {
	var namespaces []string
	hosts := 0
	for i := range w.Changes {
		if r := w.Changes[i].Ref(); r.Kind == resolve.KindPeerAuthentication {
			namespaces = append(namespaces, r.Namespace)
		} else {
			hosts++
		}
	}
	var parts []string
	if len(namespaces) > 0 {
		parts = append(parts, "PERMISSIVE for "+named("namespace", namespaces))
	}
	if hosts > 0 {
		parts = append(parts, "let clients of "+counted(hosts, "host")+" send mTLS")
	}
	return strings.Join(parts, "; ")
}

// reasons are why waves of a kind come when they do, where they have several changes.
var reasons = [...]string{
	plan.Repair: "they make clients send traffic that STRICT rejects", plan.Keep: "create the exceptions before changing the wider policy",
	plan.Inject: "they call ports that become STRICT, or have ports that no policy protects without a sidecar",
	plan.Freeze: "proxies do not get a change at the same moment (istio#48290): change the servers first",
	plan.Accept: "servers accept mTLS and plaintext before their clients send mTLS", plan.Offer: "the servers already accept mTLS and plaintext",
	plan.Workloads: "no known plaintext client", plan.Namespaces: "all of their workloads are STRICT, can be, or have policies of their own",
	plan.MeshWide: "new namespaces and workloads inherit STRICT", plan.Tidy: "the wider policy is already STRICT",
	plan.Tunnel: "ambient clients send plaintext to a sidecar without HBONE (3.6.4)", plan.Safe: "ztunnel must apply the policies as the sidecars do",
	plan.Enrol: "their servers accept HBONE, and ztunnel enforces their policies", plan.Waypoint: "a waypoint enforces what ztunnel does not", plan.Bind: "the waypoint enforces their policies",
	plan.Outside: "the label of their namespace must not enrol them",
	plan.Relabel: "their workloads are ambient, and new ones inherit it",
	plan.Aliases: "proxies must accept both trust domains before any certificate has the new one", plan.Identities: "callers and servers will have the new trust domain",
	plan.Switch: "all proxies accept the new trust domain, and the policies name it", plan.Renew: "the former trust domain can go only when no certificate has it",
	plan.Retire: "no certificate has the former trust domain any more",
}

// Why is why the wave comes now, without a full stop.
func Why(w *plan.Wave) string {
	if len(w.Changes) == 1 && w.Kind != plan.Namespaces {
		return w.Changes[0].Why
	}
	return reasons[w.Kind]
}

// Said is the condition with what it is about: "deploy/report.batch and 4 more: sidecars
// come in a wave before this one".
func Said(c *plan.Condition) string {
	if len(c.Objects) == 0 {
		return c.Text
	}
	var names []string
	for i, r := range c.Objects {
		if i == mostNamed {
			return fmt.Sprintf("%s and %d more: %s", strings.Join(names, ", "), len(c.Objects)-i, c.Text)
		}
		name := r.String()
		if plan.Restarts(r.Kind) {
			name = r.Typed()
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ") + ": " + c.Text
}

// kinds is "3 DestinationRules and 1 Sidecar", or the name of the only object.
func kinds(w *plan.Wave) string {
	if len(w.Changes) == 1 {
		return w.Changes[0].Ref().String()
	}
	var order []resolve.Kind
	count := map[resolve.Kind]int{}
	for i := range w.Changes {
		kind := w.Changes[i].Ref().Kind
		if count[kind]++; count[kind] == 1 {
			order = append(order, kind)
		}
	}
	var parts []string
	for _, kind := range order {
		parts = append(parts, counted(count[kind], kind.Word()))
	}
	return strings.Join(parts, " and ")
}

// workloads are those that the wave is about: of which ports change, else one for each
// policy.
func workloads(w *plan.Wave) string {
	var refs []resolve.Ref
	seen := map[resolve.Ref]bool{}
	for _, t := range slices.Concat(w.Strict, w.Opens) {
		if !seen[t.Workload] {
			seen[t.Workload] = true
			refs = append(refs, t.Workload)
		}
	}
	if len(refs) == 0 {
		for i := range w.Changes {
			refs = append(refs, w.Changes[i].Ref())
		}
	}
	return count(refs)
}

// count is "38 workloads of 6 namespaces", or the name of the only one.
func count(refs []resolve.Ref) string {
	if len(refs) == 1 && refs[0].Kind != resolve.KindPeerAuthentication {
		return refs[0].Typed()
	}
	spaces := map[string]bool{}
	for _, r := range refs {
		spaces[r.Namespace] = true
	}
	if len(spaces) == 1 {
		return counted(len(refs), "workload") + " of " + refs[0].Namespace
	}
	return counted(len(refs), "workload") + " of " + counted(len(spaces), "namespace")
}

// namespaces are those whose objects change, sorted.
func namespaces(w *plan.Wave) []string {
	var out []string
	for i := range w.Changes {
		out = append(out, w.Changes[i].Ref().Namespace)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// mostNamed is how many namespaces are named, rather than counted.
const mostNamed = 4

// named is "namespaces shop, search", or how many they are.
func named(noun string, names []string) string {
	switch {
	case len(names) == 1:
		return noun + " " + names[0]
	case len(names) > mostNamed:
		return counted(len(names), noun)
	}
	return noun + "s " + strings.Join(names, ", ")
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "ry"); ok { // ServiceEntry
		return fmt.Sprintf("%d %sries", n, stem)
	}
	if stem, ok := strings.CutSuffix(noun, "cy"); ok { // AuthorizationPolicy
		return fmt.Sprintf("%d %scies", n, stem)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func redundant(w *plan.Wave) string {
	n := len(w.Changes)
	switch {
	case w.Changes[0].Ref().Kind == resolve.KindSidecar:
		return "unused " + kinds(w)
	case n == 1:
		return "1 redundant policy"
	}
	return fmt.Sprintf("%d redundant policies", n)
}
