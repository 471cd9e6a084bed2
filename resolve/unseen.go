package resolve

// unseenConfig is the answer where the configuration of the clients' control plane could
// not be read: auto mTLS, what clients know, which rules they see, all of it may differ (9).
func (c *Call) unseenConfig() *Sending {
	g := c.plane().unseen
	if g == nil {
		return nil
	}
	return &Sending{TLS: SendsUnknown, Why: Because(CauseClientConfigUnread, Details{Gap: g})}
}

// unseenScope is the answer where Sidecar resources could not be read: one of them
// may hide the host (3.1.2). A Sidecar of the clients' own namespace hides those of
// the root namespace.
func (c *Call) unseenScope() *Sending {
	if c.Class.Dataplane == DataplaneGateway {
		return nil
	}
	g := c.Mesh.gaps.at(KindSidecar, c.Class.Namespace)
	if g == nil && c.Class.Sidecar.Namespace != c.Class.Namespace {
		g = c.Mesh.gaps.at(KindSidecar, c.plane().root)
	}
	if g == nil {
		return nil
	}
	return &Sending{TLS: SendsUnknown, Why: Because(CauseSidecarsUnread, Details{Gap: g})}
}

// unseenRule is the answer where DestinationRules could not be read in a place that
// istiod looks at before it finds one (3.2.3).
func (c *Call) unseenRule() *Sending {
	places := []string{c.Class.Namespace, c.Host.Namespace, c.plane().root}
	for _, ns := range places {
		if g := c.Mesh.gaps.at(KindDestinationRule, ns); g != nil {
			return &Sending{TLS: SendsUnknown, Why: Because(CauseRulesUnread, Details{Gap: g})}
		}
		if c.Rule != nil && c.Rule.first.Ref.Namespace == ns {
			return nil
		}
	}
	return nil
}
