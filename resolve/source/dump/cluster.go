package dump

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/proxy"
)

type cluster struct {
	Name    word
	Type    word
	Socket  *socket         `json:"transportsocket"`
	Matches []socketMatch   `json:"transportsocketmatches"`
	Load    *load           `json:"loadassignment"`
	Meta    metadata        `json:"metadata"`
	Context json.RawMessage `json:"tlscontext"`
}

type socketMatch struct {
	Name   word
	Match  map[string]word
	Socket *socket `json:"transportsocket"`
}

type metadata struct {
	Filter struct {
		Istio struct {
			Config word
		} `json:"istio"`
		Match       map[string]word `json:"envoy.transport_socket_match"`
		OriginalDst struct {
			Local, Waypoint word
		} `json:"envoy.filters.listener.original_dst"`
	} `json:"filtermetadata"`
}

type load struct {
	Cluster   word `json:"clustername"`
	Endpoints []struct {
		List []struct {
			Endpoint struct {
				Address address
			}
			Meta metadata `json:"metadata"`
		} `json:"lbendpoints"`
	}
}

type clusterEntry struct {
	Cluster json.RawMessage
	Updated word     `json:"lastupdated"`
	Failed  *failure `json:"errorstate"`
}

// clusters reads one entry of a list of clusters: of a dump, or the cluster alone as istioctl
// prints it.
func (f *file) clusters(text json.RawMessage) error {
	f.envoy.Has.Clusters = true
	text = foldKeys(text)
	var e clusterEntry
	if err := decoded(text, &e); err != nil {
		return fmt.Errorf("a cluster: %w", err)
	}
	f.updated(e.Updated)
	if e.Cluster != nil {
		text = e.Cluster
	}
	c := once(f.cache.clusters, text, func() *knownCluster { return clusterOf(text) })
	if c.err != nil {
		return c.err
	}
	if e.Failed != nil && e.Failed.Details != "" {
		f.envoy.Rejected = append(f.envoy.Rejected, proxy.Rejection{What: "cluster", Name: c.name, Details: string(e.Failed.Details), At: moment(e.Failed.At)})
	}
	if !c.leads {
		f.foreign.cluster(c.name)
		return nil
	}
	f.envoy.Clusters = append(f.envoy.Clusters, c.cluster)
	if c.load != nil {
		f.assign(c.name, c.load)
	}
	return nil
}

// clusterOf decodes a cluster whose keys are folded.
func clusterOf(text []byte) *knownCluster {
	var c cluster
	if err := decoded(text, &c); err != nil {
		return &knownCluster{err: fmt.Errorf("a cluster: %w", err)}
	}
	if c.Context != nil {
		return &knownCluster{err: errOldAPI}
	}
	out, ok := proxy.ParseCluster(string(c.Name))
	if !ok {
		return &knownCluster{name: string(c.Name)}
	}
	out.Kept, out.Rule, out.Socket = c.Type == "ORIGINAL_DST", ruleOf(string(c.Meta.Filter.Istio.Config)), c.Socket.client()
	for i := range c.Matches {
		m := &c.Matches[i]
		out.Matches = append(out.Matches, proxy.SocketMatch{Name: string(m.Name), Match: texts(m.Match), Socket: m.Socket.client()})
	}
	known := &knownCluster{cluster: out, leads: true, name: string(c.Name)}
	if c.Load != nil && c.Type != "EDS" {
		known.load = c.Load.endpoints()
	}
	return known
}

// ruleOf reads the path of an object, "/apis/networking.istio.io/v1/namespaces/NS/destination-rule/NAME".
func ruleOf(path string) resolve.Ref {
	parts := strings.Split(path, "/")
	if n := len(parts); n >= 4 && parts[n-2] == "destination-rule" {
		return resolve.Ref{Kind: resolve.KindDestinationRule, Namespace: parts[n-3], Name: parts[n-1]}
	}
	return resolve.Ref{}
}

func texts(m map[string]word) map[string]string {
	out := make(map[string]string, len(m))
	for k, v := range m {
		out[k] = string(v)
	}
	return out
}

// endpoints reads one entry of a list of endpoints.
func (f *file) endpoints(text json.RawMessage) error {
	f.envoy.Has.Endpoints = true
	known := once(f.cache.endpoints, text, func() *knownEndpoints { return endpointsOf(text) })
	if known.err == nil && known.cluster != "" {
		f.assign(known.cluster, known.list)
	}
	return known.err
}

// endpointsOf decodes the endpoints of a cluster.
func endpointsOf(text json.RawMessage) *knownEndpoints {
	var e struct {
		load
		Config *load `json:"endpointconfig"`
	}
	if err := into(text, &e); err != nil {
		return &knownEndpoints{err: fmt.Errorf("the endpoints of a cluster: %w", err)}
	}
	l := e.Config
	if l == nil {
		l = &e.load
	}
	if !strings.HasPrefix(string(l.Cluster), "outbound|") {
		return &knownEndpoints{}
	}
	return &knownEndpoints{cluster: string(l.Cluster), list: l.endpoints()}
}

func (l *load) endpoints() []proxy.Endpoint {
	list := []proxy.Endpoint{}
	for i := range l.Endpoints {
		for j := range l.Endpoints[i].List {
			e := &l.Endpoints[i].List[j]
			out := proxy.Endpoint{Address: e.Endpoint.Address.text(), Metadata: texts(e.Meta.Filter.Match)}
			if e.Endpoint.Address.Internal != nil {
				through := e.Meta.Filter.OriginalDst
				out.Address, out.Waypoint = string(through.Local), through.Waypoint != ""
			}
			list = append(list, out)
		}
	}
	return list
}

func (f *file) assign(cluster string, list []proxy.Endpoint) {
	if f.envoy.Endpoints == nil {
		f.envoy.Endpoints = map[string][]proxy.Endpoint{}
	}
	f.envoy.Endpoints[cluster] = list
}

// text is "ADDRESS:PORT", "" for an address of another kind.
func (a *address) text() string {
	ip, err := netip.ParseAddr(string(a.Socket.Address))
	if err != nil {
		if a.Socket.Address == "" {
			return ""
		}
		return fmt.Sprintf("%s:%d", a.Socket.Address, a.port())
	}
	return netip.AddrPortFrom(ip, uint16(a.port())).String()
}
