package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// NotStrict finds every port that takes something else than mTLS, for who wants none.
var NotStrict = register(&analyze.Check{
	Code:     "MTLS0119",
	Name:     "not-strict",
	Severity: analyze.Error,
	Only:     analyze.Strict,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindNamespace},
	Title:    "A port is not STRICT (profile strict only)",
	Why: `Zero trust means that every port rejects calls without a mesh certificate. A PERMISSIVE or DISABLE port accepts such calls,
a port without a proxy or excluded from capture accepts nothing else, and the mode of an UNKNOWN port cannot be determined.
Ports of gateways use their own TLS settings and are not checked, and neither are those of Istio itself. This check runs
only with --profile strict. If plaintext is still needed, write an exception with an owner, a reason and an end date into
.mtlsctl.yaml.`,
	Fix:      "make them STRICT: mtlsctl migrate-plan lists the steps; accept the risk: write an exception into .mtlsctl.yaml",
	Docs:     []string{"https://istio.io/latest/docs/ops/best-practices/security/#mutual-tls"},
	Controls: inTransit,
	With:     []string{"MTLS0407"},
	Before:   reachWorld("PERMISSIVE"),
	After:    reachWorld("STRICT"),
	Run: func(p *analyze.Pass) {
		for _, o := range openings(p) {
			p.Report(o.finding(p))
		}
	},
})

// opening is one cause that keeps ports from STRICT: the field of a policy, the lack of
// any in a namespace, or a workload's own want of a proxy.
type opening struct {
	decision *resolve.Decision
	ports    []backend
}

func openings(p *analyze.Pass) []*opening {
	type key struct {
		by        resolve.Ref
		field     resolve.Field
		namespace string
		workload  *inbound.Workload
	}
	index, order := map[key]*opening{}, []*opening(nil)
	for _, w := range p.Workloads() {
		for i := range w.Ports {
			q := &w.Ports[i]
			d := &q.Decision
			if d.Mode == resolve.Strict || !p.Adviser().Counts(w, q) || p.Excepted(w, q) {
				continue
			}
			k := key{by: d.By, field: d.Field}
			switch {
			case d.Mode == resolve.None || d.Mode == resolve.Unknown:
				k = key{workload: w}
			case d.By.IsZero():
				k.namespace = w.Ref.Namespace
			}
			if index[k] == nil {
				index[k] = &opening{decision: d}
				order = append(order, index[k])
			}
			index[k].ports = append(index[k].ports, backend{w, q})
		}
	}
	return order
}

func (o *opening) finding(p *analyze.Pass) analyze.Finding {
	first, d := o.ports[0].workload, o.decision
	ns := p.Namespace(first.Ref.Namespace)
	f := analyze.Finding{Object: d.By, Field: d.Field, Origin: d.Origin, Affected: affectedPorts(o.ports)}
	switch {
	case d.Mode == resolve.None || d.Mode == resolve.Unknown:
		f.Object, f.Field, f.Origin, f.Cause = first.Ref, "", first.Origin, withoutProxy(first)
	case d.By.IsZero():
		f.Object = resolve.Ref{Kind: resolve.KindNamespace, Name: first.Ref.Namespace}
		f.Origin, f.Cause = originOf(ns, first), analyze.Cause{Why: resolve.CauseNoPolicy}
	}
	var examples []string
	for _, b := range o.ports {
		if len(examples) < maxExamples {
			examples = append(examples, fmt.Sprintf("port %d of %s", b.port.Number, b.workload.Short()))
		}
		if !slices.Contains(f.Involved, b.workload.Ref) && len(f.Involved) < maxExamples {
			f.Involved = append(f.Involved, b.workload.Ref)
		}
	}
	if d.Mode == resolve.Unknown {
		f.Confidence = analyze.Likely
	}
	f.Message = fmt.Sprintf("%s%s, not STRICT: %s", modesOf(o.ports), because(d), strings.Join(examples, ", "))
	if n := len(o.ports) - maxExamples; n > 0 {
		f.Message += fmt.Sprintf(" and %d more", n)
	}
	return f
}

// modesOf says what ports serve: "2 ports are PERMISSIVE".
func modesOf(ports []backend) string {
	if len(ports) == 1 {
		return "1 port is " + ports[0].port.Decision.Mode.String()
	}
	return fmt.Sprintf("%d ports are %s", len(ports), ports[0].port.Decision.Mode)
}

// because is why, in brackets, where the finding is not about the policy that says it.
func because(d *resolve.Decision) string {
	if !d.By.IsZero() && d.Mode != resolve.None && d.Mode != resolve.Unknown || d.Why.IsZero() {
		return ""
	}
	return " (" + words.Because(d.Why) + ")"
}
