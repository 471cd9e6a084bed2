package cluster

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// FeedOptions say how a cluster is followed. The zero FeedOptions have the defaults.
type FeedOptions struct {
	// Gather is how long changes are gathered before they are handed out; 0 is two seconds.
	Gather time.Duration
	// Poll is how often the kinds of the server and the ConfigMaps of control planes are
	// read again; 0 is ten seconds.
	Poll time.Duration
	// Renew is after how long a watch is opened anew, by which rights that were taken away
	// are noticed; 0 is two minutes.
	Renew time.Duration
	// Now is the clock.
	Now func() time.Time
}

// Feed follows a cluster: it lists and watches the kinds that Read reads. Next is for one
// goroutine.
type Feed struct {
	o       FeedOptions
	reader  *reader
	streams map[string]*stream // by listed.name; of Next's goroutine
	planes  planesRead
	poll    *time.Ticker
	begun   bool

	// stirred is given a token where something waits to be handed out.
	stirred chan struct{}

	mu sync.Mutex
	// changed are the objects that changed since the last Update.
	changed map[resolve.Ref]pending
	// whole is true where the change is not one of objects alone: a kind was lost, or is back.
	whole    bool
	identity string
}

// pending is an object as it becomes, and who changed it.
type pending struct {
	is resolve.Object
	by Author
}

// Update is what became of the cluster since the one before.
type Update struct {
	At time.Time
	// Whole is all of the cluster, where what changed is not objects alone; else nil, and
	// Deltas are the changes.
	Whole  *source.Input
	Deltas []config.Delta
	// Authors tell who changed an object, for those that the server named.
	Authors map[resolve.Ref]Author
	// Outages are the kinds that cannot be followed now, sorted by resource.
	Outages []Outage
	// Objects are how many there are.
	Objects int
}

// Follow begins to follow a cluster until ctx ends. It fails where the server cannot be
// reached.
func Follow(ctx context.Context, o Options, f FeedOptions) (*Feed, error) {
	if o.ChunkSize <= 0 {
		o.ChunkSize = 500
	}
	f.Gather, f.Poll, f.Renew = cmp.Or(f.Gather, 2*time.Second), cmp.Or(f.Poll, 10*time.Second), cmp.Or(f.Renew, 2*time.Minute)
	a, err := newAPI(o.Config, o.MaxAnswer)
	if err != nil {
		return nil, unreachable(ctx, o, err)
	}
	feed := &Feed{
		o: f, reader: &reader{o: o, api: a}, streams: map[string]*stream{}, poll: time.NewTicker(f.Poll),
		stirred: make(chan struct{}, 1), changed: map[resolve.Ref]pending{}, whole: true,
	}
	if err := feed.reader.discover(ctx); err != nil {
		return nil, unreachable(ctx, o, err)
	}
	feed.start(ctx)
	return feed, nil
}

// start begins to follow the kinds that the server has, and lets go of those that it has no more.
func (f *Feed) start(ctx context.Context) {
	for _, l := range kindsListed {
		s := f.streams[l.name()]
		switch without := f.reader.serves.without(l); {
		case without && s != nil:
			s.end()
			delete(f.streams, l.name())
		case !without && s == nil:
			f.streams[l.name()] = f.follow(ctx, l)
		}
	}
}

// Next waits for the next Update: a change, gathered with those that come soon after it, or
// one without a change that says that the feed is alive.
func (f *Feed) Next(ctx context.Context) (*Update, error) {
	for {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-f.poll.C:
			f.look(ctx)
		case <-f.stirred:
			if f.begun {
				if err := pause(ctx, f.o.Gather); err != nil {
					return nil, err
				}
			}
		}
		if !f.begun && !f.settled() {
			continue
		}
		if !f.begun {
			f.begun = true
			f.readPlanes(ctx)
		}
		return f.update(), ctx.Err()
	}
}

// settled reports that each kind was read, or cannot be.
func (f *Feed) settled() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.streams {
		if !s.read && s.outage == nil {
			return false
		}
	}
	return true
}

// look asks again what cannot be watched: which kinds there are, and by name the ConfigMaps of
// control planes. A server that does not answer changes nothing: its streams are down.
func (f *Feed) look(ctx context.Context) {
	probe := &reader{o: f.reader.o, api: f.reader.api}
	if probe.discover(ctx) == nil && probe.serves.groups != nil {
		f.mu.Lock()
		f.reader.serves = probe.serves
		f.mu.Unlock()
		f.start(ctx)
	}
	if f.begun {
		f.readPlanes(ctx)
	}
}

// stir says that something waits to be handed out.
func (f *Feed) stir() {
	select {
	case f.stirred <- struct{}{}:
	default:
	}
}

// update hands out what waits.
func (f *Feed) update() *Update {
	f.mu.Lock()
	defer f.mu.Unlock()
	u := &Update{At: f.o.Now(), Authors: map[resolve.Ref]Author{}, Outages: f.outages()}
	for ref, c := range f.changed {
		if c.by != (Author{}) {
			u.Authors[ref] = c.by
		}
		if !f.whole {
			u.Deltas = append(u.Deltas, config.Delta{Ref: ref, Is: c.is})
		}
	}
	slices.SortFunc(u.Deltas, func(a, b config.Delta) int { return a.Ref.Compare(b.Ref) })
	for _, s := range f.streams {
		u.Objects += len(s.entries)
	}
	if f.whole {
		u.Whole = f.input()
	}
	f.changed, f.whole = map[resolve.Ref]pending{}, false
	return u
}

// input is what Read would read now: a kind that cannot be followed is a gap, and nothing of
// it counts.
func (f *Feed) input() *source.Input {
	r := &reader{o: f.reader.o, api: f.reader.api, serves: f.reader.serves, cluster: manifest.Cluster{Name: f.reader.o.Context, Namespace: f.reader.o.Namespace}}
	for _, l := range kindsListed {
		if s := f.streams[l.name()]; s == nil || s.absent {
			r.lacks(l)
		}
	}
	for _, o := range f.outages() {
		r.lacksSome(o.Gap)
	}
	r.cluster.IstioNamespace, r.cluster.Defaults, r.cluster.NoShared = f.planes.cluster.IstioNamespace, f.planes.cluster.Defaults, f.planes.cluster.NoShared
	in := r.input(append(f.batches(), &f.planes.batch))
	in.Cluster.ID = f.identity
	return in
}

// batches are the kinds that are followed, each with its objects sorted.
func (f *Feed) batches() []*manifest.Batch {
	var list []*manifest.Batch
	for _, name := range slices.Sorted(maps.Keys(f.streams)) {
		if s := f.streams[name]; s.outage == nil {
			list = append(list, s.batch())
		}
	}
	return list
}

// outages are the kinds that cannot be followed, and the ConfigMaps that cannot be read.
func (f *Feed) outages() []Outage {
	list := slices.Clone(f.planes.outages)
	for _, s := range f.streams {
		if s.outage != nil {
			list = append(list, *s.outage)
		}
	}
	slices.SortFunc(list, func(a, b Outage) int {
		return cmp.Or(cmp.Compare(a.Gap.Resource, b.Gap.Resource), a.Gap.Compare(b.Gap))
	})
	return list
}

// isRefused reports an answer that the user may not have.
func isRefused(err error) bool { return apierrors.IsForbidden(err) || apierrors.IsUnauthorized(err) }
