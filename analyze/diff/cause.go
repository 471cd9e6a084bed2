package diff

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// Cause is why something changed: an object that came, went or changed, or the reason
// in words where no object of the input did.
type Cause struct {
	// Object and Status name it; zero where words have to do.
	Object resolve.Ref
	Status Status
	// Position is where it says it, in the head, or in the base when it is gone.
	Position resolve.Position
	// Words is what it comes to: "plaintext into a STRICT port"; may be empty beside an
	// Object.
	Words string
}

// suspect is an object that may be the cause, and where it speaks.
type suspect struct {
	ref resolve.Ref
	at  resolve.Position
}

func (s suspect) is(status Status, text string) Cause { return Cause{s.ref, status, s.at, text} }

// blame finds the first object that differs among those which decided before and
// after: what decides now comes first, since it took the place of the other.
func (c *comparison) blame(was, is []suspect, text string) (Cause, bool) {
	for _, s := range is {
		if status := c.objects.Of(s.ref); status == Added || status == Changed {
			if s.at == (resolve.Position{}) {
				s.at = c.objects.origin[s.ref].At("")
			}
			return s.is(status, text), true
		}
	}
	for _, s := range was {
		switch c.objects.Of(s.ref) {
		case Removed:
			return s.is(Removed, text), true
		case Changed:
			s.at = c.objects.origin[s.ref].At("")
			return s.is(Changed, text), true
		}
	}
	return Cause{Words: text}, false
}

func (c *comparison) causeOfPort(p pair, was, is *resolve.Decision) Cause {
	if p.was.Membership.Dataplane != p.is.Membership.Dataplane {
		return c.causeOfMembership(p.was, p.is, words.Because(p.is.Membership.Why))
	}
	text := ""
	if is.Scope == resolve.ScopeDataplane || is.By.IsZero() {
		text = words.Because(is.Why)
	}
	cause, found := c.blame(deciders(was), deciders(is), text)
	if !found {
		return c.causeOfAll(words.Because(is.Why), is.Position())
	}
	return cause
}

// deciders are what decided, and what lost to it: a policy that lost before and is
// gone may be why another one wins.
func deciders(d *resolve.Decision) []suspect {
	list := []suspect{{d.By, d.Position()}}
	for _, s := range d.Shadowed {
		list = append(list, suspect{s.By, s.Position()})
	}
	return list
}

// meshwide finds what speaks about the whole mesh and differs: its configuration, what
// the injector does; the zero Cause where nothing does.
func (o Objects) meshwide() Cause {
	for _, kind := range []resolve.Kind{resolve.KindMeshConfig, resolve.KindInjector, resolve.KindNodeAgent, resolve.KindMutatingWebhook} {
		for _, status := range []Status{Added, Changed, Removed} {
			for _, ref := range o.Refs(status) {
				if ref.Kind == kind {
					return Cause{Object: ref, Status: status, Position: o.origin[ref].At("")}
				}
			}
		}
	}
	return Cause{}
}

// causeOfAll is the mesh's configuration where that differs, else only words.
func (c *comparison) causeOfAll(text string, at resolve.Position) Cause {
	cause := c.meshwide
	cause.Words = text
	if at != (resolve.Position{}) {
		cause.Position = at
	}
	return cause
}

func (c *comparison) causeOfMembership(was, is *inbound.Workload, text string) Cause {
	cause, found := c.blame([]suspect{{ref: was.Ref}, namespaceOf(was)}, []suspect{{ref: is.Ref}, namespaceOf(is)}, text)
	if at := is.Membership.Position(); at != (resolve.Position{}) || !found {
		cause.Position = at
	}
	return cause
}

func namespaceOf(w *inbound.Workload) suspect {
	return suspect{ref: resolve.Ref{Kind: resolve.KindNamespace, Name: w.Ref.Namespace}}
}
