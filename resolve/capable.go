package resolve

// capability is why clients' control planes take an endpoint for one that understands Istio
// mTLS or not, and where that is written.
type capability struct {
	why Reason
	at  Place
}

// capability answers for an endpoint (1.1, 1.10). Whether a proxy is there makes no
// difference to them.
func (e *Endpoint) capability() capability {
	w := e.Workload
	switch {
	case w == nil:
		return capability{e.why, e.at}
	case !e.Known:
		return capability{Reason{Cause: CauseMayHaveSidecar}, Place{}}
	case IsMachine(w.Ref.Kind):
		return capability{e.machineCapability(), Place{w.Membership.Origin, w.Membership.Field}}
	case e.Mislabelled():
		cause := CauseLabelAgainstProxy
		if w.Membership.Dataplane == DataplaneNone {
			cause = CauseLabelWithoutProxy
		}
		return capability{Because(cause, Details{Text: e.Label}), Place{w.Origin, w.tlsLabel}}
	case w.Membership.Dataplane == DataplaneGateway:
		return capability{Reason{Cause: CauseIsGateway}, Place{}}
	case w.Membership.Dataplane == DataplaneAmbient:
		return capability{Reason{Cause: CauseIsAmbient}, Place{w.Membership.Origin, w.Membership.Field}}
	case e.Label == "istio":
		return capability{Reason{Cause: CauseHasSidecar}, Place{}}
	case w.Membership.Dataplane == DataplaneSidecar:
		return capability{Reason{Cause: CauseSidecarUnlabelled}, Place{}}
	}
	return capability{Reason{Cause: CauseHasNoSidecar}, Place{}}
}

func (e *Endpoint) machineCapability() Reason {
	switch _, labelled := e.Workload.Labels[TLSModeLabel]; {
	case labelled:
		return labelCounts(e.Label)
	case e.Workload.Membership.Dataplane == DataplaneVM:
		return Reason{Cause: CauseAccountCounts}
	}
	return Reason{Cause: CauseNoAccountCountsNot}
}

// labelCounts is what an endpoint outside of Kubernetes is taken for by its label.
func labelCounts(mode string) Reason {
	if mode == "istio" {
		return Because(CauseMachineLabelCounts, Details{Text: mode})
	}
	return Because(CauseMachineLabelCountsNot, Details{Text: mode})
}

// Mislabelled reports a tlsMode label that says something else than what is there.
func (e *Endpoint) Mislabelled() bool {
	if e == nil || e.Workload == nil {
		return false
	}
	_, labelled := e.Workload.Labels[TLSModeLabel]
	switch e.Workload.Membership.Dataplane {
	case DataplaneSidecar, DataplaneProxyless:
		return labelled && e.Label != "istio"
	case DataplaneNone:
		return labelled && e.Label == "istio"
	}
	return false
}
