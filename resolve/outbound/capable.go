package outbound

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// capability is why clients' control planes take an endpoint for one that understands Istio
// mTLS or not, and where that is written.
type capability struct {
	why resolve.Reason
	at  resolve.Place
}

// capability answers for an endpoint (1.1, 1.10). Whether a proxy is there makes no
// difference to them.
func (e *Endpoint) capability() capability {
	w := e.Workload
	switch {
	case w == nil || e.Address != "":
		return capability{e.why, e.at}
	case !e.Known:
		return capability{resolve.Reason{Cause: resolve.CauseMayHaveSidecar}, resolve.Place{}}
	case inbound.IsMachine(w.Ref.Kind):
		return capability{e.machineCapability(), resolve.Place{Origin: w.Membership.Origin, Field: w.Membership.Field}}
	case e.Mislabelled():
		cause := resolve.CauseLabelAgainstProxy
		if w.Membership.Dataplane == resolve.DataplaneNone {
			cause = resolve.CauseLabelWithoutProxy
		}
		return capability{resolve.Because(cause, resolve.Details{Text: e.Label}), resolve.Place{Origin: w.Origin, Field: w.TLSLabel}}
	case w.Membership.Dataplane == resolve.DataplaneGateway:
		return capability{resolve.Reason{Cause: resolve.CauseIsGateway}, resolve.Place{}}
	case w.Membership.Dataplane == resolve.DataplaneAmbient:
		return capability{resolve.Reason{Cause: resolve.CauseIsAmbient}, resolve.Place{Origin: w.Membership.Origin, Field: w.Membership.Field}}
	case e.Label == "istio":
		return capability{resolve.Reason{Cause: resolve.CauseHasSidecar}, resolve.Place{}}
	case w.Membership.Dataplane == resolve.DataplaneSidecar:
		return capability{resolve.Reason{Cause: resolve.CauseSidecarUnlabelled}, resolve.Place{}}
	}
	return capability{resolve.Reason{Cause: resolve.CauseHasNoSidecar}, resolve.Place{}}
}

func (e *Endpoint) machineCapability() resolve.Reason {
	switch _, labelled := e.Workload.Labels[resolve.TLSModeLabel]; {
	case labelled:
		return labelCounts(e.Label)
	case e.Workload.Membership.Dataplane == resolve.DataplaneVM:
		return resolve.Reason{Cause: resolve.CauseAccountCounts}
	}
	return resolve.Reason{Cause: resolve.CauseNoAccountCountsNot}
}

// labelCounts is what an endpoint outside of Kubernetes is taken for by its label.
func labelCounts(mode string) resolve.Reason {
	if mode == "istio" {
		return resolve.Because(resolve.CauseMachineLabelCounts, resolve.Details{Text: mode})
	}
	return resolve.Because(resolve.CauseMachineLabelCountsNot, resolve.Details{Text: mode})
}
