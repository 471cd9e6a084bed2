package conformance

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/checks"
	"github.com/mtlsctl/mtlsctl/analyze/diagnose"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
	"github.com/mtlsctl/mtlsctl/testdata/conformance/dataplane"
)

// diagnose gives every line that a proxy printed about a call which mtlsctl knows to fail to diagnose:
// its first cause is to be in this call. The lines name both ends by their addresses, so that nothing
// else is told.
func (r *wired) diagnose(t *testing.T, w world, calls []*realCall) {
	t.Helper()
	text, err := w.running(r.cluster)
	if err != nil {
		t.Fatal(err)
	}
	pods, err := parseWorld(text)
	if err != nil {
		t.Fatal(err)
	}
	m, err := readWorld(pods, "")
	if err != nil {
		t.Fatal(err)
	}
	causes := map[string]int{}
	for _, c := range calls {
		if c.Outcome.Verdict != resolve.VerdictBroken || c.bytes == dataplane.ServerFirst {
			continue
		}
		for _, line := range slices.Compact(slices.Concat(c.atClient, c.atServer)) {
			name, bad := c.caused(m, line)
			if name == "" && bad == "" {
				continue
			}
			if causes[name]++; bad != "" {
				t.Errorf("%s\n\tline: %s\n\tdiagnose: %s", c, line, bad)
			}
		}
	}
	t.Logf("first causes of lines: %v", causes)
}

// caused is the symptom and the first cause of a line, and what is wrong with it.
func (c *realCall) caused(m *mesh.Mesh, line string) (name, bad string) {
	var log diagnose.Log
	i, ok := traffic.ParseIncident(line)
	var parsed *evidence.Incident
	if ok {
		parsed = &i
	}
	log.Add(line, parsed)
	answers := log.Answers(m, &diagnose.Options{Checks: checks.All()}, diagnose.Ask{})
	if len(answers) == 0 {
		if strings.Contains(line, "\" 0 - - -") {
			return "", "" // the line of a connection that ended without a reason
		}
		return "", "no symptom"
	}
	first := answers[0].Best()
	if first == nil {
		return answers[0].Symptom.Name, "no cause"
	}
	name = fmt.Sprintf("%s/%s/%s", answers[0].Symptom.Name, first.Suspect.Name, first.State)
	if first.State != diagnose.Likely || !slices.Contains(c.wants(line), first.Suspect.Name) || !slices.ContainsFunc(first.Calls, c.same) {
		return name, name
	}
	return name, ""
}

// wants are the causes that a line of the call may have. A line of the server's proxy that has no server
// name does not show which Service was called, and another of them leads to the same port with mTLS.
func (c *realCall) wants(line string) []string {
	switch sends, accepts := c.Sends.TLS, c.Serves.Mode; {
	case !c.client.proxy:
		return []string{"client-without-proxy"}
	case sends == resolve.SendsPlaintext:
		return []string{"rule-sends-plaintext"}
	case sends == resolve.SendsIstioMutual && accepts == resolve.None:
		return []string{"mtls-to-server-without-proxy"}
	case sends == resolve.SendsIstioMutual:
		return []string{"mtls-into-disable"}
	case accepts == resolve.Strict:
		return []string{"tls-into-strict"}
	case strings.Contains(line, "codec_error"):
		return []string{"tls-into-http-port", "mtls-into-disable"}
	}
	return []string{"tls-into-http-port"}
}

// same reports a call between the same two ends.
func (c *realCall) same(o diagnose.Call) bool {
	return o.Client() != nil && o.Client().Ref.Name == c.client.name && isHost(&o.Connection, c)
}

func isHost(o *outbound.Connection, c *realCall) bool {
	return o.Host != nil && o.Host.Name == c.Host.Name || o.Server != nil && o.Server.Workload != nil && o.Server.Workload.Ref.Name == c.server.name
}
