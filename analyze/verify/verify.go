package verify

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/proxy"
)

// Options say how to compare. The zero Options compare everything, and call no certificate expired.
type Options struct {
	// Now is by whose clock certificates end, Expiring how long before that they count.
	Now      time.Time
	Expiring time.Duration
	// Shows narrows the answer to some workloads, nil for all.
	Shows func(*inbound.Workload) bool
	// Hosts asks for the hosts too of which both sides agree.
	Hosts bool
}

// verifier compares one mesh with one fleet.
type verifier struct {
	Options
	mesh  *mesh.Mesh
	fleet *proxy.Fleet
	// pods find the workload of a pod, and addresses that of an endpoint.
	pods      map[proxy.Pod]*inbound.Workload
	addresses map[string]*inbound.Workload
	classes   map[*inbound.Workload]*outbound.ClientClass
	known     map[*outbound.ClientClass]*knowledge
	seen      map[*inbound.Workload]map[string]bool
	report    Report
	// told are proxies without endpoints in their dump, and pods that the mesh does not have.
	noEndpoints, strangers, halves, noListeners, noClusters, noGateways, opaque []string
	roots                                                                       rootSets
}

// Run compares what the proxies of a fleet run with what the mesh comes to.
func Run(m *mesh.Mesh, fleet *proxy.Fleet, o Options) *Report {
	v := &verifier{
		Options: o, mesh: m, fleet: fleet, pods: map[proxy.Pod]*inbound.Workload{}, addresses: map[string]*inbound.Workload{},
		classes: map[*inbound.Workload]*outbound.ClientClass{}, known: map[*outbound.ClientClass]*knowledge{}, seen: map[*inbound.Workload]map[string]bool{},
	}
	v.index()
	envoys := v.matched()
	v.roots = v.rootSetsOf(envoys)
	for i := range envoys {
		v.envoy(&envoys[i])
	}
	v.ztunnels()
	v.unseen()
	v.lacks()
	v.report.sort()
	return &v.report
}

func (v *verifier) index() {
	for _, w := range v.mesh.Workloads() {
		for _, name := range w.PodNames {
			v.pods[proxy.Pod{Namespace: w.Ref.Namespace, Name: name}] = w
		}
		if w.Ref.Kind == resolve.KindPod {
			v.pods[proxy.Pod{Namespace: w.Ref.Namespace, Name: w.Ref.Name}] = w
		}
		if w.HostNetwork {
			continue // a node's address is that of many
		}
		for _, a := range w.Addresses {
			v.addresses[a] = w
		}
	}
	for _, class := range v.mesh.Clients() {
		for _, w := range class.Workloads {
			v.classes[w] = class
		}
	}
}

// subject is one Envoy that is compared, with what the mesh knows it as.
type subject struct {
	*proxy.Envoy
	workload *inbound.Workload
	kind     proxy.Kind
	sync     proxy.Sync
	synced   bool
	items    []Item
	ports    int
	hosts    int
	others   int // clusters that were not compared
}

func (v *verifier) shows(w *inbound.Workload) bool { return v.Shows == nil || v.Shows(w) }

// matched are the Envoys whose workload the mesh knows and shows.
func (v *verifier) matched() (list []subject) {
	for _, e := range v.fleet.Envoys {
		w := v.find(e)
		if w == nil {
			v.strangers = append(v.strangers, podText(e.Pod))
			continue
		}
		if v.seen[w] == nil {
			v.seen[w] = map[string]bool{}
		}
		if !e.Configured() {
			if v.shows(w) {
				v.halves = append(v.halves, podText(e.Pod))
			}
		} else {
			v.seen[w][e.Pod.Name] = true
		}
		s := subject{Envoy: e, workload: w, kind: e.Kind}
		if s.kind == proxy.Unnamed {
			s.kind = kindOf(w)
			e.Kind = s.kind
		}
		s.sync, s.synced = v.fleet.SyncOf(e.Pod)
		list = append(list, s)
	}
	return list
}

func kindOf(w *inbound.Workload) proxy.Kind {
	switch w.Membership.Dataplane {
	case resolve.DataplaneGateway:
		return proxy.Router
	case resolve.DataplaneWaypoint:
		return proxy.Waypoint
	}
	return proxy.Sidecar
}

func podText(p proxy.Pod) string {
	if p.Namespace == "" {
		return p.Name
	}
	return p.String()
}

