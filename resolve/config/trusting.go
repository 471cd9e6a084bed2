package config

import "slices"

// Trusting groups clusters, by their number, whose trust domains are one or know each other: others
// are meshes of their own.
func Trusting(clusters []*Control) (groups [][]int) {
	for n, c := range clusters {
		own, group := c.First.Trust(), []int{n}
		groups = slices.DeleteFunc(groups, func(g []int) bool {
			known := slices.ContainsFunc(g, func(o int) bool {
				other := clusters[o].First.Trust()
				return own.Expects(other.Domain()) || other.Expects(own.Domain())
			})
			if known {
				group = append(slices.Clone(g), group...)
			}
			return known
		})
		slices.Sort(group)
		groups = append(groups, group)
	}
	return groups
}
