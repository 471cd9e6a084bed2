package resolve_test

import (
	"slices"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// TestModeOrders says what each order makes of UNSET, NONE and UNKNOWN, on which they differ.
func TestModeOrders(t *testing.T) {
	t.Parallel()
	none, disable, unknown, unset := resolve.None, resolve.Disable, resolve.Unknown, resolve.Unset
	for _, c := range []struct {
		a, b              resolve.Mode
		weaker, refuses   bool
		comesFirstInLists bool
	}{
		{none, disable, false, true, true},
		{disable, none, false, false, false},
		{unknown, disable, false, true, false},
		{disable, unknown, false, false, true},
		{none, unknown, false, true, true},
		{unset, none, false, true, true},
		{unknown, resolve.Permissive, true, true, true},
		{unset, resolve.Strict, true, true, true},
		{resolve.Permissive, resolve.TLS, true, true, true},
		{resolve.TLS, resolve.Strict, true, true, true},
		{resolve.Strict, resolve.TLS, false, false, false},
	} {
		if got := c.a.Weaker(c.b); got != c.weaker {
			t.Errorf("%s weaker than %s: %t", c.a, c.b, got)
		}
		if got := c.a.Refuses() < c.b.Refuses(); got != c.refuses {
			t.Errorf("%s refuses less than %s: %t", c.a, c.b, got)
		}
		if got := c.a.Urgency() < c.b.Urgency(); got != c.comesFirstInLists {
			t.Errorf("%s is listed before %s: %t", c.a, c.b, got)
		}
	}
}

// TestOrdersAreWhole: every mode that a port serves and every verdict has its place, once.
func TestOrdersAreWhole(t *testing.T) {
	t.Parallel()
	for i, m := range resolve.PortModes() {
		if m.Urgency() != i || m.Refuses() < 0 {
			t.Errorf("%s: urgency %d, refuses %d", m, m.Urgency(), m.Refuses())
		}
	}
	if n := len(resolve.PortModes()); n != int(resolve.Unknown) { // all but UNSET
		t.Errorf("%d modes have a place", n)
	}
	all := []resolve.Verdict{resolve.VerdictUnknown, resolve.VerdictMTLS, resolve.VerdictPlaintext, resolve.VerdictBroken, resolve.VerdictPassthroughTLS}
	byUrgency, worst := slices.Clone(all), slices.Clone(all)
	slices.SortFunc(byUrgency, func(a, b resolve.Verdict) int { return a.Urgency() - b.Urgency() })
	slices.SortFunc(worst, resolve.Verdict.Compare)
	if byUrgency[0] != resolve.VerdictBroken || byUrgency[1] != resolve.VerdictPlaintext || worst[0] != resolve.VerdictBroken || worst[1] != resolve.VerdictUnknown {
		t.Errorf("by urgency %v, worst first %v", byUrgency, worst)
	}
	for _, v := range all {
		if v.Urgency() < 0 {
			t.Errorf("%s has no urgency", v)
		}
	}
}

// TestProxyPort: which ports are the proxy's own follows the dataplane.
func TestProxyPort(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		dataplane resolve.Dataplane
		port      int32
		want      bool
	}{
		{resolve.DataplaneSidecar, resolve.AgentStatusPort, true},
		{resolve.DataplaneSidecar, resolve.AgentDebugPort, true},
		{resolve.DataplaneUnknown, resolve.ProxyMetricsPort, true},
		{resolve.DataplaneVM, resolve.ProxyAdminPort, true},
		{resolve.DataplaneSidecar, 8080, false},
		{resolve.DataplaneNone, resolve.AgentStatusPort, false},
		{resolve.DataplaneAmbient, resolve.HBONEPort, true},
		{resolve.DataplaneAmbient, resolve.AgentStatusPort, false},
	} {
		w := inbound.Workload{Membership: resolve.Membership{Dataplane: c.dataplane}}
		if got := w.ProxyPort(c.port); got != c.want {
			t.Errorf("%s, port %d: %t", c.dataplane, c.port, got)
		}
	}
}
