package inbound

import "github.com/mtlsctl/mtlsctl/resolve"

// unproxied is a workload without a proxy: the policies are read by nobody.
type unproxied struct{}

func (unproxied) serves(d *decider, p *Port) resolve.Decision {
	return d.unmeshed(d.policy(p), resolve.None)
}

func (unproxied) listed() bool { return false }

func (unproxied) shaped() bool { return false }

func (unproxied) own(int32, int32) bool { return false }

// unmeshed is the decision where no proxy is there, or nobody knows.
func (d *decider) unmeshed(policy resolve.Decision, mode resolve.Mode) resolve.Decision {
	m := &d.workload.Membership
	if policy.Mode != resolve.Unknown {
		policy.IfMeshed = policy.Mode
	}
	policy.Mode = mode
	if mode == resolve.None {
		policy.Scope, policy.By, policy.Field, policy.Origin = resolve.ScopeDataplane, resolve.Ref{}, m.Field, m.Origin
		policy.Why = resolve.Because(resolve.CauseNoSidecar, resolve.Details{Base: m.Why})
		policy.Shadowed = nil
	}
	return policy
}
