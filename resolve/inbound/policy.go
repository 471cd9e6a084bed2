package inbound

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	securityapi "istio.io/api/security/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// PeerAuthentication is one policy as istiod reads it.
type PeerAuthentication struct {
	Ref     resolve.Ref
	Origin  resolve.Origin
	Created time.Time
	// generation counts what the API server was told of the spec, 0 where the input does not say.
	generation int64
	// touched is when it was last written, changed when its spec was; zero where nothing says.
	touched, changed time.Time
	// Revision is the istio.io/rev label; HasRevision tells "" from absent.
	Revision    string
	HasRevision bool
	// Scope is ScopeMesh, ScopeNamespace or ScopeWorkload (2.2).
	Scope resolve.Scope
	// Selector is nil without labels; EmptySelector marks a selector that is
	// written but empty and therefore selects everything (2.6).
	Selector      map[string]string
	EmptySelector bool
	Mode          resolve.Mode
	// Ports are the portLevelMtls entries, by number.
	Ports []PortMode
	// Rejected says why Istio's validation refuses the object, "" when it does
	// not. A rejected policy decides nothing (2.6). RejectedField is the culprit.
	Rejected      string
	RejectedField resolve.Field
	refused       bool // was told by who read it
	// Undiscovered marks a policy in a namespace that istiod does not look into, by
	// the mesh configuration's discoverySelectors (1.14).
	Undiscovered bool
}

var modeOfAPI = map[securityapi.PeerAuthentication_MutualTLS_Mode]resolve.Mode{
	securityapi.PeerAuthentication_MutualTLS_UNSET:      resolve.Unset,
	securityapi.PeerAuthentication_MutualTLS_DISABLE:    resolve.Disable,
	securityapi.PeerAuthentication_MutualTLS_PERMISSIVE: resolve.Permissive,
	securityapi.PeerAuthentication_MutualTLS_STRICT:     resolve.Strict,
}

// PoliciesOf reads every policy, and what an OpenShift control plane says in
// place of one, in the order in which Istio prefers them within a namespace.
func PoliciesOf(c *config.Collection) []*PeerAuthentication {
	var list []*PeerAuthentication
	for _, o := range c.Policies {
		list = append(list, NewPolicy(o))
	}
	for _, o := range c.ControlPlanes {
		if p := controlPlanePolicy(o); p != nil {
			list = append(list, p)
		}
	}
	SortPolicies(list)
	return list
}

// SortPolicies sorts as Istio prefers them within a namespace: creation time, name (2.3).
func SortPolicies(list []*PeerAuthentication) {
	slices.SortFunc(list, func(a, b *PeerAuthentication) int {
		return cmp.Or(cmp.Compare(a.Ref.Namespace, b.Ref.Namespace), a.Compare(b))
	})
}

// NewPolicy reads a PeerAuthentication as istiod does.
func NewPolicy(o config.Typed[*securityv1.PeerAuthentication]) *PeerAuthentication {
	spec := &o.As.Spec
	p := &PeerAuthentication{
		Ref: o.Ref(), Origin: o.Origin, Created: o.As.CreationTimestamp.Time, generation: o.As.Generation,
		Mode: modeOfAPI[spec.GetMtls().GetMode()],
	}
	p.touched, p.changed = writings(&o.As.ObjectMeta)
	p.Revision, p.HasRevision = o.As.Labels[resolve.RevisionLabel]
	if spec.Selector != nil {
		p.Selector = spec.Selector.MatchLabels
		p.EmptySelector = len(p.Selector) == 0
	}
	for _, port := range slices.Sorted(maps.Keys(spec.PortLevelMtls)) {
		p.Ports = append(p.Ports, PortMode{int32(port), modeOfAPI[spec.PortLevelMtls[port].GetMode()]})
	}
	if p.refused = o.Refused != nil; p.refused {
		p.reject(o.Refused.Field, o.Refused.Why)
	} else {
		p.validate(spec)
	}
	return p
}

