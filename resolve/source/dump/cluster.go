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
	cluster
	Cluster *cluster
	Updated word     `json:"lastupdated"`
	Failed  *failure `json:"errorstate"`
}

// clusters reads one entry of a list of clusters.
func (f *file) clusters(text json.RawMessage) error {
	f.envoy.Has.Clusters = true
	var e clusterEntry
	if err := into(text, &e); err != nil {
		return fmt.Errorf("a cluster: %w", err)
	}
	f.updated(e.Updated)
	c := e.Cluster
	if c == nil {
		c = &e.cluster
	}
	if e.Failed != nil && e.Failed.Details != "" {
		f.envoy.Rejected = append(f.envoy.Rejected, proxy.Rejection{What: "cluster", Name: string(c.Name), Details: string(e.Failed.Details), At: moment(e.Failed.At)})
	}
	f.cluster(c)
	if c.Context != nil {
		return errOldAPI
	}
	return nil
}

func (f *file) cluster(c *cluster) {
	out, ok := proxy.ParseCluster(string(c.Name))
	if !ok {
		f.foreign.cluster(string(c.Name))
		return
	}
	out.Kept, out.Rule, out.Socket = c.Type == "ORIGINAL_DST", ruleOf(string(c.Meta.Filter.Istio.Config)), c.Socket.client()
	for i := range c.Matches {
		m := &c.Matches[i]
		out.Matches = append(out.Matches, proxy.SocketMatch{Name: string(m.Name), Match: texts(m.Match), Socket: m.Socket.client()})
	}
	f.envoy.Clusters = append(f.envoy.Clusters, out)
	if c.Load != nil && c.Type != "EDS" {
		f.assign(string(c.Name), c.Load)
	}
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
	var e struct {
		load
		Config *load `json:"endpointconfig"`
	}
	if err := into(text, &e); err != nil {
		return fmt.Errorf("the endpoints of a cluster: %w", err)
	}
	l := e.Config
	if l == nil {
		l = &e.load
	}
	if strings.HasPrefix(string(l.Cluster), "outbound|") {
		f.assign(string(l.Cluster), l)
	}
	return nil
}

func (f *file) assign(cluster string, l *load) {
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
