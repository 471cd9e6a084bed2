package verify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/proxy"
)

// State is how an answer of a proxy compares with the configuration's.
type State uint8

// The states. Unknown is the zero value: one of the sides does not show it.
const (
	Unknown State = iota
	// Same: both agree.
	Same
	// Settled: the configuration cannot show it, the proxy does.
	Settled
	// Differs: the proxy runs something else.
	Differs
)

var stateWords = [...]string{"unknown", "same", "settled", "differs"}

// String is the word that users read and scripts compare.
func (s State) String() string {
	if int(s) < len(stateWords) {
		return stateWords[s]
	}
	return fmt.Sprintf("State(%d)", uint8(s))
}

// Why is the reason of a difference. The zero value is Unexplained.
type Why uint8

// The reasons.
const (
	Unexplained Why = iota
	// Rejected: Envoy refused the last configuration.
	Rejected
	// Stale: istiod sent something that the proxy has not acknowledged.
	Stale
	// NotConnected: no istiod has a connection of the proxy.
	NotConnected
	// Before: the dump is older than the policy.
	Before
	// Patched: an EnvoyFilter changed it.
	Patched
	// OtherRevision: the proxy talks to another control plane.
	OtherRevision
	// Restart: the pod is older than the settings by which it would be injected now.
	Restart
	// OtherRoot: another certificate authority.
	OtherRoot
	// OtherTrustDomain: another trust domain.
	OtherTrustDomain
	// Dangling: ztunnel does not have a policy that the pod refers to.
	Dangling
	// NotCaptured: traffic of the pod does not come to the proxy.
	NotCaptured
)

var whyWords = [...]string{"unknown", "rejected", "stale", "not-connected", "dump-too-old", "envoyfilter", "other-revision", "restart-needed", "other-root", "other-trust-domain", "dangling-policy", "not-captured"}

// String is the word that users read and scripts compare.
func (w Why) String() string {
	if int(w) < len(whyWords) {
		return whyWords[w]
	}
	return fmt.Sprintf("Why(%d)", uint8(w))
}

// Item is one answer that was compared, or something that is wrong with a proxy.
type Item struct {
	Pod      proxy.Pod
	Workload resolve.Ref
	// Port is that of the pod, 0 for none; Any is true for any port that nothing names.
	Port int32
	Any  bool
	// Host is "host:port", with "/subset" for one, "" for a port; Endpoint is the one of which the
	// answer differs, "" for all.
	Host, Endpoint string
	// Config is what the configuration comes to and Proxy what the proxy runs: modes for a port,
	// words of client TLS for a host, what was expected and found for a certificate.
	Config, Proxy string
	State         State
	// Check is what is wrong, nil for nothing; Severity is the check's unless it is milder here.
	Check    *analyze.Check
	Severity analyze.Severity
	Why      Why
	Message  string
	Fix      string
	// By is the object that decides, and At where that is written.
	By resolve.Ref
	At resolve.Position
}

// Bad reports an item that counts as a difference: one that is at least a warning.
func (i *Item) Bad() bool { return i.Check != nil && i.Severity >= analyze.Warning }

// About is what the item is about, as a table shows it.
func (i *Item) About() string {
	switch {
	case i.Host != "":
		return i.Host
	case i.Any:
		return "*"
	case i.Port != 0:
		return fmt.Sprint(i.Port)
	}
	return ""
}

// compare orders by pod, ports before hosts before what is about the proxy, the worst first.
func (i *Item) compare(o *Item) int {
	return cmp.Or(
		cmp.Compare(i.Pod.Namespace, o.Pod.Namespace), cmp.Compare(i.Pod.Name, o.Pod.Name), cmp.Compare(i.kind(), o.kind()),
		cmp.Compare(i.Host, o.Host), cmp.Compare(i.Port, o.Port), cmp.Compare(i.Endpoint, o.Endpoint), cmp.Compare(o.Severity, i.Severity), cmp.Compare(i.Message, o.Message),
	)
}

func (i *Item) kind() int {
	switch {
	case i.Port != 0:
		return 0
	case i.Any:
		return 1
	case i.Host != "":
		return 2
	}
	return 3
}

