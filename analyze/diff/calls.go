package diff

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// CallChange is calls to one port of a host that end otherwise, of all clients for
// whom that is so.
type CallChange struct {
	Effect  Effect
	Clients *Clients
	// Host, Port and Subset are what is called.
	Host   *resolve.Host
	Port   int32
	Subset string
	// Was and Is are what became and becomes of it at the first of Servers; Was is nil
	// for a call that could not be made before, Is for one that can no longer be.
	Was, Is *resolve.Connection
	// Servers are the endpoints at which that is so.
	Servers []*resolve.Endpoint
	Cause   Cause
}

// calls compares host by host. Nothing is kept of what does not change.
func (c *comparison) calls() []CallChange {
	was, is := newAsking(c.base), newAsking(c.head)
	names := append(slices.Clone(was.names), is.names...)
	slices.Sort(names)
	var list []CallChange
	for _, name := range slices.Compact(names) {
		was.about(name)
		is.about(name)
		list = append(list, c.callsTo(was, is)...)
	}
	slices.SortStableFunc(list, CallChange.compare)
	return list
}

func (x CallChange) compare(y CallChange) int {
	return cmp.Or(cmp.Compare(x.Effect, y.Effect), cmp.Compare(x.Host.Name, y.Host.Name), cmp.Compare(x.Port, y.Port),
		cmp.Compare(x.Subset, y.Subset), cmp.Compare(x.Clients.ID, y.Clients.ID))
}

// asked is what makes the calls of clients to one host equal, on both sides.
type asked struct {
	was, is int
	// alone are classes whose scope does not have the host: nobody shares their answer.
	wasAlone, isAlone *resolve.ClientClass
	fresh             bool
}

func (c *comparison) callsTo(was, is *asking) []CallChange {
	groups := map[asked][]*Caller{}
	var order []asked
	for _, caller := range c.callers {
		key, matters := c.key(caller, was, is)
		if !matters {
			continue
		}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], caller)
	}
	var list []CallChange
	for _, key := range order {
		callers := groups[key]
		changes := c.compareAnswers(callers[0], was, is)
		if len(changes) == 0 {
			continue
		}
		clients := c.rosters.of(callers)
		for _, change := range changes {
			change.Clients = clients
			list = append(list, change)
		}
	}
	return list
}

// key is equal for callers whose calls to the host end alike before and after. Those
// whose scope has the host neither before nor after are nobody's question.
func (c *comparison) key(caller *Caller, was, is *asking) (key asked, matters bool) {
	key = asked{was: was.knows(caller.Was), is: is.knows(caller.Is), fresh: caller.Was == nil}
	if key.was == 0 && key.is == 0 || !c.showsCall(caller, was, is) {
		return key, false
	}
	if key.was == 0 {
		key.wasAlone = caller.Was
	}
	if key.is == 0 {
		key.isAlone = caller.Is
	}
	if key.fresh { // what failed for others of its namespace does not count: ask for each
		key.isAlone = caller.Is
	}
	return key, true
}

func (c *comparison) showsCall(caller *Caller, was, is *asking) bool {
	shown := c.shows(caller.Is.Namespace)
	for _, h := range slices.Concat(was.hosts, is.hosts) {
		shown = shown || c.shows(h.Namespace)
	}
	return shown
}

// compareAnswers compares what becomes of a caller's calls to a host.
func (c *comparison) compareAnswers(caller *Caller, was, is *asking) []CallChange {
	before, after := newAnswered(was.answers(caller.Was)), newAnswered(is.answers(caller.Is))
	if caller.Was == nil {
		return c.newClients(caller, after, was)
	}
	var list []CallChange
	for _, at := range after.order {
		if before.by[at] == nil {
			list = append(list, c.brokenOf(after.by[at])...)
		} else {
			list = append(list, c.comparePort(before.by[at], after.by[at])...)
		}
	}
	for _, at := range before.order {
		if after.by[at] == nil {
			list = append(list, c.without(at, before.by[at])...)
		}
	}
	return list
}

// newClients finds the calls of workloads that are new and fail; not those that
// failed for others of their namespace before.
func (c *comparison) newClients(caller *Caller, after answered, was *asking) []CallChange {
	var list []CallChange
	for _, at := range after.order {
		failedBefore := slices.ContainsFunc(caller.standIn, func(class *resolve.ClientClass) bool {
			return was.knows(class) > 0 && slices.ContainsFunc(was.answers(class), func(con resolve.Connection) bool {
				return placeOf(&con) == at && con.Outcome.Verdict == resolve.VerdictBroken
			})
		})
		if !failedBefore {
			list = append(list, c.brokenOf(after.by[at])...)
		}
	}
	return list
}

// brokenOf are the calls that could not be made before and fail.
func (c *comparison) brokenOf(after []*resolve.Connection) []CallChange {
	var list []CallChange
	for _, con := range after {
		if con.Outcome.Verdict == resolve.VerdictBroken && con.Known() {
			list = c.note(list, Breaks, nil, con)
		}
	}
	return list
}

// note adds a change, to one like it at another endpoint where there is one.
func (c *comparison) note(list []CallChange, e Effect, was, is *resolve.Connection) []CallChange {
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
		x.Servers = []*resolve.Endpoint{is.Server}
	}
	return append(list, x)
}

func verdictOf(con *resolve.Connection) int {
	if con == nil {
		return -1
	}
	return int(con.Outcome.Verdict)
}
