package conformance

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	networkingapi "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/schema/gvr"
	"istio.io/istio/pkg/kube"
	"istio.io/istio/pkg/kube/kclient/clienttest"
	"istio.io/istio/pkg/test"
)

// storePolicies gives the API server the BackendTLSPolicies, which istiod's Gateway API controller
// makes DestinationRules of, and the ServiceEntries that they are for.
func (c *cluster) storePolicies(t test.Failer, client kube.Client, configs []config.Config) {
	if len(c.policies) == 0 {
		return
	}
	// istiod reads no CRDs of the Gateway API that are older than it knows
	clienttest.MakeCRDWithAnnotations(t, client, gvr.BackendTLSPolicy, map[string]string{"gateway.networking.k8s.io/bundle-version": "v1.5.1"})
	for _, p := range c.policies {
		if _, err := client.GatewayAPI().GatewayV1().BackendTLSPolicies(p.Namespace).Create(context.Background(), p, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	if c.mixed {
		return // store has done it
	}
	for _, k := range configs {
		if spec, ok := k.Spec.(*networkingapi.ServiceEntry); ok {
			o := &networkingv1.ServiceEntry{ObjectMeta: k.Meta.ToObjectMeta()}
			spec.DeepCopyInto(&o.Spec)
			if _, err := client.Istio().NetworkingV1().ServiceEntries(k.Namespace).Create(context.Background(), o, metav1.CreateOptions{}); err != nil {
				t.Fatal(err)
			}
		}
	}
}
