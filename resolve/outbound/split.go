package outbound

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Split is where routes lead the calls to a host that they lead to several places, or to one that the
// client does not know, or of which they lead only some away.
type Split struct {
	// By is the VirtualService that decides first. Whole is true where no call goes to the host as it
	// is.
	By    resolve.Ref
	Whole bool
	// Ends are the places, copies of calls not among them; none where the client's proxy answers itself.
	Ends []End
}

// End is a place to which a route leads.
type End struct {
	// Target names it: "pay.shop.svc.cluster.local:80/v1".
	Target string
	// Connections are what it comes to there.
	Connections []Connection
	// Lost is why calls end there: the client knows no such host, port or subset, or the gateway
	// there has no route for the host. Zero where they go on.
	Lost resolve.Outcome
}

// splitOf is where the calls of a class to a port of a host go, nil where all go to the host as it is.
func (side *Side) splitOf(class *ClientClass, h *Host, port *HostPort) *Split {
	ways, by := side.Ways(class, h, port)
	if by == nil || !side.knows(class, h, port.Number).known {
		return nil
	}
	s := &Split{By: by.Ref, Whole: true}
	for i := range ways {
		switch w := &ways[i]; {
		case w.Mirror:
		case w.is(h, port):
			s.Whole = false
		default:
			s.Ends = append(s.Ends, side.endOf(class, h, w, port))
		}
	}
	if !s.Whole && len(s.Ends) == 0 {
		return nil
	}
	return s
}

// Ends are the places to which routes lead the calls of a class to a port of a host, copies not among
// them; none where all go to the host as it is.
func (side *Side) Ends(class *ClientClass, h *Host, port *HostPort) []End {
	if s := side.splitOf(class, h, port); s != nil {
		return s.Ends
	}
	return nil
}

// endOf is the end of a way of calls to a port of a host.
func (side *Side) endOf(class *ClientClass, h *Host, w *Way, port *HostPort) End {
	end := End{Target: w.Target()}
	if w.Host == nil {
		end.Lost = side.lostAt(w)
		return end
	}
	to := &Routed{Host: w.Host, Port: w.Port, Subset: w.Subset}
	to.Connections = side.routedCalls(class, to, port.Protocol.Class() == resolve.ClassHTTP)
	if end.Connections = to.Connections; len(end.Connections) == 0 {
		end.Lost = subsetless(w)
		return end
	}
	to.Connections = slices.DeleteFunc(slices.Clone(to.Connections), func(c Connection) bool {
		return c.Outcome.Verdict == resolve.VerdictBroken // which gets to no gateway
	})
	for _, o := range side.onward(h, to) {
		if len(o.Ways) == 0 {
			end.Lost = lost(resolve.Because(resolve.CauseRouteless, resolve.Details{By: o.Gateway.Ref, Name: h.Name}).Numbered(o.Port), resolve.SymptomNoRoute)
		}
	}
	return end
}

// lostAt is what becomes of calls to a host or port that clients do not know: unknown where the
// input does not have the host.
func (side *Side) lostAt(w *Way) resolve.Outcome {
	hosts := side.hostsByName[w.Destination.Host]
	switch is := (resolve.Details{Name: w.Destination.Host}); {
	case len(hosts) == 0:
		return resolve.Outcome{Verdict: resolve.VerdictUnknown, Why: resolve.Because(resolve.CauseRouteToUnread, is)}
	case !slices.ContainsFunc(hosts, func(h *Host) bool { return h.Port(w.Destination.Port) != nil }):
		return lost(resolve.Because(resolve.CauseRouteToNoPort, is).Numbered(w.Destination.Port), resolve.SymptomNoCluster)
	default:
		return lost(resolve.Because(resolve.CauseRouteToHidden, is), resolve.SymptomNoCluster)
	}
}

// subsetless is what becomes of calls to a subset that no rule defines.
func subsetless(w *Way) resolve.Outcome {
	return lost(resolve.Because(resolve.CauseRouteToSubset, resolve.Details{Name: w.Subset}), resolve.SymptomNoCluster)
}

func lost(why resolve.Reason, symptom resolve.SymptomKind) resolve.Outcome {
	return resolve.Outcome{Verdict: resolve.VerdictBroken, Why: why, Symptom: resolve.Symptom{Kind: symptom}}
}

// Worst is the end at which calls fare worst, nil for none.
func (s *Split) Worst() *End {
	if len(s.Ends) == 0 {
		return nil
	}
	at := slices.MinFunc(s.Ends, func(a, b End) int {
		return cmp.Compare(a.Outcome().Verdict.Urgency(), b.Outcome().Verdict.Urgency())
	})
	return &at
}

// Outcome is the worst of what becomes of calls there.
func (e *End) Outcome() resolve.Outcome {
	if e.isLost() {
		return e.Lost
	}
	if con := worst(e.Connections); con != nil {
		return con.Outcome
	}
	return e.Lost
}

func (e *End) isLost() bool { return e.Lost.Why.Cause != "" }
