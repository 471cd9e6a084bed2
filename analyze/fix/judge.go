package fix

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/analyze/effect"
)

// verdict is what the world says of a change.
type verdict struct {
	// harm is why it may not be made, "" where it may.
	harm   string
	weaker []diff.PortChange
}

// judge compares the world with that of before.
func (f *fixer) judge(is *World, repaired []analyze.Finding) verdict {
	if harm := still(f.was.Findings, is.Findings, repaired); harm != "" {
		return verdict{harm: harm}
	}
	if harm := fresh(f.was.Findings, is.Findings); harm != "" {
		return verdict{harm: harm}
	}
	everywhere := func(string) bool { return true }
	d := diff.Compare(f.was.Side, is.Side, diff.ObjectsOf(f.was.Objects, is.Objects), everywhere)
	for i := range d.Calls {
		c := &d.Calls[i]
		if c.Effect.Worse() {
			return verdict{harm: fmt.Sprintf("tried on the model, the change makes a call %s: %s", worse[c.Effect], call(c))}
		}
	}
	var v verdict
	for _, p := range d.Ports {
		if p.Effect == effect.Weaker && p.Port != diff.AnyOther {
			v.weaker = append(v.weaker, p)
		}
	}
	return v
}

// call names the first of calls: "deploy/web.shop -> pay.shop.svc.cluster.local:80".
func call(c *diff.CallChange) string {
	client := ""
	for w := range c.Clients.Each {
		client = w.Short() + "." + w.Ref.Namespace
		break
	}
	return fmt.Sprintf("%s -> %s:%d", client, c.Host.Name, c.Port)
}

var worse = map[effect.Effect]string{effect.Breaks: "fail", effect.Weaker: "lose its mTLS", effect.Uncertain: "uncertain"}

// still names a finding that is there all the same. Where an element of a list goes, the
// next one takes its place, and its fingerprint: then there are fewer of the kind.
func still(was, is, repaired []analyze.Finding) string {
	there := prints(is)
	of := func(list []analyze.Finding, f *analyze.Finding) (n int) {
		for i := range list {
			if list[i].Code == f.Code && list[i].Object == f.Object {
				n++
			}
		}
		return n
	}
	for i := range repaired {
		if f := &repaired[i]; there[f.Fingerprint()] && of(is, f) >= of(was, f) {
			return fmt.Sprintf("%s %s would remain", f.Code, f.Object)
		}
	}
	return ""
}

// fresh names a finding that comes by a change: of a code, and as grave, of which there
// were fewer before.
func fresh(was, is []analyze.Finding) string {
	before := prints(was)
	left := map[string]int{}
	for i := range was {
		left[was[i].Code]++
	}
	for i := range is {
		if before[is[i].Fingerprint()] {
			left[is[i].Code]--
		}
	}
	for i := range is {
		f := &is[i]
		if f.Severity == analyze.Info || before[f.Fingerprint()] {
			continue
		}
		if left[f.Code]--; left[f.Code] < 0 {
			return fmt.Sprintf("tried on the model, the change causes %s %s: %s", f.Code, f.Object, f.Message)
		}
	}
	return ""
}

func prints(findings []analyze.Finding) map[string]bool {
	out := make(map[string]bool, len(findings))
	for i := range findings {
		out[findings[i].Fingerprint()] = true
	}
	return out
}
