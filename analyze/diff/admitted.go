package diff

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// admissions finds the calls that AuthorizationPolicies refuse and did not, and those that they
// let in again. Only servers of which that may be different are looked at. It takes calls that
// are refused now out of list, which says what becomes of their bytes.
func (c *comparison) admissions(list []CallChange) []CallChange {
	was, is := authz.In(c.base), authz.In(c.head)
	if was.Idle() && is.Idle() {
		return list
	}
	a := &admitting{comparison: c, was: was, is: is, callers: map[callerPart]*Caller{}}
	servers := a.servers(list)
	if len(servers) == 0 {
		return list
	}
	var before, after []*inbound.Workload
	for _, p := range servers {
		before, after = append(before, p.was), append(after, p.is)
	}
	callersWere, callersAre := calls.Surrounding(c.base, before, nil), calls.Surrounding(c.head, after, nil)
	var found []CallChange
	for _, p := range servers {
		found = append(found, a.into(callersWere.Callers(p.was), callersAre.Callers(p.is))...)
	}
	list = append(slices.DeleteFunc(list, a.refused), found...)
	slices.SortStableFunc(list, CallChange.compare)
	return list
}

// admitting compares what policies make of calls.
type admitting struct {
	*comparison
	was, is *authz.Court
	callers map[callerPart]*Caller
}

// callerPart is workloads of one class that show the same identity.
type callerPart struct {
	was, is  *outbound.ClientClass
	identity string
}

// servers are the workloads whose callers may be let in otherwise than before: by other
// policies, because the callers are called otherwise, or because they send something else.
func (a *admitting) servers(list []CallChange) []pair {
	renamed := slices.ContainsFunc(a.pairs, func(p pair) bool { return p.was != nil && p.is != nil && p.was.Identity() != p.is.Identity() })
	touched := map[*inbound.Workload]bool{}
	for i := range list {
		if is := list[i].Is; is == nil || is.Outcome.Verdict == resolve.VerdictBroken {
			continue // it does not arrive
		}
		for _, s := range list[i].Servers {
			touched[s.Workload] = true
		}
	}
	attached := (a.was.Attached() || a.is.Attached()) && (renamed || a.policiesDiffer())
	changed := func(ref resolve.Ref) bool { return a.objects.Of(ref) == Changed }
	var out []pair
	for _, p := range a.pairs {
		if p.was == nil || p.is == nil {
			continue
		}
		busy := a.was.Busy(p.was) || a.is.Busy(p.is)
		if attached || busy && (renamed || touched[p.is] || !a.was.Same(p.was, a.is, p.is, changed)) {
			out = append(out, p)
		}
	}
	return out
}

// policiesDiffer reports that some AuthorizationPolicy came, changed or went.
func (a *admitting) policiesDiffer() bool {
	for _, status := range []Status{Added, Changed, Removed} {
		if slices.ContainsFunc(a.objects.Refs(status), func(r resolve.Ref) bool { return r.Kind == resolve.KindAuthorizationPolicy }) {
			return true
		}
	}
	return false
}

// call names one client's call to a port, in either mesh.
type call struct {
	client  resolve.Ref
	cluster string
	variant int
	host    string
	place
	server int32
}

// fate is what became of a call.
type fate struct {
	part   *calls.Part
	denied []*authz.Policy
}

// into compares the calls into one workload.
func (a *admitting) into(was, is []*calls.Row) []CallChange {
	before := map[call]fate{}
	for part := range parts(was) {
		for w := range part.Clients.Each {
			before[callOf(part, w)] = fate{part, part.By}
		}
	}
	type alike struct {
		is, was *calls.Part
		effect  effect.Effect
	}
	index := map[alike]int{}
	var list []CallChange
	var clients [][]*inbound.Workload
	for part := range parts(is) {
		for w := range part.Clients.Each {
			from, known := before[callOf(part, w)]
			e, changed := a.effect(from, part)
			if !known || !changed || !a.shows(w.Ref.Namespace) && !a.shows(part.Host.Namespace) {
				continue
			}
			key := alike{part, from.part, e}
			i, there := index[key]
			if !there {
				i = len(list)
				index[key] = i
				list = append(list, CallChange{
					Effect: e, Host: part.Host, Port: part.Port.Number, Subset: part.Subset, Was: &from.part.Connection, Is: &part.Connection,
					WasDenied: from.denied, IsDenied: part.By, Servers: []*outbound.Endpoint{part.Server},
				})
				clients = append(clients, nil)
			}
			clients[i] = append(clients[i], w)
		}
	}
	for i := range list {
		list[i].Clients = a.clients(list[i].Was, list[i].Is, clients[i])
		list[i].Cause = a.cause(&list[i])
	}
	return list
}

