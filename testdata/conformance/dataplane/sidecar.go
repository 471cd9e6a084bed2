package dataplane

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"google.golang.org/protobuf/proto"

	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pkg/bootstrap"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/security"
	"istio.io/istio/security/pkg/nodeagent/cache"
	"istio.io/istio/security/pkg/nodeagent/sds"
	"istio.io/istio/tools/common/config"
	"istio.io/istio/tools/istio-iptables/pkg/cmd"
)

// proxyGroup is the group that Istio's rules leave alone: Envoy's.
const proxyGroup = 1337

// Sidecar is what the injector and istiod know of a pod.
type Sidecar struct {
	// Type is sidecar or router.
	Type                     string
	Name, Namespace, Account string
	Labels                   map[string]string
	// Version is Istio's.
	Version string
	// ExcludedInbound are ports that are not captured, as in the annotation.
	ExcludedInbound string
}

// capture writes the rules of istio-init into the pod's namespace.
func (p *Pod) capture(s Sidecar) error {
	if s.Type == "router" {
		return nil // nothing is captured at a gateway
	}
	c := config.DefaultConfig()
	c.ProxyUID, c.ProxyGID = fmt.Sprint(proxyGroup), fmt.Sprint(proxyGroup)
	c.InboundInterceptionMode, c.InboundPortsInclude, c.OutboundIPRangesInclude = "REDIRECT", "*", "*"
	c.InboundPortsExclude = "15090,15021,15020"
	if s.ExcludedInbound != "" {
		c.InboundPortsExclude += "," + s.ExcludedInbound
	}
	return p.space.do(func() error {
		return orFirst(c.FillConfigFromEnvironment(), c.Validate(), cmd.ProgramIptables(c))
	})
}

// agent serves the pod's certificates, as pilot-agent does: on a socket below the pod's folder.
func (p *Pod) agent(s Sidecar, ca *Authority) error {
	options := &security.Options{
		TrustDomain: "cluster.local", WorkloadNamespace: s.Namespace, ServiceAccount: s.Account, ClusterID: "Kubernetes",
		SecretTTL: time.Hour, SecretRotationGracePeriodRatio: 0.5, ECCSigAlg: "ECDSA", CARootPath: "/etc/ssl/certs/ca-certificates.crt",
	}
	secrets, err := cache.NewSecretManagerClient(ca, options)
	if err != nil {
		return err
	}
	// The agent's socket is named relative to where it runs.
	home, err := os.Getwd()
	if err != nil {
		return err
	}
	if err := os.Chdir(p.folder); err != nil {
		return err
	}
	defer func() { _ = os.Chdir(home) }()
	server := sds.NewServer(options, secrets, nil)
	p.closers = append(p.closers, server.Stop, secrets.Close)
	_, err = os.Stat(security.GetIstioSDSServerSocketPath())
	return err
}

// bootstrap is Envoy's first configuration, of Istio's template.
func (p *Pod) bootstrap(s Sidecar, template string) (string, error) {
	labels, err := json.Marshal(s.Labels)
	if err != nil {
		return "", err
	}
	proxy := proto.Clone(mesh.DefaultProxyConfig()).(*meshconfig.ProxyConfig)
	proxy.ProxyBootstrapTemplatePath = template
	node, err := bootstrap.GetNodeMetaData(bootstrap.MetadataOptions{
		ID:          fmt.Sprintf("%s~%s~%s.%s~%s.svc.cluster.local", s.Type, p.Address, s.Name, s.Namespace, s.Namespace),
		InstanceIPs: []string{p.Address}, ProxyConfig: proxy, EnvoyStatusPort: 15021, EnvoyPrometheusPort: 15090, WorkloadIdentitySocketFile: security.DefaultWorkloadIdentitySocketFile,
		Envs: []string{
			"POD_NAME=" + s.Name, "POD_NAMESPACE=" + s.Namespace, "SERVICE_ACCOUNT=" + s.Account, "ISTIO_METAJSON_LABELS=" + string(labels),
			"ISTIO_META_CLUSTER_ID=Kubernetes", "ISTIO_META_MESH_ID=cluster.local", "ISTIO_META_INTERCEPTION_MODE=REDIRECT", "ISTIO_META_ISTIO_VERSION=" + s.Version,
			"ISTIO_META_WORKLOAD_NAME=" + s.Name, "ISTIO_META_OWNER=kubernetes://apis/apps/v1/namespaces/" + s.Namespace + "/deployments/" + s.Name,
		},
	})
	if err != nil {
		return "", err
	}
	file := filepath.Join(p.folder, "envoy.json")
	out, err := os.Create(file)
	if err != nil {
		return "", err
	}
	defer out.Close()
	return file, bootstrap.New(bootstrap.Config{Node: node}).WriteTo(template, out)
}
