package diff

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// causeOfCall looks at who calls, at what is sent and what is served, then at the
// host, what stands behind it, and the mesh.
func (c *comparison) causeOfCall(was, is *outbound.Connection) Cause {
	if was == nil {
		was = &outbound.Connection{Client: is.Client, Host: is.Host}
	}
	text := wordsOf(is)
	if was.Client.Dataplane != is.Client.Dataplane && was.Sends.TLS != is.Sends.TLS {
		return c.causeOfClient(c.asking.before[0], c.asking.Workloads[0], text)
	}
	if a, b := serverOfCall(was), serverOfCall(is); a != nil && b != nil && a.Ref == b.Ref && a.Membership.Dataplane != b.Membership.Dataplane {
		return c.causeOfMembership(a, b, words.Because(b.Membership.Why))
	}
	looks := []func(*outbound.Connection) []suspect{senders, servings, surroundings, servers}
	if was.Serves.Mode != is.Serves.Mode && (is.Sends.Auto || was.Sends.TLS == is.Sends.TLS) {
		looks[0], looks[1] = looks[1], looks[0] // what is sent only follows
	}
	for _, look := range looks {
		if cause, found := c.blame(look(was), look(is), text); found {
			return cause
		}
	}
	if was.Sends.TLS != is.Sends.TLS {
		text = words.Plain(is.Sends.Reason())
	}
	return c.causeOfAll(text, is.Sends.Position())
}

// wordsOf says what the change comes to where the verdict does not say it all.
func wordsOf(con *outbound.Connection) string {
	switch v := con.Outcome.Verdict; {
	case !con.Known():
		return words.Because(con.Sends.Reason())
	case v == resolve.VerdictBroken, v == resolve.VerdictUnknown:
		return words.Because(con.Outcome.Why)
	}
	return ""
}

func (c *comparison) causeOfClient(was, is *inbound.Workload, text string) Cause {
	reason := is.Short() + ": " + words.Because(is.Membership.Why)
	if text != "" && is.Membership.Dataplane != resolve.DataplaneNone {
		reason += ": " + text
	}
	return c.causeOfMembership(was, is, reason)
}

// servings are what decided the mode of the server's port.
func servings(con *outbound.Connection) []suspect { return deciders(&con.Serves) }

// servers is the workload behind the port.
func servers(con *outbound.Connection) []suspect {
	if w := serverOfCall(con); w != nil {
		return []suspect{{w.Ref, w.Origin.At("")}}
	}
	return nil
}

// serverOfCall is the workload that a call ends at, nil for an address or nobody.
func serverOfCall(con *outbound.Connection) *inbound.Workload {
	if con.Server == nil {
		return nil
	}
	return con.Server.Workload
}

// senders are the objects that decided what is sent.
func senders(con *outbound.Connection) []suspect {
	list := []suspect{{con.Sends.By, con.Sends.Position()}}
	if con.Rule != nil {
		list = append(list, suspect{con.Rule.Ref, con.Rule.Origin.At("")})
	}
	return list
}

// surroundings are what decides which hosts a client knows, what stands behind them,
// and how the mesh is set up.
func surroundings(con *outbound.Connection) []suspect {
	list := []suspect{{ref: con.Client.Sidecar}}
	if con.Host != nil {
		list = append(list, suspect{con.Host.Ref, con.Host.Origin.At("")})
	}
	return list
}
