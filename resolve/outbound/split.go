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
	// Lost is why calls end there otherwise: the client knows no such host, port or subset.
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
			s.Ends = append(s.Ends, side.endOf(class, w, port))
		}
	}
	if !s.Whole && len(s.Ends) == 0 {
		return nil
	}
	return s
}

func (side *Side) endOf(class *ClientClass, w *Way, from *HostPort) End {
	end := End{Target: w.Target()}
	if w.Host != nil {
		end.Connections = side.routedCalls(class, &Routed{Host: w.Host, Port: w.Port, Subset: w.Subset}, from.Protocol.Class() == resolve.ClassHTTP)
	}
	switch name := (resolve.Details{Name: end.Target}); {
	case len(end.Connections) > 0:
	case w.Host == nil && len(side.hostsByName[w.Destination.Host]) == 0:
		end.Lost = resolve.Outcome{Verdict: resolve.VerdictUnknown, Why: resolve.Because(resolve.CauseRouteToUnread, name)}
	default:
		end.Lost = resolve.Outcome{Verdict: resolve.VerdictBroken, Why: resolve.Because(resolve.CauseRouteToNothing, name)}
	}
	return end
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
	if con := worst(e.Connections); con != nil {
		return con.Outcome
	}
	return e.Lost
}
