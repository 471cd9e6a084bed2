package render

import (
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Scope says what an answer covers: what was read, and what could not be.
type Scope struct {
	// Namespaces are those that were asked for; empty means all.
	Namespaces    []string       `json:"namespaces"`
	RootNamespace string         `json:"rootNamespace"`
	Files         int            `json:"files"`
	Documents     int            `json:"documents"`
	Objects       map[string]int `json:"objects"`
	// Skipped counts documents of kinds that say nothing about mTLS.
	Skipped map[string]int `json:"skipped"`
	// Defaulted counts objects that named no namespace.
	Defaulted int       `json:"defaulted"`
	Problems  []Problem `json:"problems"`
	// Cluster says what was read of a cluster; its name is "" for files.
	Cluster Cluster `json:"cluster"`
	// Base is the one directory that was read, "" when there were several: texts
	// for people name files below it without it.
	Base string `json:"-"`
}

func (s Scope) base() base {
	if s.Base == "" {
		return ""
	}
	return base(strings.TrimSuffix(s.Base, "/") + "/")
}

// Cluster is the part of a Scope that speaks of a cluster.
type Cluster struct {
	// Name is the kubeconfig context.
	Name string `json:"name"`
	// Gaps are the kinds that could not be read: with any, the answer is incomplete.
	Gaps []resolve.Gap `json:"gaps"`
	// Absent are the kinds of Istio that the cluster does not serve.
	Absent []string `json:"absent"`
	// Defaults says which mesh configuration could not be read, "" when it was.
	Defaults string `json:"defaults"`
}

// Problem is something in the input that could not be used; with any that is not harmless, the answer
// is incomplete.
type Problem struct {
	Position Position `json:"position"`
	Object   Ref      `json:"object"`
	Field    string   `json:"field"`
	Message  string   `json:"message"`
	Hint     string   `json:"hint"`
	// Cause is a stable word for why a cluster refuses the object, "" for other problems.
	Cause string `json:"cause"`
	// Harmless is true where the answer is complete all the same: nothing that the problem
	// hides can bear on mTLS.
	Harmless bool `json:"harmless"`
}

// NewProblems turns problems into their wire form, in the order given.
func NewProblems(problems []resolve.Problem) []Problem {
	list := make([]Problem, 0, len(problems))
	for _, p := range problems {
		list = append(list, Problem{positionOf(p.Position), refOf(p.Ref), string(p.Field), p.Message, p.Hint, p.Cause, p.Harmless})
	}
	return list
}

// filled returns s without null arrays and maps.
func (s Scope) filled() Scope {
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
		s.Problems = []Problem{}
	}
	s.Cluster.Gaps = append([]resolve.Gap{}, s.Cluster.Gaps...)
	s.Cluster.Absent = append([]string{}, s.Cluster.Absent...)
	return s
}
