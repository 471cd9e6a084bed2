package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// comparison is one wave, and the states before and after it.
type comparison struct {
	wave          string
	before, after *stage
	// restarted are the workloads whose pods the wave makes anew.
	restarted map[string]bool
	// crossing is true for a wave of the way to ambient, of which the moments are states of their own.
	crossing bool
	counts   *counts
}

// compare looks at every call of a client that has a proxy before and after a wave, and
// at those that are declared.
func (k *walk) compare(known knownCalls, w *plan.Wave, before, after *stage) {
	c := &comparison{told(w), before, after, map[string]bool{}, w.Kind.OfAmbient(), &k.counts}
	for _, ref := range restarted(w) {
		c.restarted[string(ref.Kind)+" "+ref.Path()] = true
	}
	for _, client := range slices.Sorted(maps.Keys(before.members)) {
		keys := map[string]bool{} // whether only a declaration tells of the call
		for key := range known[client] {
			keys[key] = true
		}
		if m := before.members[client]; (m.proxy || m.ambient) && !c.restarted[client] {
			for key := range before.calls[client] {
				keys[key] = false
			}
		}
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			if before.led(client, key) && after.led(client, key) {
				continue
			}
			k.harms = append(k.harms, c.harms(client, key, keys[key])...)
		}
	}
}

// led reports calls of a client to a host's port of which routes leave none to it: istiod has a cluster for
// what nobody reaches.
func (s *stage) led(client, key string) bool {
	to, told := s.ways[client][key]
	return told && to != "" && !slices.Contains(strings.Fields(to), key)
}

// restarted are the workloads whose calls a wave of a plan to STRICT answers for otherwise.
func restarted(w *plan.Wave) []resolve.Ref {
	if w.Kind.OfAmbient() {
		return nil
	}
	return w.Joining
}

// harms are those to the calls of one client to one host's port.
func (c *comparison) harms(client, key string, known bool) []harm {
	var out []harm
	if m := c.after.members[client]; c.crossing && m != nil && m.ambient && strings.Contains(key, "/") {
		return nil // a subset, to which ztunnel leads no call
	}
	from, to := c.before.sent(client, key), c.after.sent(client, key)
	for at, was := range from {
		serving, serves := c.before.served(at), c.after.served(at)
		first := verdict(was, serving)
		if serving == "" || serves == "" || first == resolve.VerdictBroken || first == resolve.VerdictUnknown {
			continue
		}
		is, there := to[at]
		if !there && len(c.after.calls[client][key]) > 0 && c.after.calls[client][key][nobody] == "" {
			continue // it goes to the host's other endpoints
		}
		c.counts.calls++
		if known {
			c.counts.known++
		}
		if kind := c.harm(client, at, ends{was, serving}, ends{is, serves}); kind != "" {
			out = append(out, harm{kind, c.wave, fmt.Sprintf("%s -> %s, %s", client, key, at), ends{was, serving}.String(), ends{is, serves}.String()})
		}
	}
	slices.SortFunc(out, func(a, b harm) int { return strings.Compare(a.about, b.about) })
	return out
}

// ends are both ends of a call.
type ends struct{ sends, serves string }

func (e ends) verdict() resolve.Verdict { return verdict(e.sends, e.serves) }

// String tells them: "sends PLAINTEXT, serves STRICT http: broken".
func (e ends) String() string {
	return fmt.Sprintf("sends %s, serves %s: %s", e.sends, e.serves, e.verdict())
}

// harm is the kind of what a wave does to a call that works, "" for none.
func (c *comparison) harm(client string, at spot, was, is ends) string {
	broken := func(e ends) bool { return e.verdict() == resolve.VerdictBroken }
	switch last := is.verdict(); {
	case last == resolve.VerdictBroken:
		return breaks
	case was.verdict() == resolve.VerdictMTLS && last != resolve.VerdictMTLS && last != resolve.VerdictUnknown:
		return weakens
	case c.crossing || c.restarted[client] || c.restarted[at.server] || was.sends == is.sends || was.serves == is.serves:
		return ""
	}
	c.counts.moments++
	switch {
	case broken(ends{was.sends, is.serves}):
		return breaksFirst
	case broken(ends{is.sends, was.serves}):
		return breaksLast
	}
	return ""
}
