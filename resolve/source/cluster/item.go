package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// Author is who changed an object last, as far as the API server tells: the manager of its
// fields, and when. A deletion has no author.
type Author struct {
	Manager string
	Time    time.Time
	Deleted bool
}

// item is an object as the Reflector passes it on: its name and version, and what answers
// depend on.
type item struct {
	metav1.TypeMeta
	metav1.ObjectMeta
	objects  []resolve.Object
	problems []resolve.Problem
	// identity is the cluster's, where the object tells it.
	identity string
}

// DeepCopyObject implements runtime.Object; nobody changes one.
func (i *item) DeepCopyObject() runtime.Object { c := *i; return &c }

func (i *item) key() string { return i.Namespace + "/" + i.Name }

// author is who wrote last to the object itself, not to its status.
func (i *item) author() Author {
	var last Author
	for _, f := range i.ManagedFields {
		if f.Subresource == "" && f.Time != nil && !f.Time.Time.Before(last.Time) {
			last = Author{Manager: f.Manager, Time: f.Time.Time}
		}
	}
	return last
}

// itemList is a list as the Reflector reads it.
type itemList struct {
	metav1.TypeMeta
	metav1.ListMeta
	Items []runtime.Object
}

// DeepCopyObject implements runtime.Object; nobody changes one.
func (l *itemList) DeepCopyObject() runtime.Object { c := *l; return &c }

// items reads a page into the list.
func (l listed) items(decoder runtime.Decoder, body []byte, list *itemList) error {
	if l.list == nil {
		return l.customItems(body, list)
	}
	page := l.list()
	got, _, err := decoder.Decode(body, nil, page)
	if err != nil {
		return err
	}
	if err := wantPage(got, page, l.listKind()); err != nil {
		return err
	}
	m, err := meta.ListAccessor(page)
	if err != nil {
		return err
	}
	list.ResourceVersion, list.Continue = m.GetResourceVersion(), m.GetContinue()
	return meta.EachListItem(page, func(o runtime.Object) error {
		i, err := l.typed(o)
		list.Items = append(list.Items, i)
		return err
	})
}

// typed is an object of a kind whose Go type is known.
func (l listed) typed(o runtime.Object) (*item, error) {
	m, err := meta.Accessor(o)
	if err != nil {
		return nil, err
	}
	i := &item{ObjectMeta: metav1.ObjectMeta{Name: m.GetName(), Namespace: m.GetNamespace(), ResourceVersion: m.GetResourceVersion(), ManagedFields: m.GetManagedFields()}}
	page := l.list()
	if err := meta.SetList(page, []runtime.Object{o}); err != nil {
		return nil, err
	}
	l.take(page, false, func(o resolve.Object) {
		if n, ok := o.Value.(*corev1.Namespace); ok && n.UID != "" {
			i.identity, n.UID = string(n.UID), ""
		}
		i.objects = append(i.objects, o)
	})
	return i, nil
}

func (l listed) customItems(body []byte, list *itemList) error {
	var page struct {
		APIVersion, Kind string
		Metadata         metav1.ListMeta
		Items            []json.RawMessage
	}
	if err := wantKind(body, l.listKind()); err != nil {
		return err
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return err
	}
	list.ResourceVersion, list.Continue = page.Metadata.ResourceVersion, page.Metadata.Continue
	of := manifest.Head{APIVersion: page.APIVersion, Kind: page.Kind}.OfItems()
	for _, raw := range page.Items {
		i, err := l.custom(raw, of)
		if err != nil {
			return err
		}
		list.Items = append(list.Items, i)
	}
	return nil
}

// custom is a custom resource, as it was sent.
func (l listed) custom(raw []byte, of manifest.Head) (*item, error) {
	s, err := manifest.ParseSent(raw)
	if err != nil {
		return nil, err
	}
	if err := l.wantItem(s.Head); err != nil {
		return nil, err
	}
	var m struct{ Metadata metav1.ObjectMeta }
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, err
	}
	i := &item{ObjectMeta: metav1.ObjectMeta{Name: m.Metadata.Name, Namespace: m.Metadata.Namespace, ResourceVersion: m.Metadata.ResourceVersion, ManagedFields: m.Metadata.ManagedFields}}
	b := &manifest.Batch{}
	b.Take(s, of)
	i.objects, i.problems = b.Objects, b.Problems
	return i, nil
}

// frames are the events of a watch, one after the other.
type frames struct {
	ctx    context.Context
	s      *stream
	body   io.ReadCloser
	events *json.Decoder
}

func newFrames(ctx context.Context, s *stream, body io.ReadCloser) *frames {
	return &frames{ctx, s, body, json.NewDecoder(body)}
}

// Close implements watch.Decoder.
func (f *frames) Close() { _ = f.body.Close() }

// Decode implements watch.Decoder. A stream that breaks off in the midst is an outage; one that
// the server ends is opened again.
func (f *frames) Decode() (watch.EventType, runtime.Object, error) {
	var e struct {
		Type   watch.EventType
		Object json.RawMessage
	}
	err := f.events.Decode(&e)
	if err == nil {
		var o runtime.Object
		if o, err = f.object(e.Type, e.Object); err == nil {
			return e.Type, o, nil
		}
	}
	if !errors.Is(err, io.EOF) {
		f.s.lost(f.ctx, err)
	}
	return "", nil, err
}

func (f *frames) object(t watch.EventType, raw []byte) (o runtime.Object, err error) {
	switch t {
	case watch.Error:
		status := &metav1.Status{}
		return status, json.Unmarshal(raw, status)
	case watch.Bookmark:
		mark := &struct{ Metadata metav1.ObjectMeta }{}
		err := json.Unmarshal(raw, mark)
		return &item{ObjectMeta: mark.Metadata}, err
	}
	err = manifest.Guarded(func() (err error) {
		if f.s.l.list == nil {
			o, err = f.s.l.custom(raw, manifest.Head{})
			return err
		}
		page := f.s.l.list()
		if err := json.Unmarshal(append(append([]byte(`{"items":[`), raw...), ']', '}'), page); err != nil {
			return err
		}
		return meta.EachListItem(page, func(one runtime.Object) (err error) {
			o, err = f.s.l.typed(one)
			return err
		})
	})
	return o, err
}
