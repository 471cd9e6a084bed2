package manifest

import (
	"reflect"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// legacyPolicy reads what a policy from before Istio 1.6 asked for: "mtls: {}" was STRICT.
func legacyPolicy(d *decoder, n *yaml.Node) metav1.Object {
	var o struct {
		metav1.ObjectMeta `json:"metadata"`
		Spec              struct {
			Peers []struct {
				MTLS *struct {
					Mode string `json:"mode"`
				} `json:"mtls"`
			} `json:"peers"`
		} `json:"spec"`
	}
	d.decode(n, reflect.ValueOf(&o).Elem())
	p := &resolve.LegacyPolicy{ObjectMeta: o.ObjectMeta}
	for i, peer := range o.Spec.Peers {
		switch at := Child(n, "spec", "peers"); {
		case peer.MTLS != nil && peer.MTLS.Mode == "PERMISSIVE":
			p.Mode = resolve.Permissive
		case peer.MTLS != nil || at != nil && i < len(at.Content) && Child(at.Content[i], "mtls") != nil: // "mtls:" alone
			p.Mode = resolve.Strict
		}
	}
	return p
}
