package cmd

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// checkDefined refuses a subset that no DestinationRule for the target's hosts
// defines: a call to it has no cluster, and an empty answer would look like one.
func (r reach) checkDefined(m *resolve.Mesh) error {
	if r.subset == "" || len(r.hosts) == 0 {
		return nil
	}
	var defined []string
	for _, rule := range m.DestinationRules() {
		if !r.ruledBy(rule) {
			continue
		}
		for _, s := range rule.Spec().GetSubsets() {
			defined = append(defined, s.GetName())
		}
	}
	if slices.Contains(defined, r.subset) {
		return nil
	}
	slices.Sort(defined)
	var names []string
	for h := range r.hosts {
		names = append(names, h.Name)
	}
	slices.Sort(names)
	hint := "no DestinationRule defines subsets of " + some(names, 3)
	if len(defined) > 0 {
		hint = "subsets: " + strings.Join(unique(defined), ", ")
	}
	return usage(hint, "--to %s: no subset %s", r.raw, r.subset)
}

// ruledBy reports a rule whose host names one of the target's.
func (r reach) ruledBy(rule *resolve.DestinationRule) bool {
	for h := range r.hosts {
		suffix, wild := strings.CutPrefix(rule.FQDN, "*")
		if rule.FQDN == h.Name || wild && strings.HasSuffix(h.Name, suffix) {
			return true
		}
	}
	return false
}
