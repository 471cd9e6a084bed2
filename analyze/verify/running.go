package verify

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// Running answers in a few words what the proxies run, for reports about something else. Only
// NewRunning makes one.
type Running struct {
	ports map[portOf][]*Item
	hosts map[hostOf][]*Item
}

type portOf struct {
	workload resolve.Ref
	port     int32
}

type hostOf struct {
	workload resolve.Ref
	host     string
}

// NewRunning files what a report compared. Its Options have asked for Hosts where calls are asked
// about.
func NewRunning(r *Report) *Running {
	x := &Running{map[portOf][]*Item{}, map[hostOf][]*Item{}}
	for i := range r.Items {
		switch item := &r.Items[i]; {
		case item.Port != 0 || item.Any:
			key := portOf{item.Workload, item.Port}
			x.ports[key] = append(x.ports[key], item)
		case item.Host != "":
			key := hostOf{item.Workload, item.Host}
			x.hosts[key] = append(x.hosts[key], item)
		}
	}
	return x
}

// NotSeen is the answer where no proxy was read.
const NotSeen = "not seen"

// Port is what the proxies of a workload run on a port, 0 for any that nothing names: a mode,
// "differs: ...", or NotSeen; "" for a workload without a proxy.
func (x *Running) Port(w *inbound.Workload, port int32) string {
	items := ofPods(x.ports[portOf{w.Ref, port}], w)
	if len(items) == 0 && !proxied(w.Membership.Dataplane) || w.ProxyPort(port) && w.Membership.Dataplane != resolve.DataplaneWaypoint {
		return ""
	}
	return inWords(items, len(w.PodNames))
}

// Call is what the proxies of clients send to a port of a host.
func (x *Running) Call(clients iter.Seq[*inbound.Workload], host string, port int32, subset string) string {
	var items []*Item
	of, asked := 0, false
	for w := range clients {
		found := ofPods(x.hosts[hostOf{w.Ref, callKey(host, port, subset)}], w)
		asked = asked || proxied(w.Membership.Dataplane) || len(found) > 0
		items, of = append(items, found...), of+len(w.PodNames)
	}
	if !asked {
		return ""
	}
	return inWords(items, of)
}

// ofPods are the items of a workload's own pods: those of its variants have the same name.
func ofPods(items []*Item, w *inbound.Workload) (list []*Item) {
	for _, i := range items {
		if len(w.PodNames) == 0 || slices.Contains(w.PodNames, i.Pod.Name) {
			list = append(list, i)
		}
	}
	return list
}

// inWords sums up the answers of several pods, of of them.
func inWords(items []*Item, of int) string {
	pods, differing := map[string]bool{}, map[string]bool{}
	var words, other []string
	for _, i := range items {
		pods[i.Pod.String()] = true
		word := i.Proxy
		if i.State == Unknown || word == "" {
			word = "unknown"
		}
		if i.State == Differs {
			differing[i.Pod.String()] = true
			other = add(other, word)
			continue
		}
		words = add(words, word)
	}
	of = max(of, len(pods))
	switch {
	case len(pods) == 0:
		return NotSeen
	case len(other) > 0:
		return fmt.Sprintf("differs: %s (%d of %s)", strings.Join(other, ", "), len(differing), counted(of, "pod", "pods"))
	case len(pods) < of:
		return fmt.Sprintf("%s (%d of %d pods seen)", strings.Join(words, ", "), len(pods), of)
	}
	return strings.Join(words, ", ")
}

// add adds a word once, in order.
func add(words []string, word string) []string {
	if slices.Contains(words, word) {
		return words
	}
	words = append(words, word)
	slices.Sort(words)
	return words
}
