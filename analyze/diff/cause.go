package diff

import "github.com/mtlsctl/mtlsctl/resolve"

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

func (s suspect) is(status Status, words string) Cause { return Cause{s.ref, status, s.at, words} }

// blame finds the first object that differs among those which decided before and
// after: what decides now comes first, since it took the place of the other.
func (c *comparison) blame(was, is []suspect, words string) (Cause, bool) {
	for _, s := range is {
		if status := c.objects.Of(s.ref); status == Added || status == Changed {
			if s.at == (resolve.Position{}) {
				s.at = c.objects.origin[s.ref].At("")
			}
			return s.is(status, words), true
		}
	}
	for _, s := range was {
		switch c.objects.Of(s.ref) {
		case Removed:
			return s.is(Removed, words), true
		case Changed:
			s.at = c.objects.origin[s.ref].At("")
			return s.is(Changed, words), true
		}
	}
	return Cause{Words: words}, false
}

func (c *comparison) causeOfPort(p pair, was, is *resolve.Decision) Cause {
	if p.was.Membership.Dataplane != p.is.Membership.Dataplane {
		return c.causeOfMembership(p.was, p.is, p.is.Membership.Reason)
	}
	words := ""
	if is.Scope == resolve.ScopeDataplane || is.By.IsZero() {
		words = is.Because
	}
	cause, found := c.blame(deciders(was), deciders(is), words)
	if !found {
		cause.Words, cause.Position = is.Because, is.Position()
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

// causeOfCall looks at what is sent, then at what is served, then at who calls, then
// at the host.
func (c *comparison) causeOfCall(was, is *resolve.Connection) Cause {
	words := ""
	if is.Outcome.Verdict == resolve.VerdictBroken || is.Outcome.Verdict == resolve.VerdictUnknown {
		words = is.Outcome.Because
	}
	if !is.Known() {
		words = is.Sends.Because
	}
	if was == nil {
		was = &resolve.Connection{Client: is.Client, Host: is.Host}
	}
	if was.Client.Dataplane != is.Client.Dataplane && was.Sends.TLS != is.Sends.TLS {
		a, b := was.Client.Workloads[0], is.Client.Workloads[0]
		reason := b.Short() + ": " + b.Membership.Reason
		if words != "" {
			reason += ": " + words
		}
		return c.causeOfMembership(a, b, reason)
	}
	if was.Serves.Mode != is.Serves.Mode && (is.Sends.Auto || was.Sends.TLS == is.Sends.TLS) {
		if cause, found := c.blame(deciders(&was.Serves), deciders(&is.Serves), words); found {
			return cause
		}
	}
	if cause, found := c.blame(senders(was), senders(is), words); found {
		return cause
	}
	if cause, found := c.blame(deciders(&was.Serves), deciders(&is.Serves), words); found {
		return cause
	}
	if cause, found := c.blame(surroundings(was), surroundings(is), words); found {
		return cause
	}
	if cause, found := c.blame(servers(was), servers(is), is.Outcome.Because); found {
		return cause
	}
	return Cause{Words: is.Outcome.Because, Position: is.Sends.Position()}
}

// servers is the workload behind the port.
func servers(con *resolve.Connection) []suspect {
	if con.Server == nil || con.Server.Workload == nil {
		return nil
	}
	w := con.Server.Workload
	return []suspect{{w.Ref, w.Origin.At("")}}
}

// senders are the objects that decided what is sent.
func senders(con *resolve.Connection) []suspect {
	list := []suspect{{con.Sends.By, con.Sends.Position()}}
	if con.Rule != nil {
		list = append(list, suspect{con.Rule.Ref, con.Rule.Origin.At("")})
	}
	return list
}

// surroundings are what decides which hosts a client knows, what stands behind them,
// and how the mesh is set up.
func surroundings(con *resolve.Connection) []suspect {
	list := []suspect{{ref: con.Client.Sidecar}}
	if con.Host != nil {
		list = append(list, suspect{con.Host.Ref, con.Host.Origin.At("")})
	}
	return list
}

func (c *comparison) causeOfMembership(was, is *resolve.Workload, words string) Cause {
	cause, found := c.blame([]suspect{{ref: was.Ref}, namespaceOf(was)}, []suspect{{ref: is.Ref}, namespaceOf(is)}, words)
	if at := is.Membership.Position(); at != (resolve.Position{}) || !found {
		cause.Position = at
	}
	return cause
}

func namespaceOf(w *resolve.Workload) suspect {
	return suspect{ref: resolve.Ref{Kind: resolve.KindNamespace, Name: w.Ref.Namespace}}
}
