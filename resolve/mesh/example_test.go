package mesh_test

import (
	"errors"
	"fmt"

	securityapi "istio.io/api/security/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// shop is the world of the examples: namespace shop is injected, namespace legacy is not.
// Workload cart in shop is behind a Service; web in shop and batch in legacy can call that.
func shop() []resolve.Object {
	cart := deployment("shop", "cart")
	cart.Template.Spec.Containers[0].Ports = []corev1.ContainerPort{{ContainerPort: 8080}}
	return []resolve.Object{
		namespace("shop", "enabled"),
		namespace("legacy", "disabled"),
		{Kind: resolve.KindDeployment, Value: cart},
		{Kind: resolve.KindDeployment, Value: deployment("shop", "web")},
		{Kind: resolve.KindDeployment, Value: deployment("legacy", "batch")},
		{Kind: resolve.KindService, Value: &corev1.Service{
			ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "cart"},
			Spec: corev1.ServiceSpec{
				Selector: map[string]string{"app": "cart"},
				Ports:    []corev1.ServicePort{{Name: "http", Port: 8080}},
			},
		}},
	}
}

func namespace(name, injection string) resolve.Object {
	labels := map[string]string{resolve.InjectionLabel: injection}
	return resolve.Object{Kind: resolve.KindNamespace, Value: &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}}
}

func deployment(namespace, name string) *resolve.Controller {
	c := &resolve.Controller{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, TemplateField: "spec.template"}
	c.Template.Labels = map[string]string{"app": name}
	c.Template.Spec.Containers = []corev1.Container{{Name: "app"}}
	return c
}

// strict is a policy without selector: it applies to every workload of namespace shop.
func strict() resolve.Object {
	return resolve.Object{Kind: resolve.KindPeerAuthentication, Value: &securityv1.PeerAuthentication{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "default"},
		Spec: securityapi.PeerAuthentication{
			Mtls: &securityapi.PeerAuthentication_MutualTLS{Mode: securityapi.PeerAuthentication_MutualTLS_STRICT},
		},
	}}
}

// printCalls prints the calls to Service cart of clients with and without a proxy.
func printCalls(m *mesh.Mesh) {
	toCart := outbound.Filter{Naked: true, Host: func(h *outbound.Host) bool { return h.Name == "cart.shop.svc.cluster.local" }}
	for c := range m.Connections(toCart) {
		for _, client := range c.Client.Workloads {
			if client.Ref.Name != "cart" {
				fmt.Printf("%s sends %s, the server accepts %s: %s\n", client.Short(), c.Sends.TLS, c.Serves.Mode, c.Outcome.Verdict)
			}
		}
	}
}

// The effective mode of every workload port, and the reason.
func ExampleBuild() {
	m := mesh.Build(config.Options{}, append(shop(), strict()))
	for _, w := range m.Workloads() {
		for _, p := range w.Ports {
			d := p.Decision
			fmt.Printf("%s:%d %s by %s (%s)\n", w.Ref, p.Number, d.Mode, d.By, d.Field)
			fmt.Println(words.Because(d.Why))
		}
	}
	// Output:
	// Deployment shop/cart:8080 STRICT by PeerAuthentication shop/default (spec.mtls.mode)
	// PeerAuthentication shop/default, mtls.mode
}

// Without its Namespace object nobody can tell whether a workload is injected: the mode is
// UNKNOWN, and IfMeshed is the mode that a sidecar would have. Options.Assume settles it.
func ExampleBuild_unknown() {
	objects := append(shop(), strict())[1:] // Namespace shop is missing
	cart := resolve.Ref{Kind: resolve.KindDeployment, Namespace: "shop", Name: "cart"}

	d := mesh.Build(config.Options{}, objects).Variants(cart)[0].Decision(8080)
	fmt.Println(d.Mode, d.IfMeshed)

	assume := map[string]resolve.Dataplane{"shop": resolve.DataplaneSidecar}
	d = mesh.Build(config.Options{Assume: assume}, objects).Variants(cart)[0].Decision(8080)
	fmt.Println(d.Mode)
	// Output:
	// UNKNOWN STRICT
	// STRICT
}

// What each client sends, and what becomes of the call.
func ExampleMesh_Connections() {
	printCalls(mesh.Build(config.Options{}, shop()))
	// Output:
	// deploy/batch sends PLAINTEXT, the server accepts PERMISSIVE: plaintext
	// deploy/web sends ISTIO_MUTUAL, the server accepts PERMISSIVE: mtls
}

// What a STRICT policy would change. Only a mesh that was built with Options.Editable takes
// changes of policies; the mesh before stays as it is.
func ExampleMesh_With() {
	m := mesh.Build(config.Options{Editable: true}, shop())
	printCalls(m.With(config.Becomes(strict())))
	fmt.Println("without the policy:")
	printCalls(m)
	// Output:
	// deploy/batch sends PLAINTEXT, the server accepts STRICT: broken
	// deploy/web sends ISTIO_MUTUAL, the server accepts STRICT: mtls
	// without the policy:
	// deploy/batch sends PLAINTEXT, the server accepts PERMISSIVE: plaintext
	// deploy/web sends ISTIO_MUTUAL, the server accepts PERMISSIVE: mtls
}

// A name as users write it: TYPE/NAME.NAMESPACE, where type and namespace may be left out.
func ExampleMesh_Find() {
	m := mesh.Build(config.Options{}, append(shop(), strict()))
	for _, name := range []string{"cart", "svc/cart.shop", "pa/default"} {
		things, err := m.Find(name, mesh.Where{})
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(things[0].Ref)
	}
	// Output:
	// Deployment shop/cart
	// Service shop/cart
	// PeerAuthentication shop/default
}

// A name that nothing has is an error that knows names which are spelled much like it.
func ExampleMesh_Find_notFound() {
	_, err := mesh.Build(config.Options{}, shop()).Find("cartt.shop", mesh.Where{})
	var notFound *mesh.NotFoundError
	if errors.As(err, &notFound) {
		fmt.Println(notFound.Near)
	}
	// Output:
	// [Deployment shop/cart Service shop/cart]
}