// controlPlanePolicy is the mesh-wide STRICT that an OpenShift Service Mesh 2
// control plane creates for spec.security.dataPlane.mtls.
func controlPlanePolicy(o config.Typed[*resolve.ServiceMeshControlPlane]) *PeerAuthentication {
	if o.As.DataPlaneMTLS == nil {
		return nil
	}
	mode := resolve.Permissive
	if *o.As.DataPlaneMTLS {
		mode = resolve.Strict
	}
	return &PeerAuthentication{Ref: o.Ref(), Origin: o.Origin, Created: o.As.CreationTimestamp.Time, Mode: mode}
}

// Compare orders policies of one scope as Istio does: older first, then by name,
// then by namespace (2.3). Files carry no creation time, so there the name decides.
func (p *PeerAuthentication) Compare(o *PeerAuthentication) int {
	return cmp.Or(p.Created.Compare(o.Created), cmp.Compare(p.Ref.Name, o.Ref.Name),
		cmp.Compare(p.Ref.Namespace, o.Ref.Namespace), cmp.Compare(p.Ref.Kind, o.Ref.Kind))
}

// ScopeIn is the policy's scope (2.2): an empty selector is none.
func (p *PeerAuthentication) ScopeIn(root string) resolve.Scope {
	switch {
	case len(p.Selector) > 0:
		return resolve.ScopeWorkload
	case p.Ref.Namespace == root:
		return resolve.ScopeMesh
	default:
		return resolve.ScopeNamespace
	}
}

// Port is the mode that portLevelMtls sets for a port; ok is false without an entry.
func (p *PeerAuthentication) Port(number int32) (mode resolve.Mode, ok bool) {
	i, ok := slices.BinarySearchFunc(p.Ports, number, func(e PortMode, n int32) int { return cmp.Compare(e.Port, n) })
	if !ok {
		return resolve.Unset, false
	}
	return p.Ports[i].Mode, true
}

// ModeField is the field that sets the mode of the whole scope.
func (p *PeerAuthentication) ModeField() resolve.Field {
	if p.Ref.Kind == resolve.KindServiceMeshControlPlane {
		return "spec.security.dataPlane.mtls"
	}
	return "spec.mtls.mode"
}

// PortField is the field of one portLevelMtls entry.
func (p *PeerAuthentication) PortField(number int32) resolve.Field {
	return resolve.Path("spec", "portLevelMtls", fmt.Sprint(number))
}

// VisibleTo reports whether the control plane of a revision reads the policy
// (1.14): unlabelled ones are everyone's, a label must name the revision itself.
func (p *PeerAuthentication) VisibleTo(revision string) bool {
	return !p.HasRevision || p.Revision == revision
}

// validate records what Istio's validation refuses (2.6).
func (p *PeerAuthentication) validate(spec *securityapi.PeerAuthentication) {
	switch {
	case len(p.Selector) == 0 && len(p.Ports) > 0:
		p.reject("spec.portLevelMtls", "portLevelMtls needs a selector: mesh and namespace policies cannot have port level mTLS")
	case spec.PortLevelMtls != nil && len(p.Ports) == 0:
		p.reject("spec.portLevelMtls", "portLevelMtls is written but empty: it needs at least one port")
	}
	for port := range spec.PortLevelMtls {
		if port == 0 || port > 65535 {
			p.reject("spec.portLevelMtls", "portLevelMtls has a port outside 1..65535")
		}
	}
	for k, v := range p.Selector {
		if k == "" || strings.Contains(k, "*") || strings.Contains(v, "*") {
			p.reject("spec.selector.matchLabels", "a selector takes neither empty keys nor wildcards")
		}
	}
}

func (p *PeerAuthentication) reject(field resolve.Field, why string) {
	p.Rejected, p.RejectedField = why, field
}

// PolicyProblems are the policies that an API server would not have taken.
func PolicyProblems(policies []*PeerAuthentication) []resolve.Problem {
	var out []resolve.Problem
	for _, p := range policies {
		if p.Rejected != "" && !p.refused {
			out = append(out, resolve.Problem{
				Position: p.Origin.At(p.RejectedField), Ref: p.Ref, Field: p.RejectedField,
				Message: "Istio's validation rejects it, so it is not applied: " + p.Rejected,
				Hint:    "repair the policy (rule 2.6); until then it decides nothing",
			})
		}
	}
	return out
}