// envoy compares one.
func (v *verifier) envoy(s *subject) {
	if !v.shows(s.workload) {
		return
	}
	v.inSync(s)
	if s.Has.Listeners {
		v.inbound(s)
	} else if s.Has.Clusters {
		v.noListeners = append(v.noListeners, podText(s.Pod))
	}
	if s.Has.Clusters {
		v.outbound(s)
	} else if s.Has.Listeners {
		v.noClusters = append(v.noClusters, podText(s.Pod))
	}
	v.certificates(s)
	v.tlsVersions(s)
	v.traffic(s)
	p := Proxy{
		Pod: s.Pod, Workload: s.workload, Kind: s.kind.String(), Version: s.Version, Files: s.Files, Sync: v.syncWord(s),
		Ports: s.ports, Hosts: s.hosts, Others: s.others, Traffic: s.Traffic, Counted: s.Has.Stats,
	}
	if c := s.Own(); c != nil {
		p.Identity, p.Expires = c.Identity(), c.NotAfter
	}
	v.report.Proxies = append(v.report.Proxies, p)
	v.report.Items = append(v.report.Items, s.items...)
}

// add takes an item of a proxy.
func (s *subject) add(i Item) *Item {
	i.Pod, i.Workload = s.Pod, s.workload.Ref
	s.items = append(s.items, i)
	return &s.items[len(s.items)-1]
}

// wrong takes an item that a check is about.
func (s *subject) wrong(c *analyze.Check, severity analyze.Severity, why Why, i Item) {
	i.Check, i.Severity, i.Why = c, severity, why
	if i.Fix == "" {
		i.Fix = cmp.Or(fixes[why], c.Fix)
	}
	if i.State == Unknown {
		i.State = Differs
		if severity == analyze.Info {
			i.State = Same // worth a word
		}
	}
	s.add(i)
}

// unseen are the workloads with a proxy of which no dump was read.
func (v *verifier) unseen() {
	live := slices.ContainsFunc(v.mesh.Workloads(), func(w *inbound.Workload) bool { return len(w.PodNames) > 0 })
	for _, w := range v.mesh.Workloads() {
		if !v.shows(w) || !proxied(w.Membership.Dataplane) {
			continue
		}
		if live && len(w.PodNames) == 0 && w.Ref.Kind != resolve.KindPod {
			continue // scaled to nothing, or between two runs
		}
		u := Unseen{Workload: w.Ref, Of: len(w.PodNames), Dataplane: w.Membership.Dataplane}
		seen := v.seen[w]
		for _, name := range w.PodNames {
			if !seen[name] {
				u.Pods = append(u.Pods, name)
			}
		}
		if len(u.Pods) > 0 || len(w.PodNames) == 0 && len(seen) == 0 {
			v.report.Unseen = append(v.report.Unseen, u)
		}
	}
}

// proxied reports a dataplane whose proxies can be asked, or may be there. Machines are outside of the
// cluster.
func proxied(d resolve.Dataplane) bool {
	switch d {
	case resolve.DataplaneUnknown, resolve.DataplaneSidecar, resolve.DataplaneGateway, resolve.DataplaneWaypoint, resolve.DataplaneAmbient:
		return true
	}
	return false
}

// lacks are what the dumps do not show.
func (v *verifier) lacks() {
	add := func(what string, names []string, effect, hint string) {
		if len(names) == 0 {
			return
		}
		slices.Sort(names)
		names = slices.Compact(names)
		v.report.Lacks = append(v.report.Lacks, Lack{What: what, Names: names, effect: effect, Hint: hint})
	}
	add("pod", v.strangers, " not compared: the input has no pod or workload of that name", "add the workloads with -f")
	add("dump", v.halves, " without listeners and clusters in the dump", "add the config dump: istioctl proxy-config all POD -o json")
	add("listeners", v.noListeners, " without listeners in the dump: ports were not compared", "add the whole dump: istioctl proxy-config all POD -o json")
	add("clusters", v.noClusters, " without clusters in the dump: what is sent was not compared", "add the whole dump: istioctl proxy-config all POD -o json")
	add("Gateway", v.noGateways, " with ports of Gateways that are not in the input", "add the Gateways with -f")
	add("socket", v.opaque, " with a transport socket of a kind that cannot be read", "look at the EnvoyFilters that set transport_socket")
	add("endpoints", v.noEndpoints, " without endpoints in the dump: what auto mTLS sends to them is unknown", "take the dump with its endpoints: config_dump?include_eds")
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}
