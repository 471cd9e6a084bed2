package cluster

import (
	"context"
	"slices"
	"time"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// Outage is something of a cluster that cannot be followed: what depends on it is unknown.
type Outage struct {
	Gap resolve.Gap
	// Since is when it could be seen last.
	Since time.Time
	// Refused is true where the user may not read it.
	Refused bool
}

// planesRead are the ConfigMaps of the control planes, as they were read last.
type planesRead struct {
	batch   manifest.Batch
	cluster manifest.Cluster
	outages []Outage
}

// readPlanes reads the ConfigMaps of the control planes. One that changed touches all of the
// mesh.
func (f *Feed) readPlanes(ctx context.Context) {
	f.mu.Lock()
	batches := f.batches()
	f.mu.Unlock()
	r := &reader{o: f.reader.o, api: f.reader.api, serves: f.reader.serves}
	b, err := r.controlPlanes(ctx, batches)
	if err != nil {
		return // ctx ended
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	slices.SortFunc(r.cluster.Gaps, resolve.Gap.Compare)
	is := planesRead{batch: *b, cluster: r.cluster, outages: f.since(r.cluster.Gaps)}
	if !f.planes.equal(&is) {
		for _, o := range b.Objects {
			f.changed[o.Ref()] = pending{is: o}
		}
		f.whole = true
	}
	f.planes = is
}

// since are the outages of gaps: those that there were began when they did.
func (f *Feed) since(gaps []resolve.Gap) []Outage {
	var list []Outage
	for _, g := range gaps {
		o := Outage{Gap: g, Since: f.o.Now(), Refused: g.Reason == "forbidden"}
		for _, was := range f.planes.outages {
			if was.Gap.Resource == g.Resource && slices.Equal(was.Gap.Namespaces, g.Namespaces) {
				o.Since = was.Since
			}
		}
		list = append(list, o)
	}
	return list
}

func (p *planesRead) equal(o *planesRead) bool {
	return p.cluster.IstioNamespace == o.cluster.IstioNamespace && p.cluster.Defaults == o.cluster.Defaults && slices.Equal(p.cluster.NoShared, o.cluster.NoShared) &&
		slices.EqualFunc(p.cluster.Gaps, o.cluster.Gaps, func(a, b resolve.Gap) bool { return a.Compare(b) == 0 && a.Resource == b.Resource }) &&
		slices.EqualFunc(p.batch.Objects, o.batch.Objects, func(a, b resolve.Object) bool { return a.Ref() == b.Ref() && inbound.Says(a) == inbound.Says(b) })
}
