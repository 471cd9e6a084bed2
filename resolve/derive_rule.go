package resolve

import (
	"strings"
)

// rule argues which DestinationRule counts: every place that was looked at, what
// was chosen there, what it was merged of, and what was never looked at (3.2).
func (d *deriver) rule() {
	d.step("rule")
	if len(d.mesh.rules) == 0 {
		d.say(nowhere, "", "the input has no DestinationRule")
		return
	}
	var trail []LookUp
	found := d.class.rules.places(d.class.Namespace, d.host.Namespace).find(d.host.Name, &trail)
	named := map[*DestinationRule]bool{}
	for _, l := range trail {
		d.lookedUp(l)
		for _, r := range l.Rules {
			named[r] = true
		}
	}
	if rest := d.unvisited(len(trail)); len(found) > 0 && rest != "" {
		d.say(nowhere, "3.2.3", "%s not looked at: the search ends with a hit", rest)
	}
	d.choice(found)
	if d.call.rule != nil {
		d.merge(d.call.rule)
	}
	d.passed(named)
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
	at, has := place{l.Rules[0].Origin, "spec.host"}, "has"
	if strings.HasPrefix(l.Place, "private rules") {
		has = "have"
	}
	if !l.Taken {
		d.say(at, "3.2.5", "%s "+has+" %s for host %s: %s", l.Place, strings.Join(names, ", "), l.Host, strings.TrimSuffix(l.Because, " (3.2.5)"))
		return
	}
	text, rule := "for the host itself", "3.2.2"
	if l.Host != d.host.Name {
		text, rule = "for "+l.Host+", the longest suffix here; more specific ones elsewhere are not compared", "3.2.4"
	}
	d.say(at, rule, "%s "+has+" %s %s: taken", l.Place, strings.Join(names, ", "), text)
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
