package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// contradiction is one setting of a rule against what the policies of a namespace decide.
type contradiction struct {
	rule      *outbound.Unhosted
	sends     outbound.UnhostedSending
	namespace string
	// serves is what the policies decide, Outcome what becomes of the call.
	serves  resolve.Decision
	outcome resolve.Outcome
	// unsettled is a policy with a selector that may decide otherwise, nil for none.
	unsettled *inbound.PeerAuthentication
	// more are further namespaces of which the same holds.
	more []string
}

// contradictions are those of one rule, one for each setting.
func contradictions(m *mesh.Mesh, u *outbound.Unhosted, policies []*inbound.PeerAuthentication) []contradiction {
	var out []contradiction
	for _, sends := range u.Sends {
		var first *contradiction
		for _, ns := range namespacesUnder(m, u, policies) {
			c := contradiction{rule: u, sends: sends, namespace: ns, serves: m.Unselected(ns)}
			if !c.fails(policies) {
				continue
			}
			if first == nil {
				first = &c
			} else if first.unsettled != nil && c.unsettled == nil {
				c.more, first = append(first.more, first.namespace), &c
			} else {
				first.more = append(first.more, ns)
			}
		}
		if first != nil {
			out = append(out, *first)
		}
	}
	return out
}

// namespacesUnder are the namespaces whose policies a rule is held against: the Service's,
// or for a host of all namespaces each that has policies, and "" for any other.
func namespacesUnder(m *mesh.Mesh, u *outbound.Unhosted, policies []*inbound.PeerAuthentication) []string {
	if u.Namespace != "" {
		return []string{u.Namespace}
	}
	list := []string{""}
	for _, p := range policies {
		if ns := p.Ref.Namespace; ns != m.RootNamespace() && !slices.Contains(list, ns) {
			list = append(list, ns)
		}
	}
	slices.Sort(list)
	return list
}

// fails works out whether the call fails, for a workload that no selector picks, or for one
// that a policy picks whose selector names the Service.
func (c *contradiction) fails(policies []*inbound.PeerAuthentication) bool {
	c.outcome = resolve.Judge(c.sends.TLS, c.serves.Mode, resolve.ProtocolAuto)
	wide := c.outcome.Verdict == resolve.VerdictBroken
	for _, p := range policies {
		if p.Ref.Namespace != c.namespace || len(p.Selector) == 0 || p.Rejected != "" || !namesService(p, c.rule.Service) {
			continue
		}
		for _, mode := range modesBy(p, c.serves.Mode) {
			outcome := resolve.Judge(c.sends.TLS, mode, resolve.ProtocolAuto)
			if broken := outcome.Verdict == resolve.VerdictBroken; broken == wide {
				continue
			}
			c.unsettled = p
			if !wide {
				c.outcome, c.serves = outcome, resolve.Decision{Mode: mode, By: p.Ref}
			}
			return true
		}
	}
	return wide
}

// modesBy are the modes that a policy gives its workloads and ports.
func modesBy(p *inbound.PeerAuthentication, inherited resolve.Mode) []resolve.Mode {
	mode := p.Mode
	if mode == resolve.Unset {
		mode = inherited
	}
	modes := []resolve.Mode{mode}
	for _, e := range p.Ports {
		if e.Mode != resolve.Unset {
			modes = append(modes, e.Mode)
		}
	}
	return modes
}

// namesService reports whether a policy seems to be for the workloads of a Service: its
// name, or the value of a label that it selects, is the Service's name or has it as whole
// words between dashes.
func namesService(p *inbound.PeerAuthentication, service string) bool {
	if service == "" {
		return true // a wildcard: any workload may be meant
	}
	about := func(word string) bool {
		return strings.Contains("-"+word+"-", "-"+service+"-") || strings.Contains("-"+service+"-", "-"+word+"-")
	}
	for _, v := range p.Selector {
		if about(v) {
			return true
		}
	}
	return about(p.Ref.Name)
}

func (c *contradiction) finding() analyze.Finding {
	s := c.sends
	f := analyze.Finding{
		Object: s.By, Origin: s.Origin, Field: s.Field, Confidence: analyze.Likely,
		Fix: "delete " + string(s.Field) + " so that auto mTLS decides",
	}
	f.Message = fmt.Sprintf("clients send %s to %s, and the port is %s by %s: every such call fails%s",
		sendsWord(s.TLS), c.target(), c.serves.Mode, deciderText(c.serves), c.symptom())
	if len(c.more) > 0 {
		f.Message += fmt.Sprintf("; the same holds for namespace%s %s", pluralS(len(c.more)), strings.Join(c.more[:min(len(c.more), maxExamples)], ", "))
	}
	if !c.serves.By.IsZero() {
		f.Involved = append(f.Involved, c.serves.By)
	}
	lacks := "the input does not hold the Service"
	if c.rule.Empty {
		lacks = "the input does not hold its workloads"
	}
	switch {
	case c.unsettled == nil:
		f.Message += "; " + lacks + ": assumes a sidecar, and no policy that selects its workloads"
		return f
	case c.unsettled.Ref == c.serves.By:
		f.Message += fmt.Sprintf("; %s: assumes that %s selects its workloads", lacks, c.unsettled.Ref)
	default:
		f.Message += fmt.Sprintf("; %s: assumes a sidecar, and that %s does not select its workloads", lacks, c.unsettled.Ref)
		f.Involved = append(f.Involved, c.unsettled.Ref)
	}
	f.Confidence = analyze.Possible
	return f
}

func (c *contradiction) symptom() string {
	if c.outcome.Symptom.IsZero() {
		return ""
	}
	return " (" + words.Symptom(c.outcome.Symptom) + ")"
}

// target names what is called, as far as the rule does.
func (c *contradiction) target() string {
	var name string
	switch u := c.rule; {
	case u.Namespace == "" && c.namespace == "":
		name = "every Service"
	case u.Namespace == "":
		name = "every Service of namespace " + c.namespace
	case u.Service == "":
		name = "every Service of namespace " + u.Namespace
	default:
		name = "Service " + u.Service + "." + u.Namespace
	}
	if c.sends.Port != 0 {
		name += fmt.Sprintf(", port %d", c.sends.Port)
	}
	if c.sends.Subset != "" {
		name += ", subset " + c.sends.Subset
	}
	return name
}

// deciderText names what decides a mode.
func deciderText(d resolve.Decision) string {
	if d.By.IsZero() {
		return "Istio's default"
	}
	return d.By.String()
}

func pluralS(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}
