package inbound

import (
	"bytes"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// History is what the input says of the order of events on which the mode of an ambient port
// hangs (2C.7).
type History int8

const (
	// HistoryUntold: no order changes the mode, or nothing says which order it was, as in files.
	// The mode is then that of an istiod that has just started.
	HistoryUntold History = iota
	// HistoryRight: istiod converted the exception after the policies above were what they are.
	HistoryRight
	// HistoryUnsure: one order is as possible as the other, and the input has grounds for doubt.
	HistoryUnsure
	// HistoryWrong: it converted the exception before, and not since: STRICT is not enforced.
	HistoryWrong
)

// settling is how long after one event another one may have been seen together with it: istiod
// lists policies for a while after it starts, and times are whole seconds.
const settling = time.Minute

// History is that of a port, and the policy above on whose time it hangs, nil for none. Port 0 is
// any port that no policy names.
func (w *Workload) History(port int32) (History, *PeerAuthentication) {
	if w.Membership.Dataplane != resolve.DataplaneAmbient || w.In.gap() != nil {
		return HistoryUntold, nil
	}
	return w.In.history(port)
}

// history is that of a port, and a policy above on whose time it hangs.
func (in *Contest) history(port int32) (h History, hangs *PeerAuthentication) {
	by := in.Winners[resolve.ScopeWorkload]
	if by == nil || by.generation == 0 || in.enforced(port) != resolve.Strict {
		return HistoryUntold, nil
	}
	strict, open := 0, 0
	for _, m := range in.moments(by) {
		for _, mesh := range in.parents.mesh.at(m) {
			for _, namespace := range in.parents.namespace.at(m) {
				then := Contest{Winners: in.Winners, parents: parents{mesh: mesh, namespace: namespace}}
				switch {
				case then.enforced(port) == resolve.Strict:
					strict++
				case mesh != in.parents.mesh:
					hangs = in.parents.mesh
					open++
				default:
					hangs = in.parents.namespace
					open++
				}
			}
		}
	}
	switch {
	case open == 0:
		return HistoryRight, nil
	case strict == 0:
		return HistoryWrong, hangs
	}
	return HistoryUnsure, hangs
}

// moment is when istiod may last have converted a policy; the zero moment is now.
type moment struct{ time.Time }

// moments are those at which an istiod may have converted the policy: when it was last written,
// or when that istiod started. Where the input does not say either, it may be as well now.
func (in *Contest) moments(by *PeerAuthentication) (out []moment) {
	written := by.touched
	if written.IsZero() {
		written = by.Created
		out = append(out, moment{})
	}
	for _, start := range in.parents.started {
		if start.After(written) {
			out = append(out, moment{start})
		} else {
			out = append(out, moment{written})
		}
	}
	if len(in.parents.started) == 0 {
		out = append(out, moment{written}, moment{})
	}
	return out
}

// at are what a policy may have been at a moment: as it is, not there (nil), or there with
// another mode. One of which the input has no times is taken to have been as it is.
func (p *PeerAuthentication) at(m moment) []*PeerAuthentication {
	switch {
	case p == nil, m.IsZero(), p.generation == 0, p.Created.IsZero():
		return []*PeerAuthentication{p}
	case p.Created.After(m.Add(settling)):
		return []*PeerAuthentication{nil}
	case !p.Created.Before(m.Time):
		return []*PeerAuthentication{nil, p}
	case p.generation == 1 || p.changed.Before(m.Time): // zero too: it does not say when
		return []*PeerAuthentication{p}
	}
	out := []*PeerAuthentication{p} // perhaps it was not its mode that changed
	for _, mode := range []resolve.Mode{resolve.Unset, resolve.Permissive, resolve.Strict} {
		other := *p
		other.Mode = mode
		out = append(out, &other)
	}
	return out
}

// writings are when an object was last written, and when its spec was; zero where nothing says.
func writings(m *metav1.ObjectMeta) (touched, changed time.Time) {
	for i := range m.ManagedFields {
		e := &m.ManagedFields[i]
		if e.Time == nil {
			continue
		}
		if e.Time.After(touched) {
			touched = e.Time.Time
		}
		if e.Time.After(changed) && e.FieldsV1 != nil && bytes.Contains(e.FieldsV1.GetRawBytes(), []byte(`"f:spec"`)) {
			changed = e.Time.Time
		}
	}
	return touched, changed
}
