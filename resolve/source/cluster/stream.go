package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	backoff "k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// stream is one kind of a cluster, kept as it is now by a Reflector, whose source and store it
// is. Its fields but for version are guarded by the feed's lock.
type stream struct {
	feed    *Feed
	l       listed
	version string // in which it is served; of the Reflector's goroutine
	cancel  context.CancelFunc

	entries map[string]entry // by namespace/name
	// read is true once all of the kind was there; outage is set while it cannot be followed.
	read, ended bool
	outage      *Outage
	// absent is true where the server turns out not to have the kind.
	absent bool
}

// entry is an object of the cluster: as it was read, cut down to what answers depend on.
type entry struct {
	version  string
	objects  []resolve.Object
	problems []resolve.Problem
}

// tries are the waits between tries to read a kind: a server that is back is soon noticed.
var tries = backoff.Backoff{Duration: 500 * time.Millisecond, Factor: 1.6, Jitter: 0.3, Steps: 6, Cap: 5 * time.Second}

// follow begins to follow a kind.
func (f *Feed) follow(ctx context.Context, l listed) *stream {
	s := &stream{feed: f, l: l, entries: map[string]entry{}}
	ctx, s.cancel = context.WithCancel(ctx)
	quiet := logr.Discard()
	again := tries
	r := cache.NewReflectorWithOptions(origin{s}, nil, s, cache.ReflectorOptions{Name: l.name(), Logger: &quiet, Backoff: &again})
	go r.RunWithContext(klog.NewContext(ctx, quiet))
	return s
}

// end lets go of a kind that the server has no more.
func (s *stream) end() {
	s.cancel()
	s.feed.mu.Lock()
	defer s.feed.mu.Unlock()
	s.ended, s.feed.whole = true, true
}

// origin is where the Reflector reads the kind.
type origin struct{ *stream }

// IsWatchListSemanticsUnSupported implements the interface by which client-go asks for pages.
func (origin) IsWatchListSemanticsUnSupported() bool { return true }

// List implements cache.ListerWatcher.
func (s origin) List(o metav1.ListOptions) (runtime.Object, error) {
	return s.ListWithContext(context.Background(), o)
}

// Watch implements cache.ListerWatcher.
func (s origin) Watch(o metav1.ListOptions) (watch.Interface, error) {
	return s.WatchWithContext(context.Background(), o)
}

// ListWithContext reads all of the kind as it is now, whatever the Reflector would do with.
func (s origin) ListWithContext(ctx context.Context, _ metav1.ListOptions) (list runtime.Object, err error) {
	for _, s.version = range s.feed.versions(s.l) {
		if list, err = s.list(ctx); !apierrors.IsNotFound(err) {
			break
		}
	}
	switch {
	case err == nil:
	case apierrors.IsNotFound(err) && !s.feed.has(s.l):
		s.none()
	default:
		s.lost(ctx, err)
	}
	return list, err
}

func (s *stream) list(ctx context.Context) (*itemList, error) {
	for again := 0; ; again++ {
		list := &itemList{}
		err := manifest.Guarded(func() error { return s.pages(ctx, list, again > 1) })
		if err == nil || !apierrors.IsResourceExpired(err) && !apierrors.IsGone(err) || again > 1 {
			return list, err
		}
	}
}

func (s *stream) pages(ctx context.Context, list *itemList, whole bool) error {
	r := s.feed.reader
	accept := asJSON
	if s.l.list != nil {
		accept = asProtobuf
	}
	for from, seen := "", map[string]bool{"": true}; ; seen[from] = true {
		body, err := r.api.get(ctx, s.l.path(s.version, ""), accept, r.o.pageParams(from, whole))
		if err != nil {
			return err
		}
		if err := s.l.items(r.api.decoder, body, list); err != nil {
			return fmt.Errorf("read the list of %s: %w", s.l.name(), err)
		}
		if from = list.Continue; from == "" {
			return nil
		}
		if seen[from] {
			return errSamePage
		}
	}
}

// WatchWithContext opens the stream of changes after a list. Where the kind was lost in between
// it is refused, so that all is read again: nothing that happened meanwhile is missed.
func (s origin) WatchWithContext(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
	if s.isLost() {
		return nil, apierrors.NewResourceExpired("the list is read again after an outage")
	}
	renew := s.feed.o.Renew
	seconds := max(1, int64((renew + rand.N(renew)).Seconds()))
	body, err := s.feed.reader.api.rest.Get().AbsPath(s.l.path(s.version, "")).SetHeader("Accept", asJSON).MaxRetries(0).
		Param("watch", "true").Param("allowWatchBookmarks", "true").Param("resourceVersion", o.ResourceVersion).
		Param("timeoutSeconds", strconv.FormatInt(seconds, 10)).Stream(ctx)
	if err != nil {
		if !apierrors.IsResourceExpired(err) && !apierrors.IsGone(err) {
			s.lost(ctx, err)
		}
		return nil, err
	}
	return watch.NewStreamWatcher(newFrames(ctx, s.stream, body), apierrors.NewClientErrorReporter(http.StatusInternalServerError, "GET", "ClientWatchDecoding")), nil
}

// lost notes that the kind cannot be followed any more, by an error of the server or the network.
func (s *stream) lost(ctx context.Context, err error) {
	if ctx.Err() != nil || errors.Is(err, io.EOF) && s.isLost() {
		return
	}
	f := s.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	is := &Outage{Gap: s.l.gap(ctx, err), Since: f.o.Now(), Refused: isRefused(err)}
	if s.outage != nil {
		is.Since = s.outage.Since
		if is.Gap.Compare(s.outage.Gap) == 0 {
			return
		}
	}
	s.outage, f.whole = is, true
	f.stir()
}

// none notes that the server does not have the kind, though it did not say so beforehand.
func (s *stream) none() {
	f := s.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	if s.absent {
		return
	}
	for key := range s.entries {
		s.drop(key)
	}
	s.absent, s.read, s.outage, f.whole = true, true, nil, true
	f.stir()
}

func (s *stream) isLost() bool {
	s.feed.mu.Lock()
	defer s.feed.mu.Unlock()
	return s.outage != nil
}

// batch are the objects of the kind, sorted.
func (s *stream) batch() *manifest.Batch {
	b := &manifest.Batch{}
	for _, name := range slices.SortedFunc(maps.Keys(s.entries), cmp.Compare[string]) {
		e := s.entries[name]
		b.Objects, b.Problems = append(b.Objects, e.objects...), append(b.Problems, e.problems...)
	}
	return b
}

// has reports that the server has a kind, by what it answered about its kinds.
func (f *Feed) has(l listed) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.reader.serves.has(l)
}

// versions are those in which a kind may be read.
func (f *Feed) versions(l listed) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.reader.serves.versions(l)
}