// Proxy is one proxy that was seen.
type Proxy struct {
	Pod proxy.Pod
	// Workload is what the mesh knows the pod as, nil for none.
	Workload *inbound.Workload
	// Kind is sidecar, router, waypoint or ztunnel.
	Kind    string
	Version string
	Files   []string
	// Sync is synced, stale, rejected, not connected, or "" where no list of istiod was read.
	Sync string
	// Identity and Expires are of its certificate, zero where none was read.
	Identity string
	Expires  time.Time
	// Ports and Hosts are how many were compared, Others hosts that were not: they, or what is behind
	// them, are not in the input.
	Ports, Hosts, Others int
	// Traffic is what it received.
	Traffic []proxy.Traffic
	// Counted is true where counters were read.
	Counted bool
}

// Unseen is a workload of which proxies were not seen.
type Unseen struct {
	Workload resolve.Ref
	// Pods are those without a dump; none where the input has no pods of the workload.
	Pods []string
	// Of is how many pods the workload has, 0 where the input has none.
	Of int
	// Dataplane is what proxy it should have.
	Dataplane resolve.Dataplane
}

// Lack is something that the dumps do not show.
type Lack struct {
	// What is a word, Names the pods that it is about, Hint what to do.
	What  string
	Names []string
	Hint  string
	// effect is a sentence that begins with how many proxies it is about.
	effect string
}

// Effect is what is not known.
func (l *Lack) Effect() string { return counted(len(l.Names), "proxy", "proxies") + l.effect }

// Report is what verify found.
type Report struct {
	Items   []Item
	Proxies []Proxy
	Unseen  []Unseen
	// Lacks are what else the answer does not show.
	Lacks []Lack
}

// Differences counts the items that are wrong.
func (r *Report) Differences() (n int) {
	for i := range r.Items {
		if r.Items[i].Bad() {
			n++
		}
	}
	return n
}

// Port finds the answer for a port of a pod; ok is false where it was not compared.
func (r *Report) Port(pod proxy.Pod, port int32) (item *Item, ok bool) {
	i := slices.IndexFunc(r.Items, func(x Item) bool { return x.Pod == pod && x.Port == port && x.Host == "" })
	if i < 0 {
		return nil, false
	}
	return &r.Items[i], true
}

func (r *Report) sort() {
	slices.SortStableFunc(r.Items, func(a, b Item) int { return a.compare(&b) })
	slices.SortStableFunc(r.Proxies, func(a, b Proxy) int {
		return cmp.Or(cmp.Compare(a.Pod.Namespace, b.Pod.Namespace), cmp.Compare(a.Pod.Name, b.Pod.Name))
	})
	slices.SortStableFunc(r.Unseen, func(a, b Unseen) int { return a.Workload.Compare(b.Workload) })
}

// Keep leaves out what is not about some pods, "namespace/name"; "namespace/*" stands for any of the
// namespace. nil keeps all.
func (r *Report) Keep(pods map[string]bool) {
	if pods == nil {
		return
	}
	other := func(p proxy.Pod) bool { return !pods[p.String()] && !pods[p.Namespace+"/*"] }
	r.Items = slices.DeleteFunc(r.Items, func(i Item) bool { return other(i.Pod) })
	r.Proxies = slices.DeleteFunc(r.Proxies, func(p Proxy) bool { return other(p.Pod) })
	r.Unseen = slices.DeleteFunc(r.Unseen, func(u Unseen) bool {
		u.Pods = slices.DeleteFunc(slices.Clone(u.Pods), func(name string) bool { return other(proxy.Pod{Namespace: u.Workload.Namespace, Name: name}) })
		return u.Of > 0 && len(u.Pods) == 0 || u.Of == 0 && !pods[u.Workload.Namespace+"/*"]
	})
	for i := range r.Lacks {
		l := &r.Lacks[i]
		l.Names = slices.DeleteFunc(slices.Clone(l.Names), func(name string) bool {
			namespace, _, _ := strings.Cut(name, "/")
			return !pods[name] && !pods[namespace+"/*"]
		})
	}
	r.Lacks = slices.DeleteFunc(r.Lacks, func(l Lack) bool { return len(l.Names) == 0 })
}
