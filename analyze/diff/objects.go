package diff

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// Status is how an object of the input changed. The zero Status is Same.
type Status uint8

const (
	// Same: nothing that mtlsctl reads of it changed, or it is on neither side.
	Same Status = iota
	// Added: only the second input has it.
	Added
	// Changed: both have it, and it says something else.
	Changed
	// Removed: only the first input has it.
	Removed
)

// Objects says which objects of two inputs differ. The zero Objects are those of two
// equal inputs.
type Objects struct {
	status map[resolve.Ref]Status
	// origin is where an object of the second input was read.
	origin map[resolve.Ref]resolve.Origin
}

// ObjectsOf compares two inputs. Where one has several objects of a name, the last
// counts, as in a Mesh.
func ObjectsOf(base, head []resolve.Object) Objects {
	o := Objects{map[resolve.Ref]Status{}, map[resolve.Ref]resolve.Origin{}}
	was, is := byRef(base), byRef(head)
	for ref, now := range is {
		before, known := was[ref]
		switch {
		case !known:
			o.status[ref] = Added
		case before.Value != now.Value && inbound.Says(before) != inbound.Says(now):
			o.status[ref] = Changed
		default:
			continue
		}
		o.origin[ref] = now.Origin
	}
	for ref := range was {
		if _, kept := is[ref]; !kept {
			o.status[ref] = Removed
		}
	}
	return o
}

// ObjectsBetween compares those objects of two inputs that refs name: only they may differ.
func ObjectsBetween(base, head map[resolve.Ref]resolve.Object, refs []resolve.Ref) Objects {
	var was, is []resolve.Object
	for _, ref := range refs {
		if o, there := base[ref]; there {
			was = append(was, o)
		}
		if o, there := head[ref]; there {
			is = append(is, o)
		}
	}
	return ObjectsOf(was, is)
}

// ObjectsNamed are objects that differ, whoever knows how.
func ObjectsNamed(refs []resolve.Ref) Objects {
	o := Objects{status: map[resolve.Ref]Status{}}
	for _, ref := range refs {
		o.status[ref] = Changed
	}
	return o
}

func byRef(objects []resolve.Object) map[resolve.Ref]resolve.Object {
	m := make(map[resolve.Ref]resolve.Object, len(objects))
	for _, o := range objects {
		m[o.Ref()] = o
	}
	return m
}

// Of is the status of one object.
func (o Objects) Of(ref resolve.Ref) Status { return o.status[ref] }

// Refs are the objects of a status, sorted.
func (o Objects) Refs(s Status) []resolve.Ref {
	var refs []resolve.Ref
	for ref, status := range o.status {
		if status == s {
			refs = append(refs, ref)
		}
	}
	slices.SortFunc(refs, resolve.Ref.Compare)
	return refs
}

// Len is how many objects differ.
func (o Objects) Len() int { return len(o.status) }
