package conformance

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pilot/pkg/model"
	xds "istio.io/istio/pilot/test/xds"
	istiocluster "istio.io/istio/pkg/cluster"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/config/mesh/meshwatcher"
	"istio.io/istio/pkg/kube"
	"istio.io/istio/pkg/network"
	"istio.io/istio/pkg/test"
	"sigs.k8s.io/yaml"
)

// istiod is Istio's own configuration generator over one world.
type istiod struct {
	*xds.FakeDiscoveryServer
	cluster *cluster
	mesh    *meshv1alpha1.MeshConfig
	// gateways are the networks by the address of their gateway.
	gateways map[string]string
}

// startIstiod gives a world to an istiod of a revision, which reads what is for it.
func startIstiod(t test.Failer, w world, c *cluster, revision string) (*istiod, error) {
	m, err := w.meshConfig(revision)
	if err != nil {
		return nil, err
	}
	configs, err := w.configs(revision)
	if err != nil {
		return nil, err
	}
	if configs, err = c.discovered(configs, m); err != nil {
		return nil, err
	}
	networks, err := w.networks()
	if err != nil {
		return nil, err
	}
	options := xds.FakeOptions{DefaultClusterName: istiocluster.ID(c.name), KubernetesObjects: c.objects, KubernetesObjectsByCluster: c.objectsBeside(), Configs: configs, MeshConfig: m, NetworksWatcher: meshwatcher.NewFixedNetworksWatcher(networks)}
	options.KubeClientModifier = func(client kube.Client) {
		if c.mixed {
			c.store(t, client, configs)
		}
		w.storeRoutes(t, client)
		w.storeSecrets(t, client)
		c.storePolicies(t, client, configs)
	}
	server := xds.NewFakeDiscoveryServer(t, options)
	i := &istiod{server, c, m, nil}
	if len(c.beside) > 0 {
		i.joinRemotes(t)
	}
	i.settle(t, configs)
	if len(c.beside) > 0 {
		i.quiet()
		i.push(t)
	}
	if c.mixed {
		i.settleAmbient(t)
	}
	if w.routed() {
		i.settleRoutes(t, w)
	}
	i.gateways = i.networkGateways()
	return i, nil
}

// meshConfig is that of the revision's ConfigMap, else of ConfigMap istio, else Istio's defaults.
func (w world) meshConfig(revision string) (*meshv1alpha1.MeshConfig, error) {
	for _, d := range w {
		if d.kind() == "ConfigMap" && d.name() == "istio-"+revision {
			return mesh.ApplyMeshConfigDefaults(d.text("data", "mesh"))
		}
	}
	for _, d := range w {
		switch {
		case d.kind() == "ConfigMap" && d.name() == "istio":
			return mesh.ApplyMeshConfigDefaults(d.text("data", "mesh"))
		case d.kind() == "IstioOperator" && d.at("spec", "meshConfig") != nil:
			text, err := yaml.Marshal(d.at("spec", "meshConfig"))
			if err != nil {
				return nil, err
			}
			return mesh.ApplyMeshConfigDefaults(string(text))
		}
	}
	return mesh.DefaultMeshConfig(), nil
}

// ageless is the age of what says none: all alike, and older than the rest.
var ageless = time.Unix(1, 0)

// configs are the documents that an istiod of a revision takes as configuration.
func (w world) configs(revision string) ([]config.Config, error) {
	var out []config.Config
	for _, d := range w {
		if !d.ofIstio() {
			continue
		}
		parsed, _, err := crd.ParseInputs(d.YAML())
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", d.kind(), d.name(), err)
		}
		for i := range parsed {
			if config.ObjectInRevision(&parsed[i], revision) {
				parsed[i].Domain = "cluster.local"
				if parsed[i].CreationTimestamp.IsZero() {
					parsed[i].CreationTimestamp = ageless // istiod's store would say now
				}
				out = append(out, parsed[i])
			}
		}
	}
	return out, nil
}

// discovered are the configs of namespaces that discoverySelectors let istiod see.
func (c *cluster) discovered(configs []config.Config, m *meshv1alpha1.MeshConfig) ([]config.Config, error) {
	if len(m.GetDiscoverySelectors()) == 0 {
		return configs, nil
	}
	seen := map[string]bool{}
	for _, s := range m.GetDiscoverySelectors() {
		selector, err := selectorOf(s)
		if err != nil {
			return nil, err
		}
		for ns, has := range c.namespaces {
			seen[ns] = seen[ns] || selector.Matches(labels.Set(has))
		}
	}
	return slices.DeleteFunc(configs, func(k config.Config) bool { return !seen[k.Namespace] }), nil
}

// selectorOf is a discovery selector as Kubernetes knows selectors.
func selectorOf(s *meshv1alpha1.LabelSelector) (labels.Selector, error) {
	k := &metav1.LabelSelector{MatchLabels: s.GetMatchLabels()}
	for _, e := range s.GetMatchExpressions() {
		k.MatchExpressions = append(k.MatchExpressions, metav1.LabelSelectorRequirement{
			Key: e.GetKey(), Operator: metav1.LabelSelectorOperator(e.GetOperator()), Values: e.GetValues(),
		})
	}
	return metav1.LabelSelectorAsSelector(k)
}

// proxy is a member's Envoy as it would present itself.
func (i *istiod) proxy(m *member) *model.Proxy {
	p := &model.Proxy{
		Type: model.SidecarProxy, ID: m.name + "." + m.namespace, ConfigNamespace: m.namespace,
		Labels: m.labels, IPAddresses: []string{m.address},
		Metadata: &model.NodeMetadata{Namespace: m.namespace, Labels: m.labels, ClusterID: istiocluster.ID(cmp.Or(m.cluster, "Kubernetes")), Network: network.ID(m.network), IstioVersion: underTest().String() + ".0"},
	}
	switch {
	case m.router:
		p.Type = model.Router
	case m.waypoint:
		p.Type = model.Waypoint
	}
	p.Metadata.EnableHBONE = model.StringBool(m.labels[tunnelLabel] != "")
	p.Metadata.DisableHBONESend = model.StringBool(strings.Contains(m.annotations["proxy.istio.io/config"], "DISABLE_HBONE_SEND"))
	if m.annotations["sidecar.istio.io/interceptionMode"] == "NONE" {
		p.Metadata.InterceptionMode = model.InterceptionNone
	}
	if strings.Contains(m.annotations["proxy.istio.io/config"], "TLS_CLIENT_CERT_CHAIN") || i.mesh.GetDefaultConfig().GetProxyMetadata()["ISTIO_META_TLS_CLIENT_CERT_CHAIN"] != "" {
		p.Metadata.TLSClientCertChain, p.Metadata.TLSClientKey, p.Metadata.TLSClientRootCert = "/certs/chain.pem", "/certs/key.pem", "/certs/root.pem"
	}
	return i.SetupProxy(p)
}
