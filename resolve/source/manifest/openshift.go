package manifest

import (
	"reflect"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// controlPlane reads OpenShift Service Mesh's ServiceMeshControlPlane; version 1
// of it kept the same two switches under spec.istio.global.mtls.
func controlPlane(d *decoder, n *yaml.Node) metav1.Object {
	var o struct {
		metav1.ObjectMeta `json:"metadata"`
		Spec              struct {
			Security struct {
				DataPlane struct {
					MTLS     *bool `json:"mtls"`
					AutoMTLS *bool `json:"automtls"`
				} `json:"dataPlane"`
			} `json:"security"`
			Istio struct {
				Global struct {
					MTLS struct {
						Enabled *bool `json:"enabled"`
						Auto    *bool `json:"auto"`
					} `json:"mtls"`
				} `json:"global"`
			} `json:"istio"`
		} `json:"spec"`
	}
	d.decode(n, reflect.ValueOf(&o).Elem())
	plane, old := o.Spec.Security.DataPlane, o.Spec.Istio.Global.MTLS
	c := &resolve.ServiceMeshControlPlane{ObjectMeta: o.ObjectMeta, DataPlaneMTLS: plane.MTLS, AutoMTLS: plane.AutoMTLS}
	if c.DataPlaneMTLS == nil {
		c.DataPlaneMTLS = old.Enabled
	}
	if c.AutoMTLS == nil {
		c.AutoMTLS = old.Auto
	}
	return c
}

// memberRoll reads which namespaces belong to a ServiceMeshControlPlane.
func memberRoll(d *decoder, n *yaml.Node) metav1.Object {
	var o struct {
		metav1.ObjectMeta `json:"metadata"`
		Spec              struct {
			Members []string `json:"members"`
		} `json:"spec"`
	}
	d.decode(n, reflect.ValueOf(&o).Elem())
	return &resolve.ServiceMeshMemberRoll{ObjectMeta: o.ObjectMeta, Members: o.Spec.Members}
}
