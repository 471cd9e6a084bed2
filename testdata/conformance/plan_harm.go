package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// harm is what a plan promised not to do.
type harm struct {
	// kind is one of those below.
	kind string
	// wave is what was applied, about which call or port it is.
	wave, about string
	// before and after are what istiod says.
	before, after string
}

// The kinds of harm.
const (
	breaks      = "breaks a call"
	weakens     = "makes a call plaintext that was mTLS"
	breaksFirst = "breaks a call while the server has heard of the wave and the client has not"
	breaksLast  = "breaks a call while the client has heard of the wave and the server has not"
	stays       = "rolled back, is not as it was"
	leaves      = "is over, and a port is not STRICT that is not held"
	overruns    = "is over, and a port is STRICT that is held"
)

// String tells it in full.
func (h harm) String() string {
	return fmt.Sprintf("%s %s\n  %s\n  before: %s\n  after:  %s", h.wave, h.kind, h.about, h.before, h.after)
}

// told is a wave in full: its number, kind, and what it changes.
func told(w *plan.Wave) string {
	var parts []string
	for i := range w.Changes {
		c := &w.Changes[i]
		parts = append(parts, fmt.Sprintf("%s %s: %s", c.How, c.Ref(), c.What))
	}
	return fmt.Sprintf("wave %d (%s: %s)", w.Number, w.Kind, strings.Join(parts, "; "))
}

// declared are the calls of workloads that the plan knows of: by client, the ports of
// hosts ("host:80").
type declared map[string]map[string]bool

func declaredIn(m *resolve.Mesh, behind map[string][]spot) declared {
	out := declared{}
	for _, d := range m.Dependencies() {
		if d.Client == nil {
			continue
		}
		client := string(d.Client.Ref.Kind) + " " + d.Client.Ref.Path()
		for _, key := range slices.Sorted(maps.Keys(behind)) {
			host, port, _ := strings.Cut(key, ":")
			if host == d.Host.Name && (d.Port == 0 || port == fmt.Sprint(d.Port)) {
				if out[client] == nil {
					out[client] = map[string]bool{}
				}
				out[client][key] = true
			}
		}
	}
	return out
}

// calls compares two stages: every call of a client that has a proxy in both, and those
// that are declared.
func (d declared) harms(w *plan.Wave, before, after *stage) []harm {
	restarted := map[string]bool{}
	for _, ref := range w.Joining {
		restarted[string(ref.Kind)+" "+ref.Path()] = true
	}
	var out []harm
	for _, client := range slices.Sorted(maps.Keys(before.members)) {
		keys := maps.Clone(d[client])
		if keys == nil {
			keys = map[string]bool{}
		}
		if before.members[client].proxy && !restarted[client] {
			for key := range before.calls[client] {
				keys[key] = true
			}
		}
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			out = append(out, harmsOf(told(w), client, key, restarted, before, after)...)
		}
	}
	return out
}

// harmsOf compares the calls of one client to one host's port.
func harmsOf(wave, client, key string, restarted map[string]bool, before, after *stage) []harm {
	var out []harm
	from, to := before.sent(client, key), after.sent(client, key)
	for at, was := range from {
		serving, serves := before.served(at), after.served(at)
		if serving == "" || serves == "" {
			continue
		}
		first := verdict(was, serving)
		if first == resolve.VerdictBroken || first == resolve.VerdictUnknown {
			continue
		}
		is, there := to[at]
		if !there && len(after.calls[client][key]) > 0 && after.calls[client][key][nobody] == "" {
			continue // it goes to the host's other endpoints
		}
		last := verdict(is, serves)
		add := func(kind string) {
			out = append(out, harm{kind, wave, fmt.Sprintf("%s -> %s, %s", client, key, at), fmt.Sprintf("sends %s, serves %s: %s", was, serving, first), fmt.Sprintf("sends %s, serves %s: %s", is, serves, last)})
		}
		switch {
		case last == resolve.VerdictBroken:
			add(breaks)
		case first == resolve.VerdictMTLS && last != resolve.VerdictMTLS && last != resolve.VerdictUnknown:
			add(weakens)
		case restarted[client] || restarted[at.server]:
		case verdict(was, serves) == resolve.VerdictBroken:
			add(breaksFirst)
		case verdict(is, serving) == resolve.VerdictBroken:
			add(breaksLast)
		}
	}
	slices.SortFunc(out, func(a, b harm) int { return strings.Compare(a.about, b.about) })
	return out
}
