package outbound

import (
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
	gatewayv1beta1 "sigs.k8s.io/gateway-api/apis/v1beta1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// grants say which namespaces let routes of others refer to their Services.
type grants struct {
	byNamespace map[string][]*gatewayv1beta1.ReferenceGrant
	gaps        resolve.Gaps
}

func grantsOf(c *config.Collection, gaps resolve.Gaps) *grants {
	g := &grants{map[string][]*gatewayv1beta1.ReferenceGrant{}, gaps}
	for _, o := range c.Others[resolve.KindReferenceGrant] {
		v := o.Value.(*gatewayv1beta1.ReferenceGrant)
		g.byNamespace[v.Namespace] = append(g.byNamespace[v.Namespace], v)
	}
	return g
}

// allow reports a backend in another namespace to which routes of a kind and namespace may lead. Where
// the grants could not be read, the calls are taken to be made: who leaves them out hides them.
func (g *grants) allow(r *kubeRoute, b *kubeBackend) bool {
	namespace := string(*b.Namespace)
	if g.gaps.At(resolve.KindReferenceGrant, namespace) != nil {
		return true
	}
	for _, grant := range g.byNamespace[namespace] {
		from, to := false, false
		for _, f := range grant.Spec.From {
			from = from || f.Group == gatewayv1.GroupName && string(f.Kind) == string(r.Kind) && string(f.Namespace) == r.Value.GetNamespace()
		}
		for _, t := range grant.Spec.To {
			to = to || b.isService() && t.Group == "" && t.Kind == "Service" && (t.Name == nil || *t.Name == b.Name)
		}
		if from && to {
			return true
		}
	}
	return false
}
