package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
)

// HTTPRuleOnTCP finds rules with HTTP fields at ports that speak TCP (5.4).
var HTTPRuleOnTCP = register(&analyze.Check{
	Code:     "MTLS0505",
	Name:     "http-rule-on-tcp",
	Severity: analyze.Warning,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindAuthorizationPolicy, resolve.KindMeshConfig},
	Controls: access,
	Title:    "A rule with HTTP fields applies to a TCP port",
	Why: `Methods, paths, hosts and tokens do not exist on a port that its Service declares as TCP (or TLS, HTTPS, Mongo, Redis,
MySQL). istiod chooses the safer meaning, which is rarely the intended one: it drops an ALLOW rule completely, and applies a
DENY rule without these fields, so it denies every call to the port that its other fields match.`,
	Fix:  "limit the rule to HTTP ports (to.operation.ports); if this port is HTTP, name it http or set appProtocol",
	Docs: []string{"https://istio.io/latest/docs/tasks/security/authorization/authz-tcp/"},
	Before: mixedWorld + guardedStrict + denyAdmin + `    - to: [{operation: {paths: [/admin]}}]
`,
	After: mixedWorld + guardedStrict + denyAdmin + `    - to: [{operation: {paths: [/admin], ports: ["8080"]}}]
`,
	Run: func(p *analyze.Pass) {
		set, found := p.AuthorizationPolicies(), map[*authz.Policy]*misread{}
		for _, w := range p.Workloads() {
			if !authz.Guards(w) {
				continue
			}
			on := set.On(w)
			for _, g := range guardedPorts(w) {
				if g.call.Filter != authz.TCPFilter || g.mode() == resolve.None {
					continue
				}
				for _, r := range misreadAt(on, g) {
					if found[r.Policy] == nil {
						found[r.Policy] = &misread{rule: r}
					}
					found[r.Policy].at(r, g)
				}
			}
		}
		for _, m := range found {
			p.Report(m.finding())
		}
	},
})

const (
	mixedWorld = shopNamespace + `apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  template:
    metadata: {labels: {app: pay}}
    spec: {containers: [{name: pay, ports: [{containerPort: 8080}, {containerPort: 5000}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: shop}
spec:
  selector: {app: pay}
  ports: [{name: http, port: 80, targetPort: 8080}, {name: tcp-feed, port: 5000}]
---
`
	denyAdmin = `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: no-admin, namespace: shop}
spec:
  selector: {matchLabels: {app: pay}}
  action: DENY
  rules:
`
)

// misread is a rule that a filter reads otherwise than it is written.
type misread struct {
	tally
	rule *authz.Rule
	// all is true where it then denies every call, named where it names the port.
	all, named bool
}

// misreadAt are the rules with HTTP fields that reach a TCP port: of ALLOW, those without
// which nobody is let in, or that name the port.
func misreadAt(on []*authz.Policy, g guarded) []*authz.Rule {
	mtls := g.call
	mtls.Identified = true
	shut := authz.Judge(on, mtls) == authz.DeniedByAllow
	var out []*authz.Rule
	for _, p := range on {
		for _, r := range p.Rules {
			if len(r.Unsupported(authz.TCPFilter)) == 0 || !reaches(r, g) {
				continue
			}
			if p.Action == authz.Deny || p.Action == authz.Allow && (shut || namesPort(r)) {
				out = append(out, r)
			}
		}
	}
	return out
}

// reaches reports a rule that would look at calls to the port if they were HTTP.
func reaches(r *authz.Rule, g guarded) bool {
	return r.Answer(authz.Call{Port: g.call.Port, Filter: authz.HTTPFilter, Identified: true}) != authz.Never
}

// namesPort reports a rule that is about ports by number.
func namesPort(r *authz.Rule) bool {
	return slices.ContainsFunc(r.Terms(), func(t authz.Term) bool { return t.About == authz.Port && !t.Not })
}

func (m *misread) at(r *authz.Rule, g guarded) {
	if n := len(m.ports); n == 0 || m.ports[n-1].workload != g.workload || m.ports[n-1].call.Port != g.call.Port {
		m.add(g)
	}
	mtls := g.call
	mtls.Identified = true
	m.all = m.all || r.Policy.Action == authz.Deny && r.Answer(mtls) == authz.Always
	m.named = m.named || namesPort(r)
}

func (m *misread) finding() analyze.Finding {
	terms := m.rule.Unsupported(authz.TCPFilter)
	f := analyze.Finding{
		Object: m.rule.Policy.Ref, Origin: m.rule.Policy.Origin, Field: terms[0].Field, Involved: m.refs(), Affected: m.affected(), Fix: m.fix(),
	}
	if !slices.ContainsFunc(m.ports, func(g guarded) bool { return g.decision.Mode != resolve.Unknown }) {
		f.Confidence = analyze.Likely
	}
	where := m.where()
	switch {
	case m.rule.Policy.Action == authz.Allow:
		f.Message = fmt.Sprintf("allows by %s, which a TCP port does not have: Istio drops the rule at %s", written(terms), where)
		if !m.named {
			f.Message += ", and no other rule allows any call"
		}
	case m.all:
		f.Severity = analyze.Error
		f.Message = fmt.Sprintf("denies by %s, which a TCP port does not have: without them the rule denies every call to %s", written(terms), where)
	default:
		f.Message = fmt.Sprintf("denies by %s, which a TCP port does not have: the rule applies without them at %s, and denies more calls than intended", written(terms), where)
	}
	return f
}

// where names the ports with their protocol, and not their mode.
func (m *misread) where() string {
	var names []string
	for _, g := range m.ports[:min(len(m.ports), maxExamples)] {
		names = append(names, fmt.Sprintf("port %d of %s (%s)", g.call.Port, g.workload.Short(), g.port.Protocol))
	}
	text := strings.Join(names, ", ")
	if more := len(m.ports) - maxExamples; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func (m *misread) fix() string {
	if m.named {
		return "write rules for the port with ports, principals, namespaces and ipBlocks; if it is HTTP, name it http in its Service or set appProtocol"
	}
	return ""
}

// written lists terms as they are written, each once.
func written(terms []authz.Term) string {
	var words []string
	for _, t := range terms {
		if !slices.Contains(words, t.Written()) {
			words = append(words, t.Written())
		}
	}
	return strings.Join(words, ", ")
}
