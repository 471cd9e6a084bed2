package resolve

// unseenConfig is the answer where the configuration of the clients' control plane could
// not be read: auto mTLS, what clients know, which rules they see, all of it may differ (9).
func (c *call) unseenConfig() *Sending {
	g := c.plane().unseen
	if g == nil {
		return nil
	}
	return &Sending{TLS: SendsUnknown, Why: because(CauseClientConfigUnread, Details{Gap: g})}
}

// unseenScope is the answer where Sidecar resources could not be read: one of them
// may hide the host (3.1.2). A Sidecar of the clients' own namespace hides those of
// the root namespace.
func (c *call) unseenScope() *Sending {
	if c.class.Dataplane == DataplaneGateway {
		return nil
	}
	g := c.mesh.gaps.at(KindSidecar, c.class.Namespace)
	if g == nil && c.class.Sidecar.Namespace != c.class.Namespace {
		g = c.mesh.gaps.at(KindSidecar, c.plane().root)
	}
	if g == nil {
		return nil
	}
	return &Sending{TLS: SendsUnknown, Why: because(CauseSidecarsUnread, Details{Gap: g})}
}

// unseenRule is the answer where DestinationRules could not be read in a place that
// istiod looks at before it finds one (3.2.3).
func (c *call) unseenRule() *Sending {
	places := []string{c.class.Namespace, c.host.Namespace, c.plane().root}
	for _, ns := range places {
		if g := c.mesh.gaps.at(KindDestinationRule, ns); g != nil {
			return &Sending{TLS: SendsUnknown, Why: because(CauseRulesUnread, Details{Gap: g})}
		}
		if c.rule != nil && c.rule.first.Ref.Namespace == ns {
			return nil
		}
	}
	return nil
}
