package diff

import (
	"cmp"
	"encoding/binary"
	"maps"
	"runtime"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/parallel"
)

// CallChange is calls to one port of a host that end otherwise, of all clients for
// whom that is so.
type CallChange struct {
	Effect  effect.Effect
	Clients *Clients
	// Host, Port and Subset are what is called.
	Host   *outbound.Host
	Port   int32
	Subset string
	// Was and Is are what became and becomes of it at the first of Servers; Was is nil
	// for a call that could not be made before, Is for one that can no longer be.
	Was, Is *outbound.Connection
	// WasDenied and IsDenied are the AuthorizationPolicies that refused it, and refuse it; nil
	// where none does.
	WasDenied, IsDenied []*authz.Policy
	// Servers are the endpoints at which that is so.
	Servers []*outbound.Endpoint
	Cause   Cause
}

// calls compares host by host. Nothing is kept of what does not change. Parts of the hosts are
// compared side by side; the lists of clients are numbered in the order of the hosts.
func (c *comparison) calls() []CallChange {
	changed := slices.Collect(maps.Keys(c.objects.status))
	stirred := c.head.Stirred(c.base, changed)
	names := stirred
	if slices.ContainsFunc(c.callers, func(k *Caller) bool { return !k.as() }) {
		names = slices.Concat(namesOf(c.base), namesOf(c.head))
		slices.Sort(names)
		names = slices.Compact(names)
	}
	parts := make([][]change, min(runtime.GOMAXPROCS(0), len(names)/manyHosts+1))
	parallel.Do(len(parts), 1, func(i int) {
		from, to := i*len(names)/len(parts), (i+1)*len(names)/len(parts)
		parts[i] = c.callsToAll(names[from:to], stirred, changed)
	})
	var list []CallChange
	for _, part := range parts {
		for i := range part {
			x := &part[i]
			if x.by.clients == nil {
				x.by.clients = c.rosters.of(x.by.callers)
			}
			x.Clients = x.by.clients
			list = append(list, x.CallChange)
		}
	}
	slices.SortStableFunc(list, CallChange.compare)
	return list
}

// manyHosts are so many that another goroutine for them is worth it.
const manyHosts = 256

// change is a CallChange, and whose calls they are.
type change struct {
	CallChange
	by *planned
}

// callsToAll compares the calls to the hosts of some names. It changes nothing of the
// comparison, so that it can be done for others meanwhile.
func (c *comparison) callsToAll(names, stirred []string, changed []resolve.Ref) []change {
	part := *c
	part.plans, part.scratch = map[string][]planned{}, nil
	was, is := newAsking(c.base), newAsking(c.head)
	untouched := mesh.NewUntouched(c.base, c.head, changed)
	var list []change
	for _, name := range names {
		if untouched.Host(name) {
			continue
		}
		_, part.all = slices.BinarySearch(stirred, name)
		was.about(name)
		is.about(name)
		list = part.callsTo(list, was, is)
	}
	return list
}

func (x CallChange) compare(y CallChange) int {
	return cmp.Or(cmp.Compare(x.Effect, y.Effect), cmp.Compare(x.Host.Name, y.Host.Name), cmp.Compare(x.Port, y.Port),
		cmp.Compare(x.Subset, y.Subset), cmp.Compare(x.Clients.ID, y.Clients.ID))
}

// asked is what makes the calls of clients to one host equal, on both sides.
type asked struct {
	// was and is are the indexes of the groups that they are in, 0 for a class whose
	// scope does not have the host: nobody shares its answer.
	was, is           int
	wasAlone, isAlone *outbound.ClientClass
	// fresh is set for clients that are new: what failed for others of their namespace
	// does not count, so that each class is asked.
	fresh *Caller
}

// planned is callers whose calls to a host end alike before and after.
type planned struct {
	asked
	callers []*Caller
	clients *Clients // once a change needs them
}

// callsTo compares the calls to the host that both sides are about.
func (c *comparison) callsTo(list []change, was, is *asking) []change {
	plan := c.plan(was, is)
	for i := range plan {
		for _, x := range c.compareAnswers(&plan[i], was, is) {
			list = append(list, change{x, &plan[i]})
		}
	}
	return list
}

