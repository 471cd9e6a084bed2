package inbound

import "github.com/mtlsctl/mtlsctl/resolve"

// proxyless is a gRPC server with Istio's agent and no Envoy: it speaks mTLS or plaintext, not
// both (2.17).
type proxyless struct{}

func (proxyless) serves(d *decider, p *Port) resolve.Decision {
	if p == nil || len(p.Services) == 0 {
		return d.none(resolve.Reason{Cause: resolve.CauseProxylessNoService})
	}
	policy := d.policy(p)
	if policy.Mode != resolve.Permissive {
		return policy
	}
	if d.workload.Labels[resolve.TLSModeLabel] == "istio" {
		policy.Mode, policy.Why = resolve.Strict, resolve.Because(resolve.CauseProxylessMutual, resolve.Details{Base: policy.Why})
	} else {
		policy.Mode, policy.Why = resolve.Disable, resolve.Because(resolve.CauseProxylessPlaintext, resolve.Details{Base: policy.Why})
	}
	return policy
}

func (proxyless) listed() bool { return true }

func (proxyless) shaped() bool { return false }

func (proxyless) own(port, status int32) bool { return proxyOwn(port, status) }
