package change

import (
	"bytes"

	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// history gives a policy what a cluster knew of when it was written, where nothing of it changes.
// When a changed one will be written nobody knows: the mode in ambient is then that of an istiod
// that starts afterwards (2C.7).
func history(o, was resolve.Object) {
	is, ok := o.Value.(*securityv1.PeerAuthentication)
	old, had := was.Value.(*securityv1.PeerAuthentication)
	if !ok {
		return
	}
	if had && sameSpec(is, old) {
		is.Generation, is.ManagedFields = old.Generation, old.ManagedFields
		return
	}
	is.Generation, is.ManagedFields = 0, nil
}

func sameSpec(a, b *securityv1.PeerAuthentication) bool {
	one, err := a.Spec.MarshalJSON()
	other, wrong := b.Spec.MarshalJSON()
	return err == nil && wrong == nil && bytes.Equal(one, other)
}
