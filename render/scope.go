package render

import (
	"strings"

	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

func baseOf(s *wire.Scope) base {
	if s.Base == "" {
		return ""
	}
	return base(strings.TrimSuffix(s.Base, "/") + "/")
}

// NewGaps turns gaps into their wire form, in the order given.
func NewGaps(gaps []resolve.Gap) []wire.Gap {
	list := make([]wire.Gap, 0, len(gaps))
	for _, g := range gaps {
		list = append(list, wire.Gap{Cluster: g.Cluster, Kind: string(g.Kind), Resource: g.Resource, Namespaces: g.Namespaces, Except: g.Except, Revision: g.Revision, Reason: g.Reason})
	}
	return list
}

// NewProblems turns problems into their wire form, in the order given.
func NewProblems(problems []resolve.Problem) []wire.Problem {
	list := make([]wire.Problem, 0, len(problems))
	for _, p := range problems {
		list = append(list, wire.Problem{Position: positionOf(p.Position), Object: refOf(p.Ref), Field: string(p.Field), Message: p.Message, Hint: p.Hint, Cause: p.Cause, Harmless: p.Harmless})
	}
	return list
}

// filled is a Scope without null arrays and maps.
func filled(s wire.Scope) wire.Scope {
	if s.Namespaces == nil {
		s.Namespaces = []string{}
	}
	if s.Objects == nil {
		s.Objects = map[string]int{}
	}
	if s.Skipped == nil {
		s.Skipped = map[string]int{}
	}
	if s.Problems == nil {
		s.Problems = []wire.Problem{}
	}
	s.Cluster.Gaps = append([]wire.Gap{}, s.Cluster.Gaps...)
	s.Cluster.Absent = append([]string{}, s.Cluster.Absent...)
	return s
}
