package resolve

import (
	"cmp"
	"fmt"
)

// Dataplane says what stands in front of a workload's ports. The zero value is
// DataplaneUnknown: the input cannot tell.
type Dataplane uint8

const (
	// DataplaneUnknown: membership cannot be told from the input.
	DataplaneUnknown Dataplane = iota
	// DataplaneSidecar: an Envoy sidecar, injected or predicted to be.
	DataplaneSidecar
	// DataplaneAmbient: ztunnel on the node (rulebook 1.8, 2A).
	DataplaneAmbient
	// DataplaneWaypoint: the workload is itself a waypoint proxy.
	DataplaneWaypoint
	// DataplaneGateway: the workload is an Istio gateway; PeerAuthentication does not apply (2.15).
	DataplaneGateway
	// DataplaneProxyless: gRPC with Istio's agent and no Envoy (2.17).
	DataplaneProxyless
	// DataplaneVM: a WorkloadEntry or WorkloadGroup with a proxy (1.10).
	DataplaneVM
	// DataplaneNone: no proxy at all.
	DataplaneNone
)

var dataplaneWords = [...]string{"unknown", "sidecar", "ambient", "waypoint", "gateway", "proxyless", "vm", "none"}

// String returns the word that users read and scripts compare.
func (d Dataplane) String() string {
	if int(d) < len(dataplaneWords) {
		return dataplaneWords[d]
	}
	return fmt.Sprintf("Dataplane(%d)", uint8(d))
}

// MarshalText writes the word of String.
func (d Dataplane) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Dataplane) UnmarshalText(b []byte) error {
	for i, w := range dataplaneWords {
		if w == string(b) {
			*d = Dataplane(i)
			return nil
		}
	}
	return fmt.Errorf("unknown dataplane %q", b)
}

// Membership is who stands in front of a workload, and why.
type Membership struct {
	Dataplane Dataplane
	// Native is true for a sidecar that runs as an init container (1.6).
	Native bool
	// Agentgateway is true for a gateway or a waypoint that runs agentgateway in the place of Envoy
	// (3.5.7).
	Agentgateway bool
	// Why is what decided: "namespace label istio-injection=enabled".
	Why Reason
	// Origin and Field are where the deciding label or field is written; see Position.
	Origin Origin
	Field  Field
	// Holder is the object that has Field where it is not the workload or its pod: its
	// Namespace, a member roll.
	Holder Ref
	// Revision is the control plane that configures the proxy, "" for the
	// default one or when there is none.
	Revision string
	// Observed is true when running pods were read, false for a prediction from
	// a template.
	Observed bool
}

// Position is where the deciding label or field is written, zero when it is in no
// file.
func (m Membership) Position() Position { return m.Origin.At(m.Field) }

// Place is where something is written: an object's origin and the field in it.
// Its line is looked up only when somebody prints it.
type Place struct {
	Origin Origin
	Field  Field
}

// NewMembership makes one with its reason.
func NewMembership(d Dataplane, why Reason, at Place) Membership {
	return Membership{Dataplane: d, Why: why, Origin: at.Origin, Field: at.Field}
}

// By is the membership with the object that has its field.
func (m Membership) By(holder Ref) Membership {
	m.Holder = holder
	return m
}

// Unseen is the membership that a template predicts, where the pods that would
// prove it could not be read (1.7).
func (m Membership) Unseen(g *Gap) Membership {
	if g == nil {
		return m
	}
	m.Why = Because(CausePodsUnread, Details{Gap: g, Dataplane: m.Dataplane, Base: m.Why})
	m.Dataplane = DataplaneUnknown
	m.Revision = cmp.Or(m.Revision, DefaultRevision)
	return m
}
