package cluster_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source/cluster"
)

const policies = "/apis/security.istio.io/v1/peerauthentications"

func policy(mode string) map[string]any {
	return map[string]any{
		"apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication",
		"metadata": map[string]any{"name": "watched", "namespace": "bookinfo", "creationTimestamp": "2020-01-01T00:00:00Z", "managedFields": []any{
			map[string]any{"manager": "gitops", "operation": "Apply", "time": "2026-01-02T03:04:05Z"},
			map[string]any{"manager": "status", "operation": "Update", "subresource": "status", "time": "2026-02-02T03:04:05Z"},
		}},
		"spec": map[string]any{"selector": map[string]any{"matchLabels": map[string]any{"app": "productpage"}}, "mtls": map[string]any{"mode": mode}},
	}
}

func (f *followed) productpage() resolve.Mode { return f.mode("bookinfo", "productpage") }

// TestFeedFollows: what comes, changes and goes is in the next mesh, with its author, and the
// mesh equals one that is read anew.
func TestFeedFollows(t *testing.T) {
	t.Parallel()
	w, o := newWatchedAPI(t, bookinfo)
	f := follow(t, o)
	if f.last.Whole == nil || len(f.last.Outages) > 0 {
		t.Fatalf("first update: %+v, want all and no outage", f.last)
	}
	was := f.productpage()
	for _, mode := range []resolve.Mode{resolve.Disable, resolve.Permissive, resolve.Strict} {
		w.put(policies, "bookinfo", "watched", policy(mode.String()), false)
		f.until(mode.String(), func() bool { return f.productpage() == mode })
		ref := resolve.Ref{Kind: resolve.KindPeerAuthentication, Namespace: "bookinfo", Name: "watched"}
		if a := f.last.Authors[ref]; f.last.Whole != nil || a.Manager != "gitops" || a.Time.Year() != 2026 || a.Time.Month() != 1 {
			t.Errorf("%s: author %+v, whole %v; want gitops of January, by deltas", mode, a, f.last.Whole != nil)
		}
		equalsRead(t, f, o)
	}
	w.put(policies, "bookinfo", "watched", nil, false)
	f.until("deleted", func() bool { return f.productpage() == was })
	equalsRead(t, f, o)
}

// equalsRead compares with a fresh read.
func equalsRead(t *testing.T, f *followed, o cluster.Options) {
	t.Helper()
	in := readCluster(t, o)
	fresh := mesh.Build(config.Options{Gaps: in.Cluster.Gaps}, in.Objects)
	if d := cmp.Diff(answersOf(fresh), answersOf(f.mesh)); d != "" {
		t.Errorf("the mesh differs from a fresh read (-read +followed):\n%s", d)
	}
}

// TestFeedExpired: after 410 the list is read again, and what no event told is there.
func TestFeedExpired(t *testing.T) {
	t.Parallel()
	w, o := newWatchedAPI(t, bookinfo)
	f := follow(t, o)
	w.put(policies, "bookinfo", "watched", policy("DISABLE"), true)
	if f.productpage() == resolve.Disable {
		t.Fatal("it was DISABLE before")
	}
	w.wake(func() { w.expired[policies] = true })
	f.until("DISABLE after 410", func() bool { return f.productpage() == resolve.Disable })
	equalsRead(t, f, o)
}

// TestFeedServerAway: while the server is away no mode is told for a fact, and what changed
// meanwhile is there when it is back.
func TestFeedServerAway(t *testing.T) {
	t.Parallel()
	w, o := newWatchedAPI(t, bookinfo)
	w.put(policies, "bookinfo", "watched", policy("STRICT"), true)
	f := follow(t, o)
	if f.productpage() != resolve.Strict {
		t.Fatalf("it is %s before, want STRICT", f.productpage())
	}
	w.wake(func() { w.down = true })
	f.until("no STRICT", func() bool { return f.productpage() != resolve.Strict })
	if len(f.last.Outages) == 0 || f.last.Outages[0].Since.IsZero() || f.last.Outages[0].Refused {
		t.Errorf("outages %v, want some, with the time", f.last.Outages)
	}
	w.put(policies, "bookinfo", "watched", policy("PERMISSIVE"), true)
	w.wake(func() { w.down = false })
	f.until("PERMISSIVE, and no outage", func() bool { return f.productpage() == resolve.Permissive && len(f.last.Outages) == 0 })
	equalsRead(t, f, o)
}

// TestFeedRightTakenAway: a kind that the user may read no more makes what depends on it unknown
// as soon as its watch is opened anew, and is back with the right.
func TestFeedRightTakenAway(t *testing.T) {
	t.Parallel()
	w, o := newWatchedAPI(t, bookinfo)
	w.put(policies, "bookinfo", "watched", policy("STRICT"), true)
	f := follow(t, o)
	w.fakeAPI.mu.Lock()
	w.refuse[policies] = &refusal{code: 403, times: -1}
	w.fakeAPI.mu.Unlock()
	f.until("UNKNOWN", func() bool { return f.productpage() == resolve.Unknown })
	if len(f.last.Outages) != 1 || !f.last.Outages[0].Refused || f.last.Outages[0].Gap.Kind != resolve.KindPeerAuthentication {
		t.Errorf("outages %v, want the policies, refused", f.last.Outages)
	}
	w.fakeAPI.mu.Lock()
	delete(w.refuse, policies)
	w.fakeAPI.mu.Unlock()
	f.until("STRICT, and no outage", func() bool { return f.productpage() == resolve.Strict && len(f.last.Outages) == 0 })
}

// TestFeedOfTheStart: a kind that may not be read is an outage from the first update on.
func TestFeedOfTheStart(t *testing.T) {
	t.Parallel()
	w, o := newWatchedAPI(t, bookinfo)
	w.refuse[policies] = &refusal{code: 403, times: -1}
	f := follow(t, o)
	if len(f.last.Outages) != 1 || f.productpage() != resolve.Unknown {
		t.Errorf("outages %v, mode %s; want the policies, and UNKNOWN", f.last.Outages, f.productpage())
	}
}

// TestFeedAbsent: a kind that the server turns out not to have, and does not name among its kinds,
// is no outage.
func TestFeedAbsent(t *testing.T) {
	t.Parallel()
	w, o := newWatchedAPI(t, bookinfo)
	w.versions = map[string][]string{"envoyfilters.networking.istio.io": {}}
	f := follow(t, o)
	if len(f.last.Outages) != 0 || !slices.Contains(f.last.Whole.Cluster.Absent, "envoyfilters.networking.istio.io") {
		t.Errorf("outages %v, absent %v; want no outage, and the kind absent", f.last.Outages, f.last.Whole.Cluster.Absent)
	}
	equalsRead(t, f, o)
}
