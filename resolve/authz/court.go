package authz

import (
	"encoding/binary"
	"slices"
	"sync"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Court judges the calls of a mesh by the AuthorizationPolicies of their servers, and of the
// waypoints before them. Safe for concurrent use.
type Court struct {
	mesh *mesh.Mesh
	sets map[*mesh.Mesh]*Set
	// panels are the policies of workloads, equal ones the same.
	panels map[*inbound.Workload]*Panel
	// attached are those of a waypoint and a host, by forwarding.
	attached sync.Map
	// unread is true where policies could not be read.
	unread bool
}

type court struct{}

// In is the court of a mesh, made when somebody asks first; that of several clusters judges each
// call by the policies of the server's own.
func In(m *mesh.Mesh) *Court {
	return m.Joined().Derived(court{}, func(m *mesh.Mesh) any {
		c := &Court{mesh: m, sets: map[*mesh.Mesh]*Set{m: New(m)}, panels: map[*inbound.Workload]*Panel{}, unread: m.Gap(resolve.KindAuthorizationPolicy) != nil}
		for _, part := range m.Parts() {
			c.sets[part] = New(part)
		}
		if !c.Idle() {
			c.seat()
		}
		return c
	}).(*Court)
}

// seat finds the panels of all workloads.
func (c *Court) seat() {
	same := map[string]*Panel{}
	var key []byte
	for _, w := range c.mesh.Workloads() {
		if !Guards(w) && w.Membership.Dataplane != resolve.DataplaneGateway {
			continue
		}
		on := c.Set(w).On(w)
		if len(on) == 0 && !c.unread {
			continue
		}
		key = append(append(key[:0], w.Cluster...), 0)
		for _, p := range on {
			key = binary.AppendUvarint(key, uint64(p.number)+1)
		}
		panel := same[string(key)]
		if panel == nil {
			panel = newPanel(on)
			same[string(key)] = panel
		}
		c.panels[w] = panel
	}
}

// Panel are the policies that act on a call when it arrives, nil where there are none, or no
// proxy is there that would carry them out.
func (c *Court) Panel(con *outbound.Connection) *Panel {
	if con.Server == nil || con.Server.Workload == nil || con.Server.Address != "" || con.Outcome.Verdict == resolve.VerdictBroken || con.Serves.Mode == resolve.None {
		return nil
	}
	return c.panels[con.Server.Workload]
}

// PoliciesOf are the policies of a mesh, or of one cluster of several.
func PoliciesOf(m *mesh.Mesh) *Set { return In(m).sets[m] }

// Guarded reports a workload on which policies act.
func (c *Court) Guarded(w *inbound.Workload) bool { return w != nil && c.panels[w] != nil }

// Set are the policies that count for a workload.
func (c *Court) Set(w *inbound.Workload) *Set { return c.sets[c.mesh.Part(w.Cluster)] }

// Idle reports a mesh in which no policy acts on any call.
func (c *Court) Idle() bool {
	for _, s := range c.sets {
		if slices.ContainsFunc(s.all, (*Policy).Acts) {
			return false
		}
	}
	return !c.unread
}

// TellsAccounts reports policies that tell callers of one namespace apart.
func (c *Court) TellsAccounts() bool {
	for _, s := range c.sets {
		for _, p := range s.all {
			if p.Acts() && slices.ContainsFunc(p.Rules, (*Rule).tellsAccounts) {
				return true
			}
		}
	}
	return false
}

func (r *Rule) tellsAccounts() bool {
	return slices.ContainsFunc(r.terms, func(t Term) bool {
		switch t.Name {
		case "principals", "notPrincipals", "source.principal", "serviceAccounts", "notServiceAccounts", "source.serviceAccount":
			return true
		}
		return false
	})
}
