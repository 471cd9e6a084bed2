package conformance

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"google.golang.org/grpc"

	"github.com/mtlsctl/mtlsctl/testdata/conformance/dataplane"
	"istio.io/istio/pilot/pkg/features"
	"istio.io/istio/pkg/test"
)

// wired is a world that runs: pods in network namespaces, with Envoys that an istiod configures.
type wired struct {
	cluster *cluster
	istiod  *istiod
	pods    map[string]*running
}

// running is one member with its application, and what was seen at its interface.
type running struct {
	*member
	*dataplane.Pod
	application *dataplane.Application
	wire        *dataplane.Wire
}

// greets reports a container port whose application speaks first.
func greets(name string) bool { return strings.HasPrefix(name, "greet") || name == "mysql" }

// useUpstream has istiod leave out what only Istio's Envoy has.
func useUpstream() {
	features.MetadataExchange, features.ALPNFilter = false, false
}

// start runs a world; what it started ends with the test.
func (w world) start(t test.Failer, envoy, folder string) (*wired, error) {
	c, err := newCluster(w)
	if err != nil {
		return nil, err
	}
	i, err := startIstiod(t, w, c, "default")
	if err != nil {
		return nil, err
	}
	r := &wired{cluster: c, istiod: i, pods: map[string]*running{}}
	e, err := r.environment(t, envoy, folder)
	if err != nil {
		return nil, err
	}
	network, err := dataplane.NewNetwork()
	if err != nil {
		return nil, err
	}
	for _, m := range c.members {
		if err := r.run(t, network, m, e, filepath.Join(folder, m.name)); err != nil {
			return nil, fmt.Errorf("%s: %w", m, err)
		}
	}
	return r, nil
}

// environment is what all sidecars have in common; istiod answers at a socket, as pilot-agent hands
// it on to Envoy.
func (r *wired) environment(t test.Failer, envoy, folder string) (e dataplane.Envoy, err error) {
	e = dataplane.Envoy{Program: envoy, ControlPlane: filepath.Join(folder, "istiod")}
	if e.Template, err = template(); err != nil {
		return e, err
	}
	if e.Authority, err = dataplane.NewAuthority(); err != nil {
		return e, err
	}
	if err := e.Authority.Files(folder, "client.example.com"); err != nil {
		return e, err
	}
	l, err := net.Listen("unix", e.ControlPlane)
	if err != nil {
		return e, err
	}
	server := grpc.NewServer()
	r.istiod.Discovery.Register(server)
	go func() { _ = server.Serve(l) }()
	t.Cleanup(server.Stop)
	return e, nil
}

// run starts the pod of a member.
func (r *wired) run(t test.Failer, n *dataplane.Network, m *member, e dataplane.Envoy, folder string) error {
	p, err := n.NewPod(m.address, folder)
	if err != nil {
		return err
	}
	t.Cleanup(p.Close)
	pair := keyPair()
	own, err := tls.X509KeyPair(pair["tls.crt"], pair["tls.key"])
	if err != nil {
		return err
	}
	is := &running{member: m, Pod: p, application: dataplane.NewApplication(own)}
	for _, k := range m.pod.Spec.Containers {
		for _, port := range k.Ports {
			if err := is.application.Listen(p, int(port.ContainerPort), greets(port.Name)); err != nil {
				return err
			}
		}
	}
	if is.wire, err = dataplane.Watch(p); err != nil {
		return err
	}
	r.pods[m.name] = is
	if !m.proxy {
		return nil
	}
	kind := "sidecar"
	if m.router {
		kind = "router"
	}
	return p.Inject(context.Background(), dataplane.Sidecar{
		Type: kind, Name: m.name, Namespace: m.namespace, Account: m.pod.Spec.ServiceAccountName, Labels: m.labels, Version: underTest().String() + ".0",
		ExcludedInbound: m.annotations["traffic.sidecar.istio.io/excludeInboundPorts"],
	}, e)
}

// template is Istio's bootstrap of Envoy, from the module's source.
func template() (string, error) {
	out, err := moduleFolder("istio.io/istio")
	if err != nil {
		return "", err
	}
	file := filepath.Join(out, "tools/packaging/common/envoy_bootstrap.json")
	_, err = os.Stat(file)
	return file, err
}

// moduleFolder is where the go command keeps the source of a module.
func moduleFolder(module string) (string, error) {
	args := []string{"list", "-m", "-f", "{{.Dir}}", module}
	if v := os.Getenv("ISTIO"); v != "" {
		args = append([]string{"list", "-modfile=go-" + v + ".mod"}, args[1:]...)
	}
	out, err := exec.Command("go", args...).Output()
	if err != nil {
		return "", fmt.Errorf("source of %s: %w", module, err)
	}
	return strings.TrimSpace(string(out)), nil
}
