package conformance

import (
	"fmt"
	"sync"
	"testing"
	"time"

	listenerpb "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	"istio.io/istio/pkg/test"

	"github.com/mtlsctl/mtlsctl/resolve"
	access "github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/testdata/conformance/authz"
)

// TestMixedDenials compares who is denied at pods of ambient and at waypoints, in DENIALS random
// mixed meshes with AuthorizationPolicies: what is denied for mtlsctl is denied for each request,
// and what is admitted for none.
func TestMixedDenials(t *testing.T) {
	first, count := number(t, "SEED", fixedSeed), number(t, "DENIALS", 100)
	told, bad := map[string]int{}, 0
	var mu sync.Mutex
	group(first, count, generateDenials, func(seed uint64, w world) {
		if refusedThen(w) != "" {
			return
		}
		d := &denials{told: map[string]int{}}
		var err error
		failed := test.Wrap(func(t test.Failer) { err = d.of(t, w) })
		mu.Lock()
		defer mu.Unlock()
		if err != nil || failed != nil {
			t.Errorf("seed %d: %v %v", seed, err, failed)
			return
		}
		for what, n := range d.told {
			told[what] += n
		}
		if len(d.found) > 0 {
			if bad++; bad < 6 {
				t.Errorf("seed %d: %d disagreements, first: %s\n%s", seed, len(d.found), d.found[0], w.YAML())
			}
		}
	})
	t.Logf("%d meshes, %d disagree: %v", count, bad, told)
	for _, what := range []string{"ztunnel denied", "ztunnel admitted", "waypoint denied", "waypoint admitted"} {
		if told[what] == 0 {
			t.Errorf("nothing is %s: the worlds show nothing", what)
		}
	}
}

// denials are those of one world, and where the sides differ.
type denials struct {
	told  map[string]int
	found []string
}

func (d *denials) of(t test.Failer, w world) error {
	c, err := newCluster(w)
	if err != nil {
		return err
	}
	m, err := readWorld(w, "")
	if err != nil {
		return err
	}
	i, err := startIstiod(t, w, c, "default")
	if err != nil {
		return err
	}
	x := i.settledPolicies()
	workloads, set := map[string]*inbound.Workload{}, access.PoliciesOf(m)
	for _, o := range m.Workloads() {
		workloads[workloadName(o)] = o
	}
	for _, pod := range c.members {
		theirs, mine := x.workload(pod), workloads[pod.String()]
		if !pod.ambient || theirs == nil || mine == nil || mine.Membership.Dataplane != resolve.DataplaneAmbient {
			continue
		}
		for _, port := range w.ports() {
			for _, caller := range who {
				call := access.Call{Port: int32(port), Filter: access.Ztunnel, Identified: caller != nil, Who: caller, Trust: mine.Trust.Names()}
				var denied [2]bool
				for n, near := range []bool{false, true} {
					denied[n] = x.denies(theirs, arrival{caller, port, near})
				}
				d.compare("ztunnel", fmt.Sprintf("%s port %d, caller %v", pod, port, caller), access.Judge(set.On(mine), call), denied[0] && denied[1], denied[0] || denied[1])
			}
		}
	}
	d.atWaypoints(i, m)
	return nil
}

// compare notes a verdict; all and some say whether all requests are denied, or some.
func (d *denials) compare(where, what string, verdict access.Verdict, all, some bool) {
	switch {
	case verdict.Denied():
		d.told[where+" denied"]++
	case verdict == access.Admitted:
		d.told[where+" admitted"]++
	default:
		d.told[where+" depends"]++
	}
	if verdict.Denied() && !all || verdict == access.Admitted && some {
		d.found = append(d.found, fmt.Sprintf("at %s, %s: we say %v, and all are denied: %v, some: %v", where, what, verdict, all, some))
	}
}

// settledPolicies is the index once istiod has converted every policy.
func (i *istiod) settledPolicies() *ambientIndex {
	last := ""
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		now := fmt.Sprint(i.AmbientIndex.Policies(nil))
		if now == last {
			break
		}
		last = now
	}
	return i.index()
}

// atWaypoints compares what waypoints make of the calls that they forward.
func (d *denials) atWaypoints(i *istiod, m *mesh.Mesh) {
	court, told := access.In(m), map[string]bool{}
	for con := range m.Connections(outbound.Filter{Client: func(c *outbound.ClientClass) bool { return c.Dataplane == resolve.DataplaneAmbient }}) {
		if len(con.Legs) == 0 || con.Outcome.Verdict == resolve.VerdictBroken {
			continue // what is broken beyond the waypoint is not judged
		}
		through := con.Legs[len(con.Legs)-1].From
		key := fmt.Sprintf("%s for %s:%d", through, con.Host.Name, con.Port.Number)
		if told[key] {
			continue
		}
		told[key] = true
		policies, chains := court.Through(&con).Policies(), []*listenerpb.FilterChain(nil)
		for _, point := range i.cluster.waypoints {
			if point.namespace == through.Namespace && point.name == through.Name {
				chains = chainsFor(i.Listeners(i.proxy(point)), con.Host.Name, con.Port.Number)
			}
		}
		if len(chains) == 0 {
			d.told["waypoint without chain"]++
			continue
		}
		for _, caller := range who[1:] {
			call := access.Call{Filter: access.FilterAtWaypoint(con.Port.Protocol), Identified: true, Who: caller, Trust: []string{"cluster.local"}}
			all, some := true, false
			for _, chain := range chains {
				rules := guards(chain)
				for _, q := range authz.RequestsOf(caller.String(), uint32(con.Port.Number)) {
					denied := refuses(rules, q)
					all, some = all && denied, some || denied
				}
			}
			d.compare("waypoint", key+fmt.Sprintf(", caller %v", caller), access.Judge(policies, call), all, some)
		}
	}
}
