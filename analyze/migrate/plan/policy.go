package plan

import (
	"maps"
	"slices"

	"google.golang.org/protobuf/proto"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	securityapi "istio.io/api/security/v1beta1"
	typeapi "istio.io/api/type/v1beta1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

var modeToAPI = map[resolve.Mode]securityapi.PeerAuthentication_MutualTLS_Mode{
	resolve.Disable: securityapi.PeerAuthentication_MutualTLS_DISABLE, resolve.Permissive: securityapi.PeerAuthentication_MutualTLS_PERMISSIVE, resolve.Strict: securityapi.PeerAuthentication_MutualTLS_STRICT,
}

// newPolicy is a PeerAuthentication that nobody has yet.
func newPolicy(namespace, name string, selector map[string]string) resolve.Object {
	v := &securityv1.PeerAuthentication{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	if selector != nil {
		v.Spec.Selector = &typeapi.WorkloadSelector{MatchLabels: selector}
	}
	return resolve.Object{Kind: resolve.KindPeerAuthentication, Value: v}
}

// saying is a policy with another mode, and other exceptions where it has a selector.
func saying(o resolve.Object, mode resolve.Mode, ports map[int32]resolve.Mode) resolve.Object {
	o = clone(o)
	v := o.Value.(*securityv1.PeerAuthentication)
	v.Spec.Mtls = &securityapi.PeerAuthentication_MutualTLS{Mode: modeToAPI[mode]}
	v.Spec.PortLevelMtls = nil
	for _, port := range slices.Sorted(maps.Keys(ports)) {
		if ports[port] == mode || modeToAPI[ports[port]] == securityapi.PeerAuthentication_MutualTLS_UNSET {
			continue
		}
		if v.Spec.PortLevelMtls == nil {
			v.Spec.PortLevelMtls = map[uint32]*securityapi.PeerAuthentication_MutualTLS{}
		}
		v.Spec.PortLevelMtls[uint32(port)] = &securityapi.PeerAuthentication_MutualTLS{Mode: modeToAPI[ports[port]]}
	}
	return o
}

// sameSpec reports two objects of one kind that say the same, whatever their labels.
func sameSpec(a, b resolve.Object) bool {
	switch x := a.Value.(type) {
	case *securityv1.PeerAuthentication:
		y, ok := b.Value.(*securityv1.PeerAuthentication)
		return ok && proto.Equal(&x.Spec, &y.Spec)
	case *networkingv1.DestinationRule:
		y, ok := b.Value.(*networkingv1.DestinationRule)
		return ok && proto.Equal(&x.Spec, &y.Spec)
	case *networkingv1.Sidecar:
		y, ok := b.Value.(*networkingv1.Sidecar)
		return ok && proto.Equal(&x.Spec, &y.Spec)
	case *securityv1.AuthorizationPolicy:
		y, ok := b.Value.(*securityv1.AuthorizationPolicy)
		return ok && proto.Equal(&x.Spec, &y.Spec)
	case *networkingv1.ServiceEntry:
		y, ok := b.Value.(*networkingv1.ServiceEntry)
		return ok && proto.Equal(&x.Spec, &y.Spec)
	case *networkingv1.Gateway:
		y, ok := b.Value.(*networkingv1.Gateway)
		return ok && proto.Equal(&x.Spec, &y.Spec)
	}
	return false
}

// free is a name that nobody in a namespace has for a policy.
func (s *state) free(namespace, name string) string {
	for {
		if _, taken := s.mesh.Input(resolve.Ref{Kind: resolve.KindPeerAuthentication, Namespace: namespace, Name: name}); !taken {
			return name
		}
		name += "-mtls"
	}
}
