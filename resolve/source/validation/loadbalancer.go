package validation

import (
	"fmt"
	"slices"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"
)

func (r *report) loadBalancer(l *networkingapi.LoadBalancerSettings, at *place) {
	if l == nil {
		return
	}
	if h := l.GetConsistentHash(); h != nil {
		r.consistentHash(h, at.child("consistentHash"))
	}
	if l.LocalityLbSetting != nil && l.ZoneAwareLbSetting != nil {
		r.add(CauseChoice, at, "only one of localityLbSetting, zoneAwareLbSetting can be set")
	}
	r.locality(l.LocalityLbSetting, at.child("localityLbSetting"))
	r.zoneAware(l.ZoneAwareLbSetting, at.child("zoneAwareLbSetting"))
	if w := l.Warmup; w != nil {
		at := at.child("warmup")
		if w.Duration == nil {
			r.add(CauseRequired, at, "duration is required")
		}
		r.duration(w.Duration, at.child("duration"))
		if w.MinimumPercent.GetValue() > 100 {
			r.add(CauseValue, at.child("minimumPercent"), "it is more than 100")
		}
		if w.Aggression != nil && w.Aggression.GetValue() <= 0 {
			r.add(CauseValue, at.child("aggression"), "it must be greater than 0")
		}
	}
}

func (r *report) consistentHash(h *networkingapi.LoadBalancerSettings_ConsistentHashLB, at *place) {
	if c := h.GetHttpCookie(); c != nil {
		if c.Name == "" {
			r.add(CauseRequired, at.child("httpCookie"), "name is required")
		}
		seen := map[string]bool{}
		for i, a := range c.GetAttributes() {
			at := at.child("httpCookie").child("attributes").at(i)
			if a.GetName() == "" {
				r.add(CauseRequired, at, "name is required")
			} else if seen[a.GetName()] {
				r.add(CauseDuplicate, at, fmt.Sprintf("a second attribute %s", Quoted(a.GetName())))
			}
			seen[a.GetName()] = true
		}
	}
	//lint:ignore SA1019 who sets it beside its successor is refused
	if h.MinimumRingSize != 0 && h.GetHashAlgorithm() != nil {
		r.add(CauseChoice, at.child("minimumRingSize"), "it cannot be set with ringHash or maglev")
	}
	if m := h.GetMaglev(); m != nil && (m.TableSize == 0 || m.TableSize >= 5000011 || !isPrime(m.TableSize)) {
		r.add(CauseValue, at.child("maglev").child("tableSize"), "it must be a prime number less than 5000011")
	}
}

func isPrime(n uint64) bool {
	if n < 4 {
		return n != 0
	}
	for factor := uint64(2); factor*factor <= n; factor++ {
		if n%factor == 0 {
			return false
		}
	}
	return true
}

func (r *report) locality(l *networkingapi.LocalityLoadBalancerSetting, at *place) {
	if l == nil {
		return
	}
	if len(l.GetDistribute()) > 0 && len(l.GetFailover()) > 0 {
		r.add(CauseChoice, at, "only one of distribute, failover can be set")
		return
	}
	if len(l.GetFailover()) > 0 && slices.ContainsFunc(l.GetFailoverPriority(), isTopology) {
		r.add(CauseChoice, at.child("failoverPriority"), "with failover it cannot name a label of the topology")
		return
	}
	var from []string
	for i, d := range l.GetDistribute() {
		at := at.child("distribute").at(i)
		from = append(from, d.From)
		if !r.distribution(d, at) {
			return
		}
	}
	if bad := badLocalities(from); bad != "" {
		r.add(CauseValue, at.child("distribute"), bad)
	}
	failover(r, l.GetFailover(), at.child("failover"))
}

// distribution checks weights; what follows is not looked at where they do not add up.
func (r *report) distribution(d *networkingapi.LocalityLoadBalancerSetting_Distribute, at *place) bool {
	total, to := uint32(0), []string(nil)
	for locality, weight := range d.To {
		to = append(to, locality)
		if weight <= 0 || weight > 100 {
			r.add(CauseValue, at.child("to").child(locality), "a weight is a number from 1 to 100")
			return false
		}
		total += weight
	}
	if total != 100 {
		r.add(CauseValue, at.child("to"), fmt.Sprintf("the weights add up to %d, not to 100", total))
		return false
	}
	slices.Sort(to) // of a map
	if bad := badLocalities(to); bad != "" {
		r.add(CauseValue, at.child("to"), bad)
	}
	return true
}

func (r *report) zoneAware(l *networkingapi.ZoneAwareLoadBalancerSetting, at *place) {
	for i, key := range l.GetFailoverPriority() {
		if isTopology(key) {
			r.add(CauseValue, at.child("failoverPriority").at(i), "regions and zones are preferred anyway and cannot be named here")
		}
	}
	failover(r, l.GetFailover(), at.child("failover"))
}

func isTopology(label string) bool {
	return label == "topology.kubernetes.io/region" || label == "topology.kubernetes.io/zone" || label == "topology.istio.io/subzone"
}

func failover[F interface {
	GetFrom() string
	GetTo() string
}](r *report, list []F, at *place) {
	for i, f := range list {
		switch {
		case f.GetFrom() == f.GetTo():
			r.add(CauseValue, at.at(i), "from and to have to be different regions")
		case strings.ContainsAny(f.GetFrom()+f.GetTo(), "/*"):
			r.add(CauseValue, at.at(i), "from and to are regions, without zone and without *")
		}
	}
}

// badLocalities says why places overlap or are malformed, "" when they are right.
func badLocalities(list []string) string {
	var before [][]string
	for _, l := range list {
		if n := strings.Count(l, "*"); n > 1 || n == 1 && !strings.HasSuffix(l, "*") {
			return fmt.Sprintf("locality %s: * is allowed once, at the end", Quoted(l))
		}
		parts := strings.SplitN(l, "/", 3)
		if slices.Contains(parts, "") {
			return fmt.Sprintf("locality %s has an empty part", Quoted(l))
		}
		if slices.ContainsFunc(before, func(b []string) bool { return overlaps(b, parts) }) {
			return fmt.Sprintf("locality %s overlaps with another", Quoted(l))
		}
		before = append(before, parts)
	}
	return ""
}

// overlaps compares region, zone and subzone of a place with one that is named before
// it. Only the one before can have * for all.
func overlaps(before, l []string) bool {
	if before[0] == "*" {
		return true
	}
	for i := range min(len(before), len(l)) {
		if i > 0 && before[i] == "*" {
			return true
		}
		if before[i] != l[i] {
			return false
		}
	}
	return true
}
