package dump

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve/proxy"
)

// syncStatus is one proxy in istiod's /debug/syncz.
type syncStatus struct {
	Proxy     word
	Resources map[string]struct {
		Sent, Acked word
		SentTime    word
		LastError   word
	}
	ListenerSent  word `json:"listenersent"`
	ListenerAcked word `json:"listeneracked"`
	ClusterSent   word `json:"clustersent"`
	ClusterAcked  word `json:"clusteracked"`
}

// sync reads one proxy of istiod's list.
func (f *file) sync(text json.RawMessage) error {
	f.synced = true
	var s syncStatus
	if err := into(text, &s); err != nil {
		return fmt.Errorf("a proxy of istiod's list: %w", err)
	}
	_, pod, ok := proxy.ParseID(string(s.Proxy))
	if !ok {
		return nil
	}
	out := proxy.Sync{Pod: pod, File: f.name}
	for _, key := range slices.Sorted(maps.Keys(s.Resources)) {
		r := s.Resources[key]
		out.Types = append(out.Types, proxy.SyncedType{Type: shortType(key), Stale: r.Sent != r.Acked, Sent: moment(r.SentTime), Error: string(r.LastError)})
	}
	if len(s.Resources) == 0 {
		out.Types = []proxy.SyncedType{{Type: "LDS", Stale: s.ListenerSent != s.ListenerAcked}, {Type: "CDS", Stale: s.ClusterSent != s.ClusterAcked}}
	}
	f.syncs = append(f.syncs, out)
	return nil
}

// clientConfig reads one proxy of istioctl proxy-status -o json.
func (f *file) clientConfig(text json.RawMessage) error {
	var c struct {
		Type word `json:"@type"`
		Node struct {
			ID       word
			Metadata struct {
				Namespace word `json:"NAMESPACE"`
			}
		}
		Configs []struct {
			URL    word     `json:"typeurl"`
			Status word     `json:"configstatus"`
			Sent   word     `json:"lastupdated"`
			Failed *failure `json:"errorstate"`
		} `json:"genericxdsconfigs"`
	}
	if err := into(text, &c); err != nil || !strings.HasSuffix(string(c.Type), ".ClientConfig") {
		return nil // resources of something else
	}
	f.synced, f.whole = true, true
	_, pod, ok := proxy.ParseID(string(c.Node.ID))
	if !ok {
		return nil
	}
	out := proxy.Sync{Pod: pod, File: f.name}
	for _, t := range c.Configs {
		one := proxy.SyncedType{Type: shortType(string(t.URL)), Stale: t.Status == "STALE", Sent: moment(t.Sent)}
		if t.Failed != nil {
			one.Error = string(t.Failed.Details)
		}
		out.Types = append(out.Types, one)
	}
	f.syncs = append(f.syncs, out)
	return nil
}

// shortTypes are what people call the types of resources.
var shortTypes = map[string]string{
	"Listener": "LDS", "Cluster": "CDS", "ClusterLoadAssignment": "EDS", "RouteConfiguration": "RDS", "Secret": "SDS",
	"Address": "WDS", "Workload": "WDS", "Authorization": "WADS",
}

// shortType is the short name of a type URL, or the word itself.
func shortType(url string) string {
	name := url[strings.LastIndexByte(url, '.')+1:]
	if short, ok := shortTypes[name]; ok {
		return short
	}
	return name
}
