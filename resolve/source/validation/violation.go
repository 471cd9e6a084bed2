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
	places     []place // a slab: nearly all are never asked for
}

// of empties the report for what somebody refuses.
func (r *report) of(by string) *report {
	r.by, r.violations, r.places = by, nil, r.places[:0]
	return r
}

func (r *report) add(cause Cause, at *place, message string) {
	r.violations = append(r.violations, Violation{Cause: cause, By: r.by, Field: at.field(), Message: message})
}

// hint adds what to do to the last violation.
func (r *report) hint(text string) { r.violations[len(r.violations)-1].Hint = text }

// place is where a check stands inside an object. It becomes a Field only when
// something is wrong there. The nil place is the object.
type place struct {
	of    *report
	up    *place
	key   string
	index int // counts when key is ""
}

// spec is the place that most checks begin at, metadata that of the others.
func (r *report) spec() *place     { return r.child(nil, "spec") }
func (r *report) metadata() *place { return r.child(nil, "metadata") }

func (r *report) child(up *place, key string) *place { return r.place(place{r, up, key, 0}) }

func (r *report) item(up *place, index int) *place { return r.place(place{r, up, "", index}) }

func (r *report) place(p place) *place {
	if len(r.places) == cap(r.places) {
		r.places = make([]place, 0, 64) // those before stay where they are
	}
	r.places = append(r.places, p)
	return &r.places[len(r.places)-1]
}

func (p *place) child(key string) *place { return p.of.child(p, key) }

func (p *place) at(index int) *place { return p.of.item(p, index) }

func (p *place) field() resolve.Field {
	if p == nil {
		return ""
	}
	if p.key == "" {
		return p.up.field().Index(p.index)
	}
	return p.up.field().Child(p.key)
}
