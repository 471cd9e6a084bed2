package remedy

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Remedy is a change of DestinationRules after which a broken call works and no
// other call that the rules decide gets worse.
type Remedy struct {
	// Text is what to do: "delete spec.trafficPolicy.tls so that auto mTLS applies".
	Text    string
	Changes []RuleChange
	// kind groups remedies that do the same with more or less reach: of a group the
	// first that holds is offered.
	kind string
	// plaintext is true where the rule would send plaintext, whatever the server accepts later.
	plaintext bool
}

// offered is how many remedies are named.
const offered = 2

// patient is a call that remedies are looked for.
type patient struct{ *outbound.Call }

// Of are the changes of DestinationRules that repair a broken connection, and the others of
// its call with it; none where no such change does. Each was tried on the mesh.
func Of(c *outbound.Connection) []Remedy {
	if c.Outcome.Verdict != resolve.VerdictBroken || c.Call == nil || c.Call.Past || originates(c) {
		return nil
	}
	return c.Call.Derived(func() any { return proved(patient{c.Call}) }).([]Remedy)
}

// originates reports TLS that a rule adds for an application which speaks TLS itself, as its
// port is declared: without it the application gets plaintext, whatever becomes of the call.
func originates(c *outbound.Connection) bool {
	return (c.Sends.TLS == resolve.SendsSimple || c.Sends.TLS == resolve.SendsMutual) && !c.Sends.Auto && c.Port.Protocol.SaysTLS()
}

// proved are the first candidates that hold.
func proved(c patient) []Remedy {
	var list []Remedy
	for r := range c.candidates() {
		known := slices.ContainsFunc(list, func(x Remedy) bool { return x.kind == r.kind })
		if !known && try(c.Side, r.Changes).repairs(c.Call) {
			list = append(list, r)
		}
		if len(list) == offered {
			break
		}
	}
	return list
}

// draft is a DestinationRule that remedies start from: one that is there, a copy of
// it for one host, or a new one.
type draft struct {
	ref  resolve.Ref
	of   *outbound.DestinationRule
	spec *networkingapi.DestinationRule
	// intro begins the sentence about a rule that has to be added, outro ends it.
	intro, outro string
}

func (d *draft) clone() *draft {
	c := *d
	c.spec = d.spec.DeepCopy()
	return &c
}

func (d *draft) change() RuleChange { return RuleChange{d.ref, d.spec, d.of} }

// candidates are the changes that may repair the call, the plainest first.
func (c patient) candidates() iter.Seq[Remedy] {
	return func(yield func(Remedy) bool) {
		r := c.Setting.Rule
		switch {
		case r != nil && r.Backend:
			yield(Remedy{Text: "delete " + r.Ref.String() + ", which is for backends with their own TLS", Changes: []RuleChange{{r.Ref, nil, r}}, kind: "delete"})
		case r != nil && c.own(r):
			d := &draft{ref: r.Ref, of: r, spec: r.Spec()}
			_ = c.named(d, yield) && c.deletions(r, yield) && c.settings(d, c.Setting.Spot, yield)
		case r != nil:
			for _, d := range []*draft{c.narrowed(r, r.Ref.Namespace), c.narrowed(r, c.Class.Namespace)} {
				if d != nil && !(c.withoutTLS(d, yield) && c.settings(d, c.Setting.Spot, yield)) {
					return
				}
			}
		default:
			if d := c.added(); d != nil {
				c.settings(d, outbound.TopSpot, yield)
			}
		}
	}
}

// own reports a rule for the call's host, not one that decides for others too.
func (c patient) own(r *outbound.DestinationRule) bool {
	return !resolve.IsWildcard(r.FQDN) || r.FQDN == c.Host.Name
}

// deletions take the tls away that decides, and what would decide then, until
// auto mTLS does.
func (c patient) deletions(r *outbound.DestinationRule, yield func(Remedy) bool) bool {
	drafts := []*draft{{ref: r.Ref, of: r, spec: r.Spec()}}
	gone := [][]string{nil}
	for at, n := c, 0; n < 6; n++ {
		by, s, found := at.decidingSpot()
		if !found || by.Backend || !c.own(by) {
			break
		}
		i := slices.IndexFunc(drafts, func(d *draft) bool { return d.ref == by.Ref })
		if i < 0 {
			i = len(drafts)
			drafts, gone = append(drafts, &draft{ref: by.Ref, of: c.Side.RuleNamed(by.Ref), spec: by.Spec()}), append(gone, nil)
		}
		drafts[i] = drafts[i].clone()
		gone[i] = append(gone[i], string(s.Clear(drafts[i].spec)))
		at = patient{try(c.Side, changesOf(drafts)).again(c.Call)}
	}
	if at, found := c.balancer(r.Spec()); found && !c.withoutBalancer(at, drafts, gone, yield) {
		return false
	}
	if len(gone[0]) == 0 {
		return true
	}
	return yield(Remedy{Text: deletionText(drafts, gone) + " so that auto mTLS applies", Changes: changesOf(drafts), kind: "delete"})
}

