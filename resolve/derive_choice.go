package resolve

// choice argues which of the rules of a place is for this client.
func (d *deriver) choice(found []*mergedRule) {
	chosen := d.call.rule
	for i, r := range found {
		at, name := place{r.first.Origin, "spec.workloadSelector"}, r.first.Ref
		switch {
		case !r.first.HasSelector && r == chosen && len(found) > 1:
			d.say(place{r.first.Origin, ""}, "3.2.9", "%s counts: the last of those without workloadSelector%s", name, d.apart(found[:i], r))
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

// apart says why a rule was not merged into one before it, and why it comes after
// it: the later one counts.
func (d *deriver) apart(before []*mergedRule, r *mergedRule) string {
	for _, b := range before {
		if b.first.HasSelector {
			continue
		}
		return "; not merged, since exportTo " + b.first.exports.String() + " and " + r.first.exports.String() + " differ, and " +
			earlier(b.first, r.first)
	}
	return ""
}

// earlier says why a rule is looked at before another.
func earlier(first, other *DestinationRule) string {
	return first.Ref.Name + " " + precedence(aged{first.Created, first.Ref}, aged{other.Created, other.Ref})
}

// merge argues what became of several rules for one host (3.2.9).
func (d *deriver) merge(m *mergedRule) {
	for _, r := range m.from[1:] {
		at, order := place{r.Origin, "spec.trafficPolicy"}, ""
		if r.HasSelector == m.first.HasSelector {
			order = "; " + earlier(m.first, r)
		} else if m.first.HasSelector {
			order = "; those with a workloadSelector come first"
		}
		switch policy := r.spec.GetTrafficPolicy(); {
		case r.backend:
			d.say(place{r.Origin, "spec.targetRefs"}, "3.2.9", "%s is put underneath: what %s sets wins, gaps are filled", r.Ref, m.first.Ref.Path())
		case policy != nil && m.policy == r:
			d.say(at, "3.2.9", "%s is merged into %s, which has no trafficPolicy: this one counts%s", r.Ref, m.first.Ref.Path(), order)
		case policy != nil:
			d.say(at, "3.2.9", "%s is merged into %s, which has a trafficPolicy already: this one is dropped%s", r.Ref, m.first.Ref.Path(), order)
		default:
			d.say(place{r.Origin, "spec.subsets"}, "3.2.9", "%s is merged into %s: it adds subsets only%s", r.Ref, m.first.Ref.Path(), order)
		}
	}
}

// mostPassed is how many rules that do not count are named.
const mostPassed = 5

// passed names rules that a reader may take for this host's, and says what keeps
// them from counting; those in named were spoken of.
func (d *deriver) passed(named map[*DestinationRule]bool) {
	said := 0
	for _, r := range d.mesh.rules {
		if named[r] || r.FQDN == "*" || said == mostPassed {
			continue
		}
		at := place{r.Origin, "spec.host"}
		switch {
		case subsetOf(d.host.Name, r.FQDN):
			why, rule, _ := d.mesh.passedOver(r, d.class, d.host, d.call.rule)
			if r.HasSelector && r.Ref.Namespace != d.class.Namespace {
				why = "its workloadSelector reaches clients of namespace " + r.Ref.Namespace + " only"
			}
			d.say(at, rule, "%s, host %s, does not count: %s", r.Ref, r.Host, why)
		case !d.host.kubernetes:
			continue
		case r.Host == d.host.Ref.Name+"."+d.host.Namespace:
			d.say(at, "3.2.1", "%s says host %s: with a dot it is taken as it is, and is no service", r.Ref, r.Host)
		case r.Host == d.host.Ref.Name:
			d.say(at, "3.2.1", "%s says host %s, which means %s, of its own namespace: another host", r.Ref, r.Host, r.FQDN)
		default:
			continue
		}
		said++
	}
}
