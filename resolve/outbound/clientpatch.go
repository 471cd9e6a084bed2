package outbound

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// unseenPatch is the answer where an EnvoyFilter changes the TLS of the cluster that
// is called.
func (c *Call) unseenPatch() *resolve.Sending {
	for _, ns := range []string{c.Class.Namespace, c.plane().Root} {
		if g := c.Side.In.Gaps.At(resolve.KindEnvoyFilter, ns); g != nil {
			return &resolve.Sending{TLS: resolve.SendsUnknown, Why: resolve.Because(resolve.CausePatchesUnread, resolve.Details{Gap: g})}
		}
	}
	for i := range c.Class.patches {
		t := &c.Class.patches[i]
		name := fmt.Sprintf("outbound|%d|%s|%s", c.Port.Number, c.Subset, c.Host.Name)
		k := t.Cluster
		if t.Port != 0 && t.Port != c.Port.Number || k.GetService() != "" && k.GetService() != c.Host.Name ||
			k.GetSubset() != "" && k.GetSubset() != c.Subset || k.GetName() != "" && k.GetName() != name {
			continue
		}
		return &resolve.Sending{TLS: resolve.SendsUnknown, By: t.By, Field: t.Field, Origin: t.Origin, Why: resolve.Because(resolve.CausePatched, resolve.Details{By: t.By})}
	}
	return nil
}

// outboundPatches are those that change what a workload sends.
func (side *Side) outboundPatches(w *inbound.Workload) []inbound.TLSPatch {
	revision := cmp.Or(w.Membership.Revision, resolve.DefaultRevision)
	return slices.DeleteFunc(slices.Clone(side.In.Patches), func(t inbound.TLSPatch) bool {
		return t.Inbound || !t.Selects(w.Ref.Namespace, side.In.Control.RootOf(revision), revision, w.Labels)
	})
}

// patched names the patches of a class, "" for none.
func (c *ClientClass) patched() string {
	var b strings.Builder
	for _, t := range c.patches {
		fmt.Fprint(&b, t.By, t.Field, " ")
	}
	return b.String()
}
