package validation

import "github.com/mtlsctl/mtlsctl/resolve"

// Cause is why an object would be refused, as a stable word for machines. The zero
// Cause is none.
type Cause string

// The causes.
const (
	// CauseName: a name or namespace is no DNS name.
	CauseName Cause = "name"
	// CauseLabel: a label or annotation is not valid.
	CauseLabel Cause = "label"
	// CauseVersion: the API server serves no such version of the kind.
	CauseVersion Cause = "version"
	// CauseType: a value has another type than the field.
	CauseType Cause = "type"
	// CauseRequired: a field that has to be there is missing.
	CauseRequired Cause = "required"
	// CauseValue: a value is out of range, too long or not one of those allowed.
	CauseValue Cause = "value"
	// CauseChoice: fields are set of which only one may be.
	CauseChoice Cause = "choice"
	// CauseDuplicate: two entries of a list are for the same thing.
	CauseDuplicate Cause = "duplicate"
	// CauseHost: a host name is not valid there.
	CauseHost Cause = "host"
	// CausePort: a port number, name or protocol is not valid there.
	CausePort Cause = "port"
	// CauseExport: exportTo is not valid, or goes further than it may.
	CauseExport Cause = "export"
	// CauseSelector: a selector or target is not valid.
	CauseSelector Cause = "selector"
	// CauseTLS: TLS settings contradict each other, or lack something.
	CauseTLS Cause = "tls"
	// CauseAddress: an address is not valid there.
	CauseAddress Cause = "address"
	// CauseEmpty: something is given that says nothing.
	CauseEmpty Cause = "empty"
	// CauseUnsupported: Istio does not support the combination.
	CauseUnsupported Cause = "unsupported"
)

// Violation is one reason for which an object would be refused.
type Violation struct {
	Cause Cause
	// By is who refuses: "Kubernetes" or "Istio".
	By string
	// Field is where, "" for the object itself.
	Field resolve.Field
	// Message is a clause without a full stop: "host is not valid: ...".
	Message string
	// Hint says what to write instead, "" where the message says it.
	Hint string
}

// report collects the violations of one object.
type report struct {
	by         string
	violations []Violation
}

func (r *report) add(cause Cause, at *place, message string) {
	r.violations = append(r.violations, Violation{Cause: cause, By: r.by, Field: at.field(), Message: message})
}

// hint adds what to do to the last violation.
func (r *report) hint(text string) { r.violations[len(r.violations)-1].Hint = text }

// place is where a check stands inside an object. It becomes a Field only when
// something is wrong there. The nil place is the object.
type place struct {
	up    *place
	key   string
	index int // counts when key is ""
}

func (p *place) child(key string) *place { return &place{up: p, key: key} }

func (p *place) at(index int) *place { return &place{up: p, index: index} }

func (p *place) field() resolve.Field {
	if p == nil {
		return ""
	}
	if p.key == "" {
		return p.up.field().Index(p.index)
	}
	return p.up.field().Child(p.key)
}
