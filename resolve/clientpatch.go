package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// unseenPatch is the answer where an EnvoyFilter changes the TLS of the cluster that
// is called.
func (c *Call) unseenPatch() *Sending {
	for _, ns := range []string{c.Class.Namespace, c.plane().root} {
		if g := c.Mesh.gaps.at(KindEnvoyFilter, ns); g != nil {
			return &Sending{TLS: SendsUnknown, Why: Because(CausePatchesUnread, Details{Gap: g})}
		}
	}
	for i := range c.Class.patches {
		t := &c.Class.patches[i]
		name := fmt.Sprintf("outbound|%d|%s|%s", c.Port.Number, c.Subset, c.Host.Name)
		k := t.cluster
		if t.port != 0 && t.port != c.Port.Number || k.GetService() != "" && k.GetService() != c.Host.Name ||
			k.GetSubset() != "" && k.GetSubset() != c.Subset || k.GetName() != "" && k.GetName() != name {
			continue
		}
		return &Sending{TLS: SendsUnknown, By: t.by, Field: t.field, Origin: t.origin, Why: Because(CausePatched, Details{By: t.by})}
	}
	return nil
}

// outboundPatches are those that change what a workload sends.
func (m *Mesh) outboundPatches(w *Workload) []tlsPatch {
	revision := cmp.Or(w.Membership.Revision, DefaultRevision)
	return slices.DeleteFunc(slices.Clone(m.patches), func(t tlsPatch) bool {
		return t.inbound || !t.selects(w.Ref.Namespace, m.Control.RootOf(revision), revision, w.Labels)
	})
}

// patched names the patches of a class, "" for none.
func (c *ClientClass) patched() string {
	var b strings.Builder
	for _, t := range c.patches {
		fmt.Fprint(&b, t.by, t.field, " ")
	}
	return b.String()
}
