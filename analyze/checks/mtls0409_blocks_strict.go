package checks

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// BlocksStrict finds what stands between ports and STRICT, for who wants to go there.
var BlocksStrict = register(&analyze.Check{
	Code:      "MTLS0409",
	Name:      "blocks-strict",
	Severity:  analyze.Error,
	Only:      analyze.Migration,
	Blocks:    true,
	Needs:     []resolve.Kind{resolve.KindWorkload},
	NeedsHost: true,
	Title:     "Something blocks STRICT for a port (profile migration only)",
	Why: `A client without a mesh certificate calls the port, a rule makes its clients send traffic that STRICT rejects, or the server has no
proxy. STRICT would break those calls, or change nothing. This check runs only with --profile migration and reports each
blocker once, with the ports that wait for it. mtlsctl migrate-plan lists the steps in order and shows the decision for each
port.`,
	Fix:      "remove the blocker; accept the risk: write an exception for the port into .mtlsctl.yaml",
	Docs:     []string{"https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/"},
	Controls: available,
	Before:   reachWorld("PERMISSIVE") + batchCaller(""),
	After:    reachWorld("STRICT") + batchCaller(", labels: {istio-injection: enabled}"),
	Run: func(p *analyze.Pass) {
		for _, b := range blockages(p) {
			p.Report(b.finding())
		}
	},
})

// blockage is one obstacle and the ports that wait for it.
type blockage struct {
	advise.Obstacle
	ports []backend
}

func blockages(p *analyze.Pass) []*blockage {
	type key struct {
		kind advise.Kind
		by   resolve.Ref
		at   resolve.Position
		text string
	}
	index, order := map[key]*blockage{}, []*blockage(nil)
	for _, w := range p.Workloads() {
		for i := range w.Ports {
			q := &w.Ports[i]
			if q.Decision.Mode == resolve.Strict || !p.Adviser().Counts(w, q) || p.Excepted(w, q) {
				continue
			}
			for _, o := range p.Advise(w, q).Obstacles {
				if o.Kind == advise.Exempt {
					continue
				}
				k := key{o.Kind, o.By, o.Position, o.Text}
				switch {
				case o.Kind == advise.Hidden && o.Client != nil: // its proxy's scope is where to look
					o.By, o.Position = o.Client.Ref, o.Client.Origin.At("")
					k = key{o.Kind, o.By, o.Position, o.Fix}
				case o.By.IsZero(): // seen only: the server is
					o.By, o.Position = w.Ref, w.Origin.At("")
					k = key{o.Kind, o.By, o.Position, o.Text}
				}
				if index[k] == nil {
					index[k] = &blockage{Obstacle: o}
					order = append(order, index[k])
				}
				index[k].Guessed = index[k].Guessed && o.Guessed
				index[k].ports = append(index[k].ports, backend{w, q})
			}
		}
	}
	return order
}

func (b *blockage) finding() analyze.Finding {
	f := analyze.Finding{
		Object: b.By, Field: b.Field, Origin: resolve.Origin{File: b.Position.File, First: b.Position.Line},
		Subject: string(b.Kind), Fix: b.Fix, Affected: affectedPorts(b.ports), Cause: b.cause(),
	}
	if b.Client != nil {
		f.Subject += " " + b.Client.Ref.String()
	}
	if b.Guessed {
		f.Confidence = analyze.Possible
	}
	var examples []string
	for _, q := range b.ports[:min(len(b.ports), maxExamples)] {
		examples = append(examples, fmt.Sprintf("port %d of %s", q.port.Number, q.workload.Short()))
		f.Involved = append(f.Involved, q.workload.Ref)
	}
	f.Message = fmt.Sprintf("blocks STRICT for %s: %s", strings.Join(examples, ", "), b.Text)
	if n := len(b.ports) - maxExamples; n > 0 {
		f.Message = fmt.Sprintf("blocks STRICT for %s and %d more: %s", strings.Join(examples, ", "), n, b.Text)
	}
	return f
}

// cause is what obstacles have in common: the namespace that gives a server or a client no
// proxy, the client that calls several ports, the field that is in the way of several.
func (b *blockage) cause() analyze.Cause {
	var c analyze.Cause
	switch {
	case b.Kind == advise.NoSidecar || b.Kind == advise.NoSidecarEver:
		c = withoutProxy(b.ports[0].workload)
	case b.Kind == advise.NakedClient && b.Client != nil:
		c = withoutProxy(b.Client)
	default:
		c = analyze.Cause{Object: b.By, Field: b.Field}
	}
	c.Value = string(b.Kind)
	return c
}

// batchCaller calls pay from a namespace with these labels.
func batchCaller(labels string) string {
	return `---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec:
  mtls: {mode: STRICT}
---
apiVersion: v1
kind: Namespace
metadata: {name: batch` + labels + `}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: job, namespace: batch}
spec:
  template:
    metadata: {labels: {app: job}}
    spec: {containers: [{name: job, env: [{name: PAY_URL, value: "http://pay.shop"}]}]}
`
}