// withoutBalancer takes the load balancer at a spot of the rule as it is away too, which
// stands elsewhere in the draft where entries are gone already.
func (c patient) withoutBalancer(was outbound.Spot, drafts []*draft, gone [][]string, yield func(Remedy) bool) bool {
	drafts, gone = slices.Clone(drafts), slices.Clone(gone)
	drafts[0] = drafts[0].clone()
	is, found := c.balancer(drafts[0].spec)
	if !found {
		return true
	}
	fields := slices.Clone(gone[0])
	if is.DropBalancer(drafts[0].spec) == is.Field() {
		entry := string(was.Field())
		fields = append(slices.DeleteFunc(fields, func(f string) bool { return strings.HasPrefix(f, entry+".") }), entry)
	} else {
		fields = append(fields, string(was.Field().Child("loadBalancer")))
	}
	gone[0] = fields
	text := deletionText(drafts, gone) + " so that auto mTLS decides for each endpoint"
	return yield(Remedy{Text: text, Changes: changesOf(drafts), kind: "delete"})
}

// deletionText names the fields, and the rules where there are several.
func deletionText(drafts []*draft, fields [][]string) string {
	var parts []string
	for i, d := range drafts {
		part := strings.Join(fields[i], " and ")
		if len(drafts) > 1 {
			part += " of " + d.ref.Path()
		}
		parts = append(parts, part)
	}
	return "delete " + strings.Join(parts, " and ")
}

func changesOf(drafts []*draft) []RuleChange {
	var list []RuleChange
	for _, d := range drafts {
		list = append(list, d.change())
	}
	return list
}

// settings write a mode where tls is decided, or else into an entry of the port.
func (c patient) settings(d *draft, at outbound.Spot, yield func(Remedy) bool) bool {
	for _, mode := range c.fitting() {
		kind := mode.String()
		if d.intro != "" {
			kind = "add" // one rule is enough
		}
		tls := &networkingapi.ClientTLSSettings{Mode: mode}
		whole := d.clone()
		at.Set(whole.spec, tls)
		text := fmt.Sprintf("set %s to {mode: %s}", at.Field().Child("tls"), mode)
		if d.intro != "" {
			text = fmt.Sprintf("%s and tls {mode: %s}%s", d.intro, mode, d.outro)
		}
		if !yield(Remedy{text, []RuleChange{whole.change()}, kind, mode == networkingapi.ClientTLSSettings_DISABLE}) {
			return false
		}
		entry, more := d.clone(), outbound.SaysMore(at.Policy(d.spec))
		if at.Entry != outbound.NoEntry || !at.AddEntry(entry.spec, c.Port.Number, tls) {
			continue
		}
		text = fmt.Sprintf("add an entry for port %d with tls {mode: %s} to %s.portLevelSettings", c.Port.Number, mode, at.PolicyField())
		switch {
		case d.intro != "":
			text = fmt.Sprintf("%s and a portLevelSettings entry for port %d with tls {mode: %s}%s", d.intro, c.Port.Number, mode, d.outro)
		case more:
			text += ", and repeat the other settings of the policy there: an entry replaces it"
		}
		if !yield(Remedy{text, []RuleChange{entry.change()}, kind, mode == networkingapi.ClientTLSSettings_DISABLE}) {
			return false
		}
	}
	return true
}

// fitting are the modes that a broken endpoint of the call takes.
func (c patient) fitting() []networkingapi.ClientTLSSettings_TLSmode {
	var modes []networkingapi.ClientTLSSettings_TLSmode
	for _, one := range c.Connections() {
		if one.Outcome.Verdict != resolve.VerdictBroken {
			continue
		}
		mode := networkingapi.ClientTLSSettings_ISTIO_MUTUAL
		switch mutual := one.Serves.OfMesh; {
		case one.Outcome.Why.Cause == resolve.CauseOpenedIntoTLS:
			mode = networkingapi.ClientTLSSettings_SIMPLE
		case one.Serves.Mode == resolve.Disable, one.Serves.Mode == resolve.None:
			mode = networkingapi.ClientTLSSettings_DISABLE
		case one.Serves.Mode == resolve.TLS && !mutual:
			mode = networkingapi.ClientTLSSettings_SIMPLE
		}
		if !slices.Contains(modes, mode) {
			modes = append(modes, mode)
		}
	}
	return modes
}
