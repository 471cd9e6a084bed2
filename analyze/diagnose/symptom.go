package diagnose

import (
	"slices"
	"strings"
)

// Symptom is one way in which calls fail, as people see it in logs.
type Symptom struct {
	// Name is a stable word, such as "no-filter-chain"; Title is one sentence without a full stop.
	Name, Title string
	// Means is what happened, Not what it is not.
	Means, Not string
	// Bearing says whether mTLS has to do with it.
	Bearing Bearing
	// Lines are its forms, each of another log.
	Lines []Line
	// Ambient is true for what only ztunnel shows: of servers that it captures.
	Ambient bool
	// Suspects are its causes, the likeliest first.
	Suspects []*Suspect
	// See names topics, rules and codes of explain.
	See []string
}

// Line is one form of a symptom.
type Line struct {
	// Log is whose log has it, Example a line of its shape.
	Log, Example string
	// Words are the phrases by which it is recognised: all phrases of one element, any element.
	Words [][]string
}

// Bearing says whether mTLS has to do with a symptom.
type Bearing uint8

const (
	// Depends: mTLS is one cause among others.
	Depends Bearing = iota
	// OfMTLS: mTLS, TLS or identity is what failed.
	OfMTLS
	// NotMTLS: the call failed before or after TLS.
	NotMTLS
)

var bearingWords = [...]string{"depends", "mtls", "not-mtls"}

// String is the word that users read and scripts compare.
func (b Bearing) String() string { return bearingWords[b] }

// All are the symptoms of the catalogue; of two that a line has both of, the first is meant.
func All() []*Symptom { return catalogue }

var catalogue = slices.Concat(handshakes, refusals, routes, responses, ztunnels, kubernetes, controlPlane, applications, envoyFlags)

// Find returns the symptom of a name in any case; ok is false when there is none.
func Find(name string) (s *Symptom, ok bool) {
	for _, s := range All() {
		if strings.EqualFold(s.Name, name) {
			return s, true
		}
	}
	return nil, false
}

// Names are those of the catalogue.
func Names() []string {
	var names []string
	for _, s := range All() {
		names = append(names, s.Name)
	}
	return names
}
