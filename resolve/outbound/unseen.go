package outbound

import "github.com/mtlsctl/mtlsctl/resolve"

// unseenConfig is the answer where the configuration of the clients' control plane could
// not be read: auto mTLS, what clients know, which rules they see, all of it may differ (9).
func (c *Call) unseenConfig() *resolve.Sending {
	g := c.plane().Unseen
	if g == nil {
		return nil
	}
	return &resolve.Sending{TLS: resolve.SendsUnknown, Why: resolve.Because(resolve.CauseClientConfigUnread, resolve.Details{Gap: g})}
}

// unseenScope is the answer where Sidecar resources could not be read: one of them
// may hide the host (3.1.2). A Sidecar of the clients' own namespace hides those of
// the root namespace.
func (c *Call) unseenScope() *resolve.Sending {
	if c.Class.traits().gateway {
		return nil
	}
	g := c.Side.In.Gaps.At(resolve.KindSidecar, c.Class.Namespace)
	if g == nil && c.Class.Sidecar.Namespace != c.Class.Namespace {
		g = c.Side.In.Gaps.At(resolve.KindSidecar, c.plane().Root)
	}
	if g == nil {
		return nil
	}
	return &resolve.Sending{TLS: resolve.SendsUnknown, Why: resolve.Because(resolve.CauseSidecarsUnread, resolve.Details{Gap: g})}
}

// unseenRule is the answer where DestinationRules could not be read in a place that
// istiod looks at before it finds one (3.2.3).
func (c *Call) unseenRule() *resolve.Sending {
	places := []string{c.Class.Namespace, c.Host.Namespace, c.plane().Root}
	for _, ns := range places {
		if g := c.Side.In.Gaps.At(resolve.KindDestinationRule, ns); g != nil {
			return &resolve.Sending{TLS: resolve.SendsUnknown, Why: resolve.Because(resolve.CauseRulesUnread, resolve.Details{Gap: g})}
		}
		if c.Rule != nil && c.Rule.first.Ref.Namespace == ns {
			return nil
		}
	}
	return nil
}
