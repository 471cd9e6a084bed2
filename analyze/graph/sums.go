package graph

import "github.com/mtlsctl/mtlsctl/analyze/calls"

// sums add up rosters, each once, of what is known of their groups, each once too: a large mesh has
// as many rosters as groups.
type sums struct {
	rosters map[*calls.Roster][]share
	groups  map[*calls.Group][]place
	places  map[*Node]int
	counts  []int
}

// place is a share by the place of its node among the counts.
type place struct {
	at int
	share
}

func newSums() sums {
	return sums{map[*calls.Roster][]share{}, map[*calls.Group][]place{}, map[*Node]int{}, nil}
}

func (s *sums) of(r *calls.Roster, shares func(*calls.Group) []share) []share {
	if list, done := s.rosters[r]; done {
		return list
	}
	var list []share
	var places []int
	for _, g := range r.Groups {
		for _, p := range s.group(g, shares) {
			if s.counts[p.at] == 0 {
				list, places = append(list, p.share), append(places, p.at)
			}
			s.counts[p.at] += p.workloads
		}
	}
	for i, at := range places {
		list[i].workloads, s.counts[at] = s.counts[at], 0
	}
	s.rosters[r] = list
	return list
}

func (s *sums) group(g *calls.Group, shares func(*calls.Group) []share) []place {
	if list, done := s.groups[g]; done {
		return list
	}
	list := []place{}
	for _, one := range shares(g) {
		at, met := s.places[one.Node]
		if !met {
			at = len(s.counts)
			s.places[one.Node], s.counts = at, append(s.counts, 0)
		}
		list = append(list, place{at, one})
	}
	s.groups[g] = list
	return list
}
