package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"istio.io/istio/pkg/test"
)

// disagreement is one answer on which the sides differ.
type disagreement struct {
	about, istiod, ours, why string
}

// String says who says what.
func (d disagreement) String() string {
	return fmt.Sprintf("%s\n  istiod:  %s\n  mtlsctl: %s\n           %s", d.about, d.istiod, d.ours, d.why)
}

// missing stands for an answer that a side does not have.
const missing = "-"

// compareWorld asks both sides about a world.
func compareWorld(t test.Failer, w world) ([]disagreement, *ours, error) {
	if parts := w.clusters(); len(parts) > 0 {
		return compareClusters(t, parts)
	}
	c, err := newCluster(w)
	if err != nil {
		return nil, nil, err
	}
	a, err := truth(t, w, c)
	if err != nil {
		return nil, nil, err
	}
	o, err := resolveWorld(w, c)
	if err != nil {
		return nil, nil, err
	}
	return o.compare(a), o, nil
}

// compare lists where istiod disagrees, both ways, in a stable order.
func (o *ours) compare(istiod *answers) []disagreement {
	var out []disagreement
	for _, member := range both(istiod.modes, o.modes) {
		for _, port := range both(istiod.modes[member], o.modes[member]) {
			theirs, mine := istiod.modes[member][port], o.modes[member][port]
			if o.udp[fmt.Sprint(member, " ", port)] {
				theirs, mine = modeOnly(theirs), modeOnly(mine)
			}
			if theirs != mine && theirs != invalid && !o.ties[fmt.Sprint(member, " ", port)] {
				out = append(out, disagreement{fmt.Sprint(member, " port ", port), theirs, mine, o.why[fmt.Sprint(member, " ", port)]})
			}
		}
	}
	for _, client := range both(istiod.calls, o.calls) {
		if o.unsure[client] {
			continue
		}
		if strings.HasPrefix(client, "waypoint ") {
			istiod.calls[client] = restricted(istiod.calls[client], o.calls[client]) // who calls nothing there is not asked
		}
		for _, key := range both(istiod.calls[client], o.calls[client]) {
			out = append(out, o.compareCalls(client, key, istiod.calls[client][key])...)
		}
	}
	for _, client := range slices.Sorted(maps.Keys(o.elsewhere)) {
		if theirs := istiod.elsewhere[client]; theirs != o.elsewhere[client] && theirs != "" && !o.unsure[strings.TrimSuffix(client, overHTTP)] {
			out = append(out, disagreement{client + " -> unknown hosts", theirs, o.elsewhere[client], o.why[client+" elsewhere"]})
		}
	}
	return append(append(out, o.compareWays(istiod)...), o.compareEntrances(istiod)...)
}

// modeOnly is an answer without the class of the protocol.
func modeOnly(answer string) string {
	mode, _, _ := strings.Cut(answer, " ")
	return mode
}

// compareCalls compares one cluster of one client.
func (o *ours) compareCalls(client, key string, theirs map[string]string) []disagreement {
	mine := o.calls[client][key]
	about := client + " -> " + key
	host, _, _ := strings.Cut(key, ":")
	if o.ties[client+" -> "+host] {
		return nil
	}
	if _, empty := mine[nobody]; empty && theirs == nil {
		return nil // a subset of a DNS host without endpoints has no cluster: calls fail
	}
	if theirs == nil || mine == nil {
		return []disagreement{{about, fmt.Sprint("knows it: ", theirs != nil), fmt.Sprint("knows it: ", mine != nil), ""}}
	}
	if o.nobodys[host] || o.ties[about] {
		return nil
	}
	if their, my := wordsOf(theirs), wordsOf(mine); o.ambient[client] && o.alike[host] && their == my {
		return nil
	}
	var out []disagreement
	for _, at := range both(theirs, mine) {
		their, ok := theirs[at]
		if whole, set := theirs[all]; set {
			their, ok = whole, true
		}
		my, mineOK := mine[at]
		if at == all && !mineOK || my == allLeftOut && ok {
			continue
		}
		if !ok {
			their = missing
		}
		if !mineOK {
			my = missing
		}
		if their != my {
			out = append(out, disagreement{about + " " + at, their, my, o.why[fmt.Sprint(client, " ", key, " ", at)]})
		}
	}
	return out
}

// wordsOf is what is sent to any of the endpoints.
func wordsOf(sent map[string]string) string {
	return strings.Join(slices.Compact(slices.Sorted(maps.Values(sent))), " ")
}

// both lists the keys of two maps, sorted.
func both[K interface{ ~string | ~uint32 }, V any](a, b map[K]V) []K {
	keys := maps.Clone(a)
	if keys == nil {
		keys = map[K]V{}
	}
	maps.Copy(keys, b)
	return slices.Sorted(maps.Keys(keys))
}
