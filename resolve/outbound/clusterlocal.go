package outbound

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// clusterLocals are the hosts that istiod keeps to their cluster unless the mesh configuration says
// otherwise: those of kube-system, the API server and istiod itself.
var clusterLocals = []string{"*.kube-system.svc." + resolve.ClusterDomain, "kubernetes.default.svc." + resolve.ClusterDomain, "istiod.istio-system.svc." + resolve.ClusterDomain}

// clusterLocal reports a host whose endpoints in other clusters istiod does not tell: by
// serviceSettings of the mesh configuration, of which the most specific host counts, else by istiod's
// own list, from which such a setting takes what it says is not local (3.9.3).
func (side *Side) clusterLocal(host string) bool {
	hosts, own := map[string]bool{}, slices.Clone(clusterLocals)
	for _, s := range side.In.Config.GetServiceSettings() {
		local := s.GetSettings().GetClusterLocal()
		for _, h := range s.GetHosts() {
			hosts[h] = local
			if !local {
				own = slices.DeleteFunc(own, func(o string) bool { return h == o || resolve.IsWildcard(o) && strings.HasSuffix(h, o[1:]) })
			}
		}
	}
	for _, h := range own {
		hosts[h] = true
	}
	if local, exact := hosts[host]; exact {
		return local
	}
	best := ""
	for h := range hosts {
		if resolve.IsWildcard(h) && strings.HasSuffix(host, h[1:]) && len(h) > len(best) {
			best = h
		}
	}
	return hosts[best]
}
