package proxy

import (
	"cmp"
	"slices"
	"time"
)

// Envoy is what one Envoy runs, of one or more files about it.
type Envoy struct {
	Node
	// Files are what it was read of.
	Files []string
	// Has says which parts were read: what a dump lacks is unknown, not empty.
	Has       Parts
	Listeners []Listener
	Clusters  []Cluster
	// Endpoints are by the name of their cluster.
	Endpoints map[string][]Endpoint
	Secrets   []Secret
	// Rejected is configuration that Envoy refused, so that it goes on with what it had.
	Rejected []Rejection
	// Updated is when the newest part of the configuration came, zero where no dump shows it.
	Updated time.Time
	// Taken is when the file was written, zero where that is unknown.
	Taken time.Time
	// Whole is true for a dump with its bootstrap: a cluster that it lacks is not there.
	Whole bool
	// Traffic is what it counted, nil where no statistics were read.
	Traffic []Traffic
}

// Parts are the parts of a dump.
type Parts struct{ Listeners, Clusters, Endpoints, Secrets, Stats bool }

// Rejection is what Envoy says of configuration that it refused.
type Rejection struct {
	// What is "listener" or "cluster", Name the resource's, "" where only istiod's word is known.
	What, Name string
	// Details are Envoy's words.
	Details string
	At      time.Time
}

// Traffic is how much a proxy received, by how it came. Envoy counts by Service, not by port.
type Traffic struct {
	// Service is the destination's host, "unknown" for calls by address.
	Service string
	// TCP is true for connections, false for requests.
	TCP bool
	// MTLS and Plaintext count what came with and without a certificate of the mesh.
	MTLS, Plaintext float64
}

// join takes in what another file says of the same proxy.
func (e *Envoy) join(o *Envoy) {
	e.Files = append(e.Files, o.Files...)
	if e.Node.Version == "" && o.Node.Version != "" || e.Node.Kind == Unnamed {
		pod := e.Node.Pod
		e.Node = o.Node
		if e.Node.Pod == (Pod{}) {
			e.Node.Pod = pod
		}
	}
	if o.Has.Listeners && !e.Has.Listeners {
		e.Listeners, e.Has.Listeners = o.Listeners, true
		e.Rejected = append(e.Rejected, rejectedOf(o.Rejected, "listener")...)
	}
	if o.Has.Clusters && !e.Has.Clusters {
		e.Clusters, e.Has.Clusters = o.Clusters, true
		e.Rejected = append(e.Rejected, rejectedOf(o.Rejected, "cluster")...)
	}
	if o.Has.Endpoints && !e.Has.Endpoints {
		e.Endpoints, e.Has.Endpoints = o.Endpoints, true
	}
	if o.Has.Secrets && !e.Has.Secrets {
		e.Secrets, e.Has.Secrets = o.Secrets, true
	}
	if o.Has.Stats && !e.Has.Stats {
		e.Traffic, e.Has.Stats = o.Traffic, true
	}
	if o.Updated.After(e.Updated) {
		e.Updated = o.Updated
	}
	if o.Taken.After(e.Taken) {
		e.Taken = o.Taken
	}
	e.Whole = e.Whole || o.Whole
}

func rejectedOf(list []Rejection, what string) (out []Rejection) {
	for _, r := range list {
		if r.What == what {
			out = append(out, r)
		}
	}
	return out
}

// Configured reports that the listeners or clusters of the proxy were read, not only its
// certificates or counters.
func (e *Envoy) Configured() bool { return e.Has.Listeners || e.Has.Clusters }

// Fleet is everything that was read of proxies and control planes.
type Fleet struct {
	Envoys   []*Envoy
	Ztunnels []*Ztunnel
	// Syncs are istiod's, of every istiod that was read; Synced is true where there is one.
	Syncs  []Sync
	Synced bool
	// Whole is true where the list of proxies is that of all istiods, as istioctl puts it together.
	Whole bool
}

// Add takes in the parts of one file.
func (f *Fleet) Add(o Fleet) {
	f.Ztunnels = append(f.Ztunnels, o.Ztunnels...)
	f.Syncs, f.Synced = append(f.Syncs, o.Syncs...), f.Synced || o.Synced
	f.Whole = f.Whole || o.Whole
	f.Envoys = append(f.Envoys, o.Envoys...)
}

// Settle joins what several files say of one proxy, the newest first, and sorts: the order in which files were
// read does not show.
func (f *Fleet) Settle() {
	slices.SortStableFunc(f.Envoys, func(a, b *Envoy) int {
		return cmp.Or(cmp.Compare(a.Pod.Namespace, b.Pod.Namespace), cmp.Compare(a.Pod.Name, b.Pod.Name), b.Updated.Compare(a.Updated), slices.Compare(a.Files, b.Files))
	})
	var joined []*Envoy
	for _, e := range f.Envoys {
		if last := len(joined) - 1; last >= 0 && joined[last].Pod == e.Pod && e.Pod.Namespace != "" {
			joined[last].join(e)
			continue
		}
		joined = append(joined, e)
	}
	f.Envoys = joined
	slices.SortStableFunc(f.Ztunnels, func(a, b *Ztunnel) int { return cmp.Or(cmp.Compare(a.Node, b.Node), cmp.Compare(a.File, b.File)) })
	slices.SortStableFunc(f.Syncs, func(a, b Sync) int {
		return cmp.Or(cmp.Compare(a.Pod.Namespace, b.Pod.Namespace), cmp.Compare(a.Pod.Name, b.Pod.Name), cmp.Compare(a.File, b.File))
	})
}

// SyncOf is what istiod knows of a proxy; ok is false for one that no istiod has a connection of.
func (f *Fleet) SyncOf(p Pod) (s Sync, ok bool) {
	i, found := slices.BinarySearchFunc(f.Syncs, p, func(s Sync, p Pod) int {
		return cmp.Or(cmp.Compare(s.Pod.Namespace, p.Namespace), cmp.Compare(s.Pod.Name, p.Name))
	})
	if !found {
		return Sync{}, false
	}
	return f.Syncs[i], true
}

// Sync is what istiod knows of one proxy.
type Sync struct {
	Pod  Pod
	File string
	// Types are the resources that were sent: "LDS", "CDS" and so on.
	Types []SyncedType
}

// SyncedType is how far one type of resource has come.
type SyncedType struct {
	Type string
	// Stale is true where the proxy has not acknowledged what was sent last.
	Stale bool
	Sent  time.Time
	// Error is Envoy's last word, "" where it refused nothing.
	Error string
}
