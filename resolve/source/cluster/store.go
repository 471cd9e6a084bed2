package cluster

import (
	"reflect"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// A stream is the store of its Reflector: it keeps what changed until that is handed out.

// Add implements cache.ReflectorStore.
func (s *stream) Add(o any) error { return s.Update(o) }

// Update implements cache.ReflectorStore.
func (s *stream) Update(o any) error {
	s.feed.mu.Lock()
	defer s.feed.mu.Unlock()
	s.put(o.(*item))
	return nil
}

// Delete implements cache.ReflectorStore.
func (s *stream) Delete(o any) error {
	s.feed.mu.Lock()
	defer s.feed.mu.Unlock()
	s.drop(o.(*item).key())
	return nil
}

// Resync implements cache.ReflectorStore.
func (*stream) Resync() error { return nil }

// Replace implements cache.ReflectorStore: the kind is known again.
func (s *stream) Replace(list []any, _ string) error {
	s.feed.mu.Lock()
	defer s.feed.mu.Unlock()
	kept := make(map[string]bool, len(list))
	for _, o := range list {
		i := o.(*item)
		kept[i.key()] = true
		s.put(i)
	}
	for key := range s.entries {
		if !kept[key] {
			s.drop(key)
		}
	}
	if !s.read || s.outage != nil || s.absent {
		s.read, s.outage, s.absent, s.feed.whole = true, nil, false, true
		s.feed.stir()
	}
	return nil
}

// put takes an object as it is now. One of which nothing is kept, such as a pod that has ended,
// is gone.
func (s *stream) put(i *item) {
	was, known := s.entries[i.key()]
	if s.ended || known && i.ResourceVersion != "" && was.version == i.ResourceVersion {
		return
	}
	if i.identity != "" {
		s.feed.identity = i.identity
	}
	if reflect.DeepEqual(was.objects, i.objects) { // a new status, say, which no answer depends on
		s.entries[i.key()] = entry{i.ResourceVersion, was.objects, i.problems}
		return
	}
	s.entries[i.key()] = entry{i.ResourceVersion, i.objects, i.problems}
	now := map[resolve.Ref]bool{}
	for _, o := range i.objects {
		now[o.Ref()] = true
		s.change(o.Ref(), pending{o, i.author()})
	}
	for _, o := range was.objects {
		if !now[o.Ref()] {
			s.change(o.Ref(), pending{by: i.author()})
		}
	}
}

func (s *stream) drop(key string) {
	was, known := s.entries[key]
	if !known || s.ended {
		return
	}
	delete(s.entries, key)
	for _, o := range was.objects {
		s.change(o.Ref(), pending{by: Author{Deleted: true}})
	}
}

func (s *stream) change(ref resolve.Ref, p pending) {
	s.feed.changed[ref] = p
	s.feed.stir()
}
