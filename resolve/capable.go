package resolve

import "fmt"

// capability says why clients' control planes take an endpoint for one that
// understands Istio mTLS or not, as what follows its name in a sentence, and where
// that is written (1.1, 1.10). Whether a proxy is there makes no difference to them.
func (e *Endpoint) capability() DerivationPoint {
	w := e.Workload
	switch {
	case w == nil:
		return DerivationPoint{Text: e.because, Rule: e.rule, Origin: e.at.origin, Field: e.at.field}
	case !e.known:
		return DerivationPoint{Text: "may have a sidecar or not", Rule: "1.13"}
	case isMachine(w.Ref.Kind):
		m := &w.Membership
		return DerivationPoint{Text: machineCapability(e, m), Rule: "1.10", Origin: m.Origin, Field: m.Field}
	case e.mislabelled():
		return DerivationPoint{Text: w.labelText(e.mode), Rule: "1.1", Origin: w.Origin, Field: w.tlsLabel}
	case w.Membership.Dataplane == DataplaneGateway:
		return DerivationPoint{Text: "is a gateway, whose pods carry no " + tlsModeLabel + " label", Rule: "3.5.2"}
	case w.Membership.Dataplane == DataplaneAmbient:
		return DerivationPoint{Text: "is ambient and has no sidecar", Rule: "1.8", Origin: w.Membership.Origin, Field: w.Membership.Field}
	case e.mode == "istio":
		return DerivationPoint{Text: "has a sidecar"}
	case w.Membership.Dataplane == DataplaneSidecar:
		return DerivationPoint{Text: "has a sidecar, but its pods lack the label " + tlsModeLabel + ", which is what clients look at", Rule: "1.1"}
	}
	return DerivationPoint{Text: "has no sidecar"}
}

// labelText is about a label that says something else than what is there (6.18).
func (w *Workload) labelText(mode string) string {
	if w.Membership.Dataplane == DataplaneNone {
		return fmt.Sprintf("has pod label %s=%s, so it counts as mTLS-capable though there is no proxy", tlsModeLabel, mode)
	}
	return fmt.Sprintf("has pod label %s=%s, so it counts as not mTLS-capable though it has a sidecar", tlsModeLabel, mode)
}

func machineCapability(e *Endpoint, m *Membership) string {
	switch _, labelled := e.Workload.Labels[tlsModeLabel]; {
	case labelled:
		return fmt.Sprintf("has label %s=%s, so it counts as %s", tlsModeLabel, e.mode, capableWord(e.mode))
	case m.Dataplane == DataplaneVM:
		return "has a serviceAccount, so it counts as mTLS-capable"
	}
	return "has no serviceAccount, so it counts as not mTLS-capable"
}

func capableWord(mode string) string {
	if mode == "istio" {
		return "mTLS-capable"
	}
	return "not mTLS-capable"
}

// mislabelled reports a tlsMode label that says something else than what is there.
func (e *Endpoint) mislabelled() bool {
	if e == nil || e.Workload == nil {
		return false
	}
	_, labelled := e.Workload.Labels[tlsModeLabel]
	switch e.Workload.Membership.Dataplane {
	case DataplaneSidecar, DataplaneProxyless:
		return labelled && e.mode != "istio"
	case DataplaneNone:
		return labelled && e.mode == "istio"
	}
	return false
}
