package resolve

import (
	"strings"
)

// rule argues which DestinationRule counts: every place that was looked at, what
// was chosen there, what it was merged of, and what was never looked at (3.2).
func (d *deriver) rule() {
	d.step("rule")
	var trail []LookUp
	found := d.class.rules.find(d.class.Namespace, d.host.Namespace, d.host.Name, &trail)
	for _, l := range trail {
		d.lookedUp(l)
	}
	if rest := d.unvisited(len(trail)); len(found) > 0 && rest != "" {
		d.say(nowhere, "3.2.3", "%s not looked at: the search ends with a hit", rest)
	}
	d.choice(found)
	if d.call.rule != nil {
		d.merge(d.call.rule)
	}
	d.neverUsed()
}

func (d *deriver) lookedUp(l LookUp) {
	if len(l.Rules) == 0 {
		d.say(nowhere, "3.2.2", "%s: no rule's host matches", l.Place)
		return
	}
	names := make([]string, len(l.Rules))
	for i, r := range l.Rules {
		names[i] = r.Ref.Path()
	}
	at := place{l.Rules[0].Origin, "spec.host"}
	if !l.Taken {
		d.say(at, "3.2.5", "%s has %s for host %s: %s", l.Place, strings.Join(names, ", "), l.Host, strings.TrimSuffix(l.Because, " (3.2.5)"))
		return
	}
	text := "for the host itself"
	if l.Host != d.host.Name {
		text = "for " + l.Host + ", the longest suffix here; more specific ones elsewhere are not compared"
	}
	d.say(at, "3.2.4", "%s has %s %s: taken", l.Place, strings.Join(names, ", "), text)
}

// unvisited are the places that the search did not come to.
func (d *deriver) unvisited(visited int) string {
	places := []string{"client namespace", "service namespace " + d.host.Namespace, "root namespace " + d.mesh.rootNamespace}
	places = places[min(visited, len(places)):]
	switch len(places) {
	case 0:
		return ""
	case 1:
		return places[0] + " is"
	}
	return strings.Join(places, " and ") + " are"
}

// choice argues which of the rules of a place is for this client.
func (d *deriver) choice(found []*mergedRule) {
	chosen := d.call.rule
	for _, r := range found {
		at, name := place{r.first.Origin, "spec.workloadSelector"}, r.first.Ref
		switch {
		case !r.first.HasSelector && r == chosen && len(found) > 1:
			d.say(place{r.first.Origin, ""}, "3.2.9", "%s counts: the last of those without workloadSelector", name)
		case !r.first.HasSelector && r != chosen && chosen != nil && chosen.first.HasSelector:
			d.say(place{r.first.Origin, ""}, "3.2.7", "%s gives way to the one that selects the client", name)
		case !r.first.HasSelector && r != chosen:
			d.say(place{r.first.Origin, ""}, "3.2.9", "%s gives way to the one listed after it", name)
		case r.first.HasSelector && r == chosen:
			d.say(at, "3.2.7", "%s counts: it selects the client", name)
		case r.first.HasSelector && selects(r.first.Selector, d.class.labels):
			d.say(at, "3.2.7", "%s selects the client too, and comes later", name)
		case r.first.HasSelector:
			d.say(at, "3.2.7", "%s is for other clients: its workloadSelector does not select %s", name, d.Client.Short())
		}
	}
	if chosen == nil && len(found) > 0 {
		d.say(nowhere, "3.2.8", "so no DestinationRule counts: the search is over, and rules beside the service or in the root namespace are masked")
	}
}

// merge argues what became of several rules for one host (3.2.9).
func (d *deriver) merge(m *mergedRule) {
	for _, r := range m.from[1:] {
		at := place{r.Origin, "spec.trafficPolicy"}
		switch policy := r.spec.GetTrafficPolicy(); {
		case r.backend:
			d.say(place{r.Origin, "spec.targetRefs"}, "3.2.9", "%s is put underneath: what %s sets wins, gaps are filled", r.Ref, m.first.Ref.Path())
		case policy != nil && m.policy == r:
			d.say(at, "3.2.9", "%s is merged into %s, which has no trafficPolicy: this one counts", r.Ref, m.first.Ref.Path())
		case policy != nil:
			d.say(at, "3.2.9", "%s is merged into %s, which has a trafficPolicy already: this one is dropped", r.Ref, m.first.Ref.Path())
		default:
			d.say(place{r.Origin, "spec.subsets"}, "3.2.9", "%s is merged into %s: it adds subsets only", r.Ref, m.first.Ref.Path())
		}
	}
}

// neverUsed names rules that a reader may take for this host's.
func (d *deriver) neverUsed() {
	for _, r := range d.mesh.rules {
		ns := r.Ref.Namespace
		third := ns != d.class.Namespace && ns != d.host.Namespace && ns != d.mesh.rootNamespace
		switch {
		case subsetOf(d.host.Name, r.FQDN) && third && r.FQDN != "*":
			d.say(place{r.Origin, "spec.host"}, "3.2.3", "%s is for the host too, but namespace %s is neither the client's, nor the service's, nor the root: never used", r.Ref, ns)
		case d.host.kubernetes && r.Host == d.host.Ref.Name+"."+d.host.Namespace:
			d.say(place{r.Origin, "spec.host"}, "3.2.1", "%s says host %s: with a dot it is taken as it is, and is no service", r.Ref, r.Host)
		}
	}
}
