package declared

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// Peers is a port on which the pods of a workload call each other by their addresses: no Service has it, or
// none that is headless, so that a sidecar knows no host of such an address and passes on what it
// gets (3.1.3).
type Peers struct {
	// Port is the port, What the protocol: "the cluster bus of Redis"; "" where only the name
	// of the port tells.
	Port *inbound.Port
	What string
}

// gossip is a port that clustered software uses among its own pods, and other ports on which
// the pods then call each other too, whoever else does.
type gossip struct {
	port int32
	what string
	also []int32
}

// gossips are those that are well known: they are dialled by the addresses that members tell each
// other. Protocols whose members find each other by DNS names of their pods are among them where
// the name leads to an address without a listener.
var gossips = []gossip{
	{16379, "the cluster bus of Redis", []int32{6379}}, // https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/
	{7000, "Cassandra's internode protocol", nil},      // https://cassandra.apache.org/doc/latest/cassandra/faq/
	{7001, "Cassandra's internode protocol", nil},
	{9300, "Elasticsearch's transport", nil},   // https://www.elastic.co/guide/en/elasticsearch/reference/current/modules-network.html
	{25672, "RabbitMQ's distribution", nil},    // https://www.rabbitmq.com/docs/networking
	{4369, "Erlang's port mapper", nil},        // https://www.rabbitmq.com/docs/networking
	{2380, "etcd's peer protocol", nil},        // https://etcd.io/docs/v3.5/op-guide/configuration/
	{8008, "Patroni's REST API", nil},          // https://patroni.readthedocs.io/en/latest/rest_api.html
	{7946, "memberlist gossip", nil},           // https://grafana.com/docs/loki/latest/configure/
	{8301, "Consul's Serf", nil},               // https://developer.hashicorp.com/consul/docs/reference/architecture/ports
	{5701, "Hazelcast's cluster", nil},         // https://docs.hazelcast.com/hazelcast/latest/clusters/network-configuration
	{6222, "NATS routes", nil},                 // https://docs.nats.io/running-a-nats-service/configuration/clustering
	{2888, "ZooKeeper's quorum", nil},          // https://zookeeper.apache.org/doc/current/zookeeperStarted.html
	{3888, "ZooKeeper's leader election", nil}, // https://zookeeper.apache.org/doc/current/zookeeperStarted.html
	{7800, "JGroups", nil},                     // https://infinispan.org/docs/stable/titles/embedding/embedding.html
	{47100, "Ignite's communication", nil},     // https://ignite.apache.org/docs/latest/clustering/network-configuration
	{47500, "Ignite's discovery", nil},
	{4567, "Galera's replication", nil}, // https://galeracluster.com/library/documentation/firewall-settings.html
	{33061, "MySQL's group replication", nil},
	{8201, "Vault's cluster", nil}, // https://developer.hashicorp.com/vault/docs/concepts/ha
}

// gossipNames are names of ports that say the same.
var gossipNames = func() map[string]bool {
	names := map[string]bool{}
	for name := range strings.FieldsSeq(`gossip peer peers raft serf serflan intra-node tls-intra-node internode transport tcp-transport epmd clustering cluster cluster-bus cluster-rpc
		memberlist gossip-ring jgroups mesh-tcp dist bus tcp-gossip tcp-cluster tcp-bus tcp-peer`) {
		names[name] = true
	}
	return names
}()

// byPort are the rows by their ports.
var byPort = func() map[int32]*gossip {
	rows := make(map[int32]*gossip, len(gossips))
	for i := range gossips {
		rows[gossips[i].port] = &gossips[i]
	}
	return rows
}()

// PeersOf are the ports of a workload on which its pods call each other by their addresses, as
// far as they are known by number or name; none of a workload of one pod, or whose pods have no
// sidecar: ztunnel knows pods by their addresses.
func PeersOf(w *inbound.Workload) []Peers {
	if w.Lone || w.Membership.Dataplane != resolve.DataplaneSidecar {
		return nil
	}
	var out []Peers
	add := func(p *inbound.Port, what string) {
		if !w.Headless(p) && !slices.ContainsFunc(out, func(known Peers) bool { return known.Port == p }) {
			out = append(out, Peers{p, what})
		}
	}
	for i := range w.Ports {
		p := &w.Ports[i]
		if !p.Declared || len(p.Services) > 0 || p.Protocol == resolve.ProtocolUDP {
			continue
		}
		switch g := byPort[p.Number]; {
		case g != nil && w.Ref.Kind == resolve.KindStatefulSet: // elsewhere the numbers mean other things too
			add(p, g.what)
			for j := range w.Ports {
				if slices.Contains(g.also, w.Ports[j].Number) && w.Ports[j].Protocol != resolve.ProtocolUDP {
					add(&w.Ports[j], g.what)
				}
			}
		case p.Name != "" && gossipNames[strings.ToLower(p.Name)]:
			add(p, "")
		}
	}
	return out
}
