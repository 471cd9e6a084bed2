package verify

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/proxy"
)

// fixes are what to do, by the reason.
var fixes = map[Why]string{
	Rejected:         "repair what Envoy names, most often an EnvoyFilter, then run verify again: the proxy keeps its old configuration until it accepts a new one",
	Stale:            "check the proxy's connection to istiod and istiod's log; kubectl rollout restart of the workload makes the proxy ask again",
	NotConnected:     "check the proxy's log and NetworkPolicies for port 15012 of istiod, then restart the workload",
	Before:           "take the dump again: it is older than the policy",
	Patched:          "remove the EnvoyFilter, or accept what it does",
	OtherRevision:    "restart the workload, so that the injector of the right revision takes it",
	Restart:          "restart the workload: these settings are read when the pod begins",
	OtherRoot:        "give both certificate authorities one root, or distribute both roots, then restart the workload",
	OtherTrustDomain: "set the other trust domain as an alias in meshConfig.trustDomainAliases, or restart the workload where the domain changed",
	Dangling:         "delete and create the PeerAuthentication again, and restart ztunnel of the node if the policy stays away",
	NotCaptured:      "restart the pod; check the istio-cni agent of its node",
}

// why is the reason of a difference in what the proxy has of a kind, "listener" or "cluster".
func (v *verifier) why(s *subject, i *Item, what string) (Why, string) {
	if r, ok := s.rejected(what); ok {
		return Rejected, "Envoy rejected the last configuration: " + firstLine(r)
	}
	if t := s.syncedType(what); t != nil && t.Stale {
		return Stale, "the proxy has not acknowledged what istiod sent" + since(t.Sent)
	}
	if v.absent(s) {
		return NotConnected, "no istiod has a connection of this proxy"
	}
	if created := v.created(i.By); !created.IsZero() && !s.Updated.IsZero() && created.After(s.Updated) {
		return Before, fmt.Sprintf("the newest part of the dump is of %s, %s of %s", stamp(s.Updated), i.By, stamp(created))
	}
	if revision, ok := s.Revision(); ok && s.Discovery != "" {
		if want := cmp.Or(s.workload.Membership.Revision, resolve.DefaultRevision); revision != want {
			return OtherRevision, fmt.Sprintf("the proxy is connected to revision %s, the configuration was read as of revision %s", revision, want)
		}
	}
	if name := s.strangeChain(i); name != "" && what == "listener" {
		return Patched, fmt.Sprintf("filter chain %s is none that istiod makes: an EnvoyFilter adds it", name)
	}
	if key, was, is, differs := s.olderAnnotation(); differs {
		return Restart, fmt.Sprintf("the pod began with annotation %s %s, the workload has %s now", key, quoted(was), quoted(is))
	}
	if key, was, is, differs := s.olderLabel(); differs {
		return Restart, fmt.Sprintf("the pod began with label %s %s, the workload has %s now", key, quoted(was), quoted(is))
	}
	return Unexplained, "why is unknown: the dump shows no rejection, and an object may be missing in the input"
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }

func since(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " at " + stamp(t)
}

// firstLine is the first line of Envoy's words, shortened.
func firstLine(text string) string {
	const most = 300
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "..."
	}
	return text
}

// types are istiod's words for what a dump has of a kind.
var types = map[string]string{"listener": "LDS", "cluster": "CDS"}

// syncedType is how far the resources of a kind have come, nil where no list shows it.
func (s *subject) syncedType(what string) *proxy.SyncedType {
	if !s.synced {
		return nil
	}
	i := slices.IndexFunc(s.sync.Types, func(t proxy.SyncedType) bool { return t.Type == types[what] })
	if i < 0 {
		return nil
	}
	return &s.sync.Types[i]
}

// rejected is what Envoy said of the configuration of a kind that it refused.
func (s *subject) rejected(what string) (details string, ok bool) {
	for _, r := range s.Envoy.Rejected {
		if r.What == what {
			return r.Details, true
		}
	}
	if t := s.syncedType(what); t != nil && t.Error != "" {
		return t.Error, true
	}
	return "", false
}

// absent reports a proxy that no istiod knows: only where all of them were asked.
func (v *verifier) absent(s *subject) bool {
	return v.fleet.Synced && !s.synced && v.allIstiods()
}

// allIstiods reports that the lists of all istiods were read.
func (v *verifier) allIstiods() bool {
	if v.fleet.Whole {
		return true
	}
	files := map[string]bool{}
	for _, s := range v.fleet.Syncs {
		files[s.File] = true
	}
	running := 0
	for _, w := range v.mesh.Workloads() {
		if w.Labels["app"] == "istiod" {
			running += len(w.PodNames)
		}
	}
	return running > 0 && len(files) >= running
}

// created is when the deciding object was created, zero where that is unknown.
func (v *verifier) created(ref resolve.Ref) time.Time {
	switch ref.Kind {
	case resolve.KindPeerAuthentication:
		for _, p := range v.mesh.PeerAuthentications() {
			if p.Ref == ref {
				return p.Created
			}
		}
	case resolve.KindDestinationRule:
		for _, r := range v.mesh.DestinationRules() {
			if r.Ref == ref {
				return r.Created
			}
		}
	}
	return time.Time{}
}

// istiodsChain is how istiod names the chains of ports.
var istiodsChain = regexp.MustCompile(`^(virtualInbound.*|(\d+\.){3}\d+_\d+|\[?[0-9a-fA-F:]*\]?_\d+|inbound\|.*|inbound_.*)$`)

// strangeChain is a chain of the port that has a name which istiod does not give, "" for none.
func (s *subject) strangeChain(i *Item) string {
	for j := range s.Listeners {
		l := &s.Listeners[j]
		if !l.Inbound || l.Static || s.kind != proxy.Sidecar {
			continue
		}
		for _, c := range l.Chains {
			if c.Name != "" && !istiodsChain.MatchString(c.Name) && (c.Port == 0 || c.Port == i.Port) && l.Port != resolve.HBONEPort && l.Port != 0 {
				return c.Name
			}
		}
	}
	return ""
}

// birth are the annotations about captured ports: they are read when a pod begins.
var birth = []string{resolve.ExcludeInboundPortsAnnotation, resolve.IncludeInboundPortsAnnotation}

// olderAnnotation is an annotation that the running pod has otherwise than the workload now.
func (s *subject) olderAnnotation() (key, was, is string, differs bool) {
	if s.Version == "" {
		return "", "", "", false // the dump does not show them
	}
	for _, key := range birth {
		was, is := s.Annotations[key], s.workload.Annotations[key]
		if ports(was) != ports(is) {
			return key, was, is, true
		}
	}
	return "", "", "", false
}

// ports are those of an annotation without what the injector adds to it: the proxy's own.
func ports(list string) string {
	words := resolve.SplitList(list)
	words = slices.DeleteFunc(words, func(word string) bool {
		n, err := strconv.Atoi(word)
		return word == "*" || err == nil && (n == resolve.AgentStatusPort || slices.Contains(resolve.ProxyPorts, int32(n)))
	})
	slices.Sort(words)
	return strings.Join(slices.Compact(words), ",")
}

// olderLabel is a label of the workload that the running pod has not.
func (s *subject) olderLabel() (key, was, is string, differs bool) {
	if len(s.Labels) == 0 {
		return "", "", "", false
	}
	for _, key := range slices.Sorted(maps.Keys(s.workload.Labels)) {
		if was, is := s.Labels[key], s.workload.Labels[key]; was != is && !strings.Contains(key, "istio.io/") {
			return key, was, is, true
		}
	}
	return "", "", "", false
}
