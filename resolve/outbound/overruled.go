package outbound

import (
	"iter"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Overruled is a host at which a DestinationRule does not count for some clients
// that it could reach, and what keeps it from counting.
type Overruled struct {
	Host    *Host
	Clients []*ClientClass
	// By is what counts instead, zero when nothing does.
	By  resolve.Ref
	Why resolve.Reason
}

// EachOverruled lists where a rule is shadowed, masked or merged away, host by host: who looks
// for the first of a kind need not wait for all, nor hold them. Clients that a rule of its
// namespace cannot reach are left out: see Reach.
func (side *Side) EachOverruled(r *DestinationRule) iter.Seq[Overruled] {
	side.linkClients()
	return func(yield func(Overruled) bool) {
		for _, h := range side.hostsSurveyed(r, side.surveyOf(r)) {
			for _, o := range side.overruledAt(r, h) {
				if !yield(o) {
					return
				}
			}
		}
	}
}

func (side *Side) overruledAt(r *DestinationRule, h *Host) (list []Overruled) {
	for _, class := range side.clients {
		if !class.Proxied() || !side.couldReach(r, class, h) {
			continue
		}
		o, counts := side.overruled(r, class, h)
		if counts {
			continue
		}
		same := func(x Overruled) bool { return x.By == o.By && x.Why == o.Why }
		if i := slices.IndexFunc(list, same); i >= 0 {
			list[i].Clients = append(list[i].Clients, class)
			continue
		}
		list = append(list, o)
	}
	return list
}

// couldReach reports whether the place of a rule is looked at for the clients.
func (side *Side) couldReach(r *DestinationRule, class *ClientClass, h *Host) bool {
	ns := r.Ref.Namespace
	if !h.visibleTo(class) || r.HasSelector && (ns != class.Namespace || !resolve.Selects(r.Selector, class.labels)) {
		return false
	}
	return ns == class.Namespace || ns == h.Namespace || ns == side.In.Root
}

func (side *Side) overruled(r *DestinationRule, class *ClientClass, h *Host) (o Overruled, counts bool) {
	merged := side.RuleFor(class, h)
	if merged != nil && merged.uses(r) {
		dropped := r.spec.GetTrafficPolicy() != nil && merged.Policy != nil && merged.Policy != r
		if !dropped {
			return o, true
		}
		return Overruled{h, []*ClientClass{class}, merged.Policy.Ref, resolve.Because(resolve.CauseRuleOnlySubsets, resolve.Details{By: merged.Policy.Ref})}, false
	}
	over := side.refusal(r, class, h, merged)
	return Overruled{h, []*ClientClass{class}, over.By, over.Why}, false
}
