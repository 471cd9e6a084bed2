package conformance

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"istio.io/istio/pkg/test"
)

// answers is everything that one side says about a world.
type answers struct {
	// modes is what every port of a member serves: "STRICT http".
	modes map[string]map[uint32]string
	// calls is what every client sends.
	calls map[string]calls
	// elsewhere is what becomes of calls to unknown hosts.
	elsewhere map[string]string
	// ways is where the calls of every sidecar go.
	ways map[string]ways
	// entrances is where every gateway sends what comes to its servers.
	entrances map[string]ways
}

func newAnswers() *answers {
	return &answers{map[string]map[uint32]string{}, map[string]calls{}, map[string]string{}, map[string]ways{}, map[string]ways{}}
}

// overHTTP is behind the name of a member whose calls to unknown hosts are HTTP.
const overHTTP = " over HTTP"

// truth asks istiod about all that a world speaks of.
func truth(t test.Failer, w world, c *cluster) (*answers, error) { return truthOf(t, w, c, w.ports()) }

// truthOf asks istiod; one for each revision that proxies of the world talk to.
func truthOf(t test.Failer, w world, c *cluster, ports []uint32) (*answers, error) {
	a := newAnswers()
	revisions := map[string]bool{"": true}
	for _, m := range c.members {
		revisions[m.revision] = true
	}
	if c.mixed {
		revisions["default"] = true
	}
	for _, revision := range slices.Sorted(maps.Keys(revisions)) {
		if revision == "" && len(revisions) > 1 {
			continue
		}
		i, err := startIstiod(t, w, c, cmp.Or(revision, "default"))
		if err != nil {
			return nil, err
		}
		if c.mixed {
			a.askAmbient(i, revision, ports)
		}
		for _, routers := range []bool{true, false} { // a gateway that asks after a sidecar of its namespace is given the sidecar's scope
			for _, m := range c.members {
				if m.proxy && m.revision == revision && m.router == routers {
					a.ask(i, m, ports)
				}
			}
		}
	}
	for _, m := range c.members {
		if !m.proxy && !m.ambient {
			a.naked(m, ports)
		}
	}
	return a, nil
}

// ask reads everything about one member off its proxy's configuration.
func (a *answers) ask(i *istiod, m *member, ports []uint32) {
	p := i.proxy(m)
	a.calls[m.String()] = i.calls(p)
	if m.router {
		a.entrances[m.String()] = i.entrances(p)
		return
	}
	modes, listeners := map[uint32]string{}, i.Listeners(p)
	in := newInbound(listeners)
	for _, port := range ports {
		modes[port] = in.serves(port)
	}
	a.modes[m.String()] = modes
	a.elsewhere[m.String()] = elsewhere(listeners)
	if !m.waypoint {
		a.ways[m.String()] = i.ways(p, listeners, a.calls[m.String()])
	}
	a.elsewhere[m.String()+overHTTP] = a.elsewhere[m.String()]
	for _, c := range i.Clusters(p) {
		if c.Name == "AllowAnyDynamicDNSCluster" {
			a.elsewhere[m.String()+overHTTP] = socket(c.TransportSocket)
		}
	}
}

// naked is a member without a proxy: no policy applies to it.
func (a *answers) naked(m *member, ports []uint32) {
	modes := map[uint32]string{}
	for _, port := range ports {
		modes[port] = "NONE"
	}
	a.modes[m.String()] = modes
}

// unnamed is a port that no generated world speaks of.
const unnamed = 64999

// ports are all numbers that stand in a world and could be ports, without those
// that belong to the proxy itself, and one that does not stand there.
func (w world) ports() []uint32 {
	found := map[uint32]bool{unnamed: true}
	for _, d := range w {
		numbers(d["spec"], found)
	}
	return slices.Sorted(maps.Keys(found))
}

func numbers(v any, found map[uint32]bool) {
	add := func(n float64) {
		if n >= 1 && n <= 65535 && (n < 15000 || n > 15100) && n == float64(uint32(n)) {
			found[uint32(n)] = true
		}
	}
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			if n, err := strconv.Atoi(key); err == nil {
				add(float64(n))
			}
			numbers(value, found)
		}
	case []any:
		for _, value := range v {
			numbers(value, found)
		}
	case float64:
		add(v)
	case int:
		add(float64(v))
	case int64:
		add(float64(v))
	}
}
