package dump

import (
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/proxy"
)

// node is how a proxy presents itself in its bootstrap.
type node struct {
	ID       word
	Cluster  word
	Metadata struct {
		Name           word            `json:"NAME"`
		Namespace      word            `json:"NAMESPACE"`
		ServiceAccount word            `json:"SERVICE_ACCOUNT"`
		Owner          word            `json:"OWNER"`
		ClusterID      word            `json:"CLUSTER_ID"`
		Version        word            `json:"ISTIO_VERSION"`
		Interception   word            `json:"INTERCEPTION_MODE"`
		Labels         map[string]word `json:"LABELS"`
		Annotations    map[string]word `json:"ANNOTATIONS"`
		Config         json.RawMessage `json:"PROXY_CONFIG"`
	}
}

// bootstrap reads the object of that name: its keys come one by one, and only node is of interest.
func (f *file) bootstrap() reader {
	return func(text json.RawMessage) error {
		var n node
		if len(text) == 0 || text[0] != '{' || json.Unmarshal(text, &n) != nil || n.ID == "" {
			return nil // another key of the bootstrap
		}
		f.node = true
		kind, pod, ok := proxy.ParseID(string(n.ID))
		m := &n.Metadata
		if f.foreign.node(&n); !ok || m.Version == "" || strings.Count(string(n.ID), "~") != 3 {
			f.foreign.strange = fmt.Sprintf("another proxy (node %q)", n.ID)
			return nil
		}
		var config struct {
			Address word `json:"discoveryAddress"`
		}
		_ = json.Unmarshal(m.Config, &config) // older proxies wrote it as a text
		f.envoy.Node = proxy.Node{
			Pod: pod, Kind: kind, Workload: ownerOf(string(m.Owner)), ServiceAccount: string(m.ServiceAccount), Cluster: string(m.ClusterID),
			Version: string(m.Version), Discovery: string(config.Address), Interception: string(m.Interception),
			Labels: texts(m.Labels), Annotations: texts(m.Annotations),
		}
		return nil
	}
}

// ownerKinds are by their plural in the path of an owner.
var ownerKinds = map[string]resolve.Kind{
	"deployments": resolve.KindDeployment, "statefulsets": resolve.KindStatefulSet, "daemonsets": resolve.KindDaemonSet,
	"replicasets": resolve.KindReplicaSet, "replicationcontrollers": resolve.KindReplicationController, "jobs": resolve.KindJob,
	"cronjobs": resolve.KindCronJob, "pods": resolve.KindPod, "deploymentconfigs": resolve.KindDeploymentConfig, "rollouts": resolve.KindRollout,
}

// ownerOf reads "kubernetes://apis/apps/v1/namespaces/shop/deployments/web"; zero for another text.
func ownerOf(text string) resolve.Ref {
	_, after, found := strings.Cut(text, "/namespaces/")
	parts := strings.Split(after, "/")
	if !found || len(parts) != 3 || ownerKinds[parts[1]] == "" {
		return resolve.Ref{}
	}
	return resolve.Ref{Kind: ownerKinds[parts[1]], Namespace: parts[0], Name: parts[2]}
}

// foreign tells dumps of others by their names.
type foreign struct{ word, strange string }

// of names whose dump it is, "" for Istio's.
func (f *foreign) of() string {
	if f.strange != "" && f.word != "" {
		return f.word
	}
	return f.strange
}

// meshes are what dumps of others have in a node's id, its cluster or the names of clusters.
var meshes = []struct{ part, name string }{
	{"gloo", "Gloo"}, {"envoy-gateway", "Envoy Gateway"}, {"envoyproxy/gateway", "Envoy Gateway"}, {".consul", "Consul"}, {"local_agent", "Consul"},
	{"kmesh", "Kmesh"}, {"kuma", "Kuma"}, {"contour", "Contour"},
}

func (f *foreign) node(n *node) {
	f.look(string(n.ID))
	f.look(string(n.Cluster))
}

func (f *foreign) cluster(name string) { f.look(name) }

func (f *foreign) look(text string) {
	text = strings.ToLower(text)
	for _, m := range meshes {
		if f.word == "" && strings.Contains(text, m.part) {
			f.word = m.name
		}
	}
}

func base(name string) string { return path.Base(strings.ReplaceAll(name, "\\", "/")) }

// podOf is the pod that the name of a file names: of a folder of istioctl bug-report or
// must-gather, "web-5c8.shop.json" or "shop_web-5c8.json". The namespace is "" where the name has
// none.
func podOf(name string) proxy.Pod {
	parts := strings.Split(strings.ReplaceAll(name, "\\", "/"), "/")
	for i := len(parts) - 1; i >= 0; i-- {
		switch {
		case parts[i] == "proxies" && i+3 < len(parts):
			return proxy.Pod{Namespace: parts[i+1], Name: parts[i+2]}
		case parts[i] == "namespaces" && i+4 < len(parts) && parts[i+2] == "pods":
			return proxy.Pod{Namespace: parts[i+1], Name: parts[i+3]}
		}
	}
	stem := base(name)
	for _, end := range []string{".gz", ".json", ".yaml", ".yml", ".txt", ".prom", "config_dump", "_dump", "stats", "certs", "-", "_", "."} {
		stem = strings.TrimSuffix(stem, end)
	}
	if namespace, pod, ok := strings.Cut(stem, "_"); ok {
		return proxy.Pod{Namespace: namespace, Name: pod}
	}
	if dot := strings.LastIndexByte(stem, '.'); dot > 0 {
		return proxy.Pod{Namespace: stem[dot+1:], Name: stem[:dot]}
	}
	return proxy.Pod{Name: stem}
}