// parts yields those of rows.
func parts(rows []*calls.Row) func(func(*calls.Part) bool) {
	return func(yield func(*calls.Part) bool) {
		for _, r := range rows {
			for _, p := range r.Parts {
				if !yield(p) {
					return
				}
			}
		}
	}
}

func callOf(p *calls.Part, w *inbound.Workload) call {
	return call{w.Ref, w.Cluster, w.Variant, p.Host.Name, placeOf(&p.Connection), p.Server.Port}
}

// effect is what a change does to a call that arrived, or arrives: one that fails for other
// reasons is told elsewhere.
func (a *admitting) effect(from fate, to *calls.Part) (e effect.Effect, changed bool) {
	switch {
	case from.part == nil || from.part.Outcome.Verdict == resolve.VerdictBroken || to.Outcome.Verdict == resolve.VerdictBroken:
		return e, false
	case to.Denied() && len(from.denied) == 0:
		return effect.Breaks, true
	case !to.Denied() && len(from.denied) > 0 && !to.Judged, !to.Denied() && len(from.denied) > 0 && to.Verdict == authz.Admitted:
		return effect.Repaired, true
	case !to.Denied() && len(from.denied) > 0:
		return effect.Differs, true // it depends on the request now
	}
	return e, false
}

// refused reports a change of calls that are all refused now.
func (a *admitting) refused(x CallChange) bool {
	if x.Is == nil || len(x.Servers) == 0 || x.Effect == effect.Breaks || slices.ContainsFunc(x.Servers, func(s *outbound.Endpoint) bool { return !a.is.Busy(s.Workload) }) {
		return false
	}
	for w := range x.Clients.Each {
		for _, s := range x.Servers {
			con := *x.Is
			con.Server = s
			if refusal := a.is.Admit(&con, authz.Of(w)); !refusal.Denied() {
				return false
			}
		}
	}
	return true
}

// clients are workloads as the callers of a change, those of one class and identity together.
func (a *admitting) clients(was, is *outbound.Connection, workloads []*inbound.Workload) *Clients {
	slices.SortFunc(workloads, compareWorkloads)
	part := callerPart{was.Client, is.Client, workloads[0].Identity()}
	k := a.callers[part]
	if k == nil || !slices.Equal(k.Workloads, workloads) {
		k = &Caller{Was: was.Client, Is: is.Client, Workloads: workloads, number: len(a.comparison.callers) + len(a.callers) + 1}
		a.callers[part] = k
	}
	return a.rosters.of([]*Caller{k})
}

// cause is the policy that came, changed or went, else what changed of the call.
func (a *admitting) cause(x *CallChange) Cause {
	text := ""
	if cause, found := a.blame(policies(x.WasDenied), policies(x.IsDenied), text); found {
		return cause
	}
	for _, side := range []*authz.Court{a.is, a.was} {
		w := x.Is.Server.Workload
		if side == a.was {
			w = x.Was.Server.Workload
		}
		if cause, found := a.blame(policies(side.On(w)), policies(side.On(w)), text); found {
			return cause
		}
	}
	a.asking = x.Clients.Callers[0]
	a.asking.before = a.asking.Workloads
	return a.causeOfCall(x.Was, x.Is)
}

func policies(list []*authz.Policy) []suspect {
	out := make([]suspect, len(list))
	for i, p := range list {
		out[i] = suspect{p.Ref, p.Origin.At("")}
	}
	slices.SortFunc(out, func(x, y suspect) int { return cmp.Compare(x.ref.Path(), y.ref.Path()) })
	return out
}
