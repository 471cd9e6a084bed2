package remedy

import (
	"fmt"

	"google.golang.org/protobuf/proto"
	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// named asks the gateway for the one host that its servers have for the TLS of the rule.
func (c patient) named(d *draft, yield func(Remedy) bool) bool {
	host := c.serverName()
	if host == "" {
		return true
	}
	at, tls := c.Setting.Spot, proto.Clone(c.Setting.TLS).(*networkingapi.ClientTLSSettings)
	tls.Sni = host
	next := d.clone()
	at.Set(next.spec, tls)
	return yield(Remedy{Text: fmt.Sprintf("set %s to %s, the host of the Gateway server", at.Field().Child("tls").Child("sni"), host), Changes: []RuleChange{next.change()}, kind: "sni"})
}

// serverName is the only host of the TLS servers on a port whose SNI is not theirs; "" for none, for
// several, and for a pattern.
func (c patient) serverName() (name string) {
	if c.Setting.TLS == nil {
		return ""
	}
	for _, one := range c.Connections() {
		if one.Outcome.Why.Cause != resolve.CauseServerOtherSNI {
			continue
		}
		for _, host := range hostsOf(one) {
			if name != "" && name != host || resolve.IsWildcard(host) {
				return ""
			}
			name = host
		}
	}
	return name
}

// hostsOf are those of the servers at which a call ends that take what it sends.
func hostsOf(c outbound.Connection) (hosts []string) {
	for _, s := range c.Server.Workload.Servers {
		if s.Listens != c.Server.Port || !s.Ended || s.OfMesh != (c.Sends.TLS == resolve.SendsIstioMutual) {
			continue
		}
		hosts = append(hosts, s.Names("")...)
	}
	return hosts
}
