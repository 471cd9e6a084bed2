package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// KnownCallBroken finds calls that somebody makes or means to make and that fail, for
// reasons of which no other check speaks (4).
var KnownCallBroken = register(&analyze.Check{
	Code:      "MTLS0402",
	Name:      "known-call-broken",
	Severity:  analyze.Error,
	Blocks:    true,
	Needs:     []resolve.Kind{resolve.KindWorkload},
	NeedsHost: true,
	Title:     "A client is known to make a call that fails",
	Why: `The client's environment, its arguments, a ConfigMap or a route names the host, or traffic shows the call, and what the client
sends does not match what the server accepts: a proxyless gRPC client without a DestinationRule sends plaintext to a STRICT
port; a gateway listens for mTLS, and clients without a DestinationRule send plaintext to it; no Gateway has a server for the
port; a route leads requests that a gateway has in plaintext to a port whose server speaks TLS; or the endpoints are in a network
whose gateway accepts only mTLS.`,
	Fix:  "make client and server match: mtlsctl connections --from CLIENT --to SERVER explains the call step by step",
	Docs: []string{"https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/", "https://istio.io/latest/docs/ops/common-problems/network-issues/"},

	Controls: available,
	Before:   proxylessWorld,
	After: proxylessWorld + `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec:
  host: pay.shop.svc.cluster.local
  trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}
`,
	Run: func(p *analyze.Pass) {
		index, list := map[mismatchKey]*mismatch{}, []*mismatch(nil)
		for c := range p.Calls() {
			if c.Outcome.Verdict != resolve.VerdictBroken || c.Server == nil || spokenOf(c.Connection) {
				continue
			}
			made := &callsMade{}
			if made.add(p, c.Clients, c.Connection); !made.known() || nowhere(c.Connection) && made.onlyAllowed() {
				continue
			}
			k := mismatchOf(c)
			if index[k] == nil {
				index[k] = &mismatch{key: k, first: c}
				list = append(list, index[k])
			}
			index[k].add(c, made)
		}
		for _, m := range list {
			p.Report(m.finding())
		}
	},
})

// spokenOf reports a broken call of which another check speaks: of the rule or policy that
// decides what is sent, of what leaves past the proxy, of gates (3.4.1, 3.4.3), of labels,
// of ports that the server's settings keep from its proxy.
func spokenOf(c outbound.Connection) bool {
	if c.Outcome.Why.Cause == resolve.CauseOpenedIntoTLS {
		return false
	}
	if c.Outcome.Why.Cause.ForeignTrust() {
		return true // MTLS0512
	}
	if c.Server.Workload != nil && refusesZtunnel(&c) {
		return true // MTLS0314
	}
	if remedy.PastTunnel(&c) || blindWaypoint(&c) {
		return true // MTLS0233, MTLS0234
	}
	switch c.Sends.By.Kind {
	case resolve.KindDestinationRule, resolve.KindPeerAuthentication, resolve.KindServiceEntry, resolve.KindSidecar:
		return !nowhere(c)
	}
	if by := c.Sends.Why.Cause; by.PastProxy() || by.HostUnknown() || by.Switch() || by.Kept() && c.Server.Address == "" || proxysOwn(c) {
		return true
	}
	w := c.Server.Workload
	if w == nil {
		return false
	}
	if label, ok := w.Labels[resolve.TLSModeLabel]; ok && contradicts(label, w) != "" {
		return true // MTLS0304
	}
	uncaptured := w.Membership.Dataplane == resolve.DataplaneSidecar && c.Serves.Mode == resolve.None
	return uncaptured && (w.Capture.NoInterception || w.Capture.PodInterface || c.Serves.Field != "" && c.Serves.By == w.Ref) // MTLS0307, MTLS0219, MTLS0303
}

// mismatchKey tells apart what is to be repaired once.
type mismatchKey struct {
	rule, because string
	at            resolve.Ref
	field         resolve.Field
}

func mismatchOf(c analyze.Call) mismatchKey {
	k := mismatchKey{rule: words.Rule(c.Sends.Why), because: words.Key(c.Outcome.Why), at: c.Serves.By, field: c.Serves.Field}
	switch {
	case c.Sends.Why.Cause.Proxyless():
		k.at, k.field = c.Clients[0].Workloads[0].Ref, ""
	case k.at.IsZero():
		k.at = c.Host.Ref
	}
	return k
}

// mismatch is known calls that fail for one reason.
type mismatch struct {
	key      mismatchKey
	first    analyze.Call
	examples []string
	calls    int
	record   callsMade
}

func (m *mismatch) add(c analyze.Call, made *callsMade) {
	to := fmt.Sprintf("%s:%d", shortHost(c.Host), c.Port.Number)
	for _, d := range made.declared {
		if !slices.Contains(m.record.declared, d) {
			m.record.declared = append(m.record.declared, d)
		}
		if text := d.Client.Short() + " -> " + to; !slices.Contains(m.examples, text) {
			m.examples, m.calls = append(m.examples, text), m.calls+1
		}
	}
	if !made.observed.IsZero() {
		m.record.observed.Add(made.observed)
		if m.record.clients == nil {
			m.record.clients = map[resolve.Peer]bool{}
		}
		for peer := range made.clients {
			m.record.clients[peer] = true
		}
		if len(made.declared) == 0 {
			m.examples, m.calls = append(m.examples, caller(c.Clients[0], c.Host.Namespace)+" -> "+to), m.calls+1
		}
	}
}

func (m *mismatch) finding() analyze.Finding {
	c := m.first
	f := analyze.Finding{Object: m.key.at, Field: m.key.field, Origin: c.Host.Origin, Subject: m.key.rule + m.key.because, Fix: remedy.Fix(&c.Connection)}
	switch {
	case c.Sends.Why.Cause.Proxyless():
		f.Origin = c.Clients[0].Workloads[0].Origin
	case !c.Serves.By.IsZero():
		f.Origin = c.Serves.Origin
	}
	f.Message = fmt.Sprintf("%s: %s fails (%s)", words.Because(c.Outcome.Why), strings.Join(m.examples[:min(len(m.examples), maxExamples)], ", "), symptom(c.Connection))
	if m.calls > 1 {
		f.Message = fmt.Sprintf("%s: %d calls fail, such as %s (%s)", words.Because(c.Outcome.Why), m.calls, strings.Join(m.examples[:min(len(m.examples), maxExamples)], ", "), symptom(c.Connection))
	}
	f.Message += m.record.text()
	f.Involved = append(f.Involved, c.Host.Ref)
	if w := c.Server.Workload; w != nil && w.Ref != f.Object {
		f.Involved = append(f.Involved, w.Ref)
	}
	return f
}