// plan groups the callers. Hosts with the same groups of classes share a plan.
func (c *comparison) plan(was, is *asking) []planned {
	shown := slices.ContainsFunc(slices.Concat(was.hosts, is.hosts), func(h *outbound.Host) bool { return c.shows(h.Namespace) })
	key := binary.AppendUvarint(c.scratch[:0], uint64(len(was.knowing)))
	for _, k := range was.knowing {
		key = binary.AppendUvarint(key, uint64(k.group.id))
	}
	for _, k := range is.knowing {
		key = binary.AppendUvarint(key, uint64(k.group.id))
	}
	if shown {
		key = append(key, 0)
	}
	if c.all {
		key = append(key, 1)
	}
	c.scratch = key
	plan, known := c.plans[string(key)]
	if !known {
		plan = c.newPlan(was, is, shown)
		c.plans[string(key)] = plan
	}
	return plan
}

func (c *comparison) newPlan(was, is *asking, shown bool) []planned {
	index := map[asked]int{}
	var plan []planned
	for _, caller := range c.callers {
		key := asked{was: was.indexOf(caller.Was), is: is.indexOf(caller.Is)}
		if !c.all && caller.as() || key.was == 0 && key.is == 0 || !shown && !c.shows(caller.Is.Namespace) {
			continue // whose scope has the host on neither side is nobody's question
		}
		if key.was == 0 {
			key.wasAlone = caller.Was
		}
		if key.is == 0 {
			key.isAlone = caller.Is
		}
		if caller.Was == nil {
			key.fresh = caller
		}
		i, known := index[key]
		if !known {
			i = len(plan)
			index[key] = i
			plan = append(plan, planned{asked: key})
		}
		plan[i].callers = append(plan[i].callers, caller)
	}
	return plan
}

// compareAnswers compares what becomes of the calls of callers to a host.
func (c *comparison) compareAnswers(p *planned, was, is *asking) []CallChange {
	caller := p.callers[0]
	c.asking = caller
	before, after := was.answersOf(p.was, caller.Was), is.answersOf(p.is, caller.Is)
	switch {
	case p.fresh != nil:
		return c.newClients(caller, after, was)
	case before.same(after):
		return nil
	}
	var list []CallChange
	for _, at := range after.places() {
		if from := before.at(at); from != nil {
			list = append(list, c.comparePort(from, after.at(at))...)
		} else {
			list = append(list, c.brokenOf(after.at(at))...)
		}
	}
	for _, at := range before.places() {
		if after.at(at) == nil {
			list = append(list, c.without(at, before.at(at))...)
		}
	}
	return c.compareLost(list, before, after)
}

// newClients finds the calls of workloads that are new and fail; not those that
// failed for others of their namespace before.
func (c *comparison) newClients(caller *Caller, after *answered, was *asking) []CallChange {
	if !slices.ContainsFunc(after.list, broken) && !slices.ContainsFunc(after.lost, broken) {
		return nil
	}
	list := c.compareLost(nil, &answered{}, after)
	for _, at := range after.places() {
		failedBefore := slices.ContainsFunc(caller.standIn, func(class *outbound.ClientClass) bool {
			i := was.indexOf(class)
			return i > 0 && slices.ContainsFunc(was.answersOf(i, class).at(at), func(con *outbound.Connection) bool { return broken(*con) })
		})
		if !failedBefore {
			list = append(list, c.brokenOf(after.at(at))...)
		}
	}
	return list
}

func broken(con outbound.Connection) bool { return con.Outcome.Verdict == resolve.VerdictBroken }

// brokenOf are the calls that could not be made before and fail.
func (c *comparison) brokenOf(after []*outbound.Connection) []CallChange {
	var list []CallChange
	for _, con := range after {
		if con.Outcome.Verdict == resolve.VerdictBroken && con.Called() {
			list = c.note(list, effect.Breaks, nil, con)
		}
	}
	return list
}

// note adds a change, to one like it at another endpoint where there is one.
func (c *comparison) note(list []CallChange, e effect.Effect, was, is *outbound.Connection) []CallChange {
	for i := range list {
		x := &list[i]
		if x.Effect == e && x.Is != nil && placeOf(x.Is) == placeOf(is) && verdictOf(x.Was) == verdictOf(was) && x.Is.Outcome.Verdict == is.Outcome.Verdict {
			if is.Server != nil && !slices.Contains(x.Servers, is.Server) {
				x.Servers = append(x.Servers, is.Server)
			}
			return list
		}
	}
	x := CallChange{Effect: e, Host: is.Host, Port: is.Port.Number, Subset: is.Subset, Was: was, Is: is, Cause: c.causeOfCall(was, is)}
	if is.Server != nil {
		x.Servers = []*outbound.Endpoint{is.Server}
	}
	return append(list, x)
}

func verdictOf(con *outbound.Connection) int {
	if con == nil {
		return -1
	}
	return int(con.Outcome.Verdict)
}
