package outbound

import "github.com/mtlsctl/mtlsctl/resolve"

// gateway is a proxy that stands alone: no Sidecar resource limits it (3.1.2).
type gateway struct{}

func (gateway) traits() traits {
	return traits{proxied: true, rules: true, gateway: true, tunnels: true, answers: true}
}

func (gateway) setting(c *Call) *resolve.Sending { return c.explicit() }

func (gateway) before(c *Call) *resolve.Sending { return c.beforeRules() }
