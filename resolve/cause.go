package resolve

import (
	"fmt"
	"unique"
)

// Cause is why an answer is as it is, as a word that machines may compare: it stays as it is
// from release to release. What it means, its rule in the rule book and its sentence are in
// package words. The zero Cause is none.
type Cause string

// Aspect is a shade of a cause that changes words and no meaning: what stands at the end of a
// call, why a client keeps an address. The zero Aspect is the usual one.
type Aspect uint8

// The aspects.
const (
	AspectUsual Aspect = iota
	// AspectOutside, AspectChosen and AspectUncaptured are ends without a proxy: an address
	// outside of the mesh, the address that the application chose, a port past a proxy.
	AspectOutside
	AspectChosen
	AspectUncaptured
	// AspectMeshServer and AspectPlainServer are servers of a Gateway.
	AspectMeshServer
	AspectPlainServer
	// AspectHeadless, AspectNoResolution and AspectBalancer are why a client keeps the
	// address that the application chose.
	AspectHeadless
	AspectNoResolution
	AspectBalancer
	// AspectUndated and AspectSameAge are rules that only their names order.
	AspectUndated
	AspectSameAge
	// AspectAssumed is a gateway that is taken to get an address outside of the cluster.
	AspectAssumed
	// AspectCaptured is an application behind ztunnel, which opens no TLS but its own.
	AspectCaptured
	// AspectClientNamespace and the next are places where a DestinationRule is looked for.
	AspectClientNamespace
	AspectPrivateRoot
	AspectServiceNamespace
	AspectRootNamespace
)

// Reason is a cause with the values that its sentence needs. It is comparable: equal reasons
// are told in the same words. The zero Reason is none.
type Reason struct {
	Cause   Cause
	details unique.Handle[Details]
	// Number is a port, a user, an entry.
	Number int32
	Mode   Mode
	Aspect Aspect
}

// Details are what most reasons do without.
type Details struct {
	// By is the object that decided, Other another that takes part.
	By, Other Ref
	Field     Field
	// Name is a name of the input: of a namespace, a host, a network, an endpoint, a key. Text
	// is a value of it, as written, and More another.
	Name, Text, More string
	Dataplane        Dataplane
	TLS              ClientTLS
	Scope            Scope
	Symptom          Symptom
	// Gap is what could not be read.
	Gap *Gap
	// IfMeshed is what a port would serve with a sidecar.
	IfMeshed Mode
	// Base is a reason that this one goes on from, Beside another that it tells.
	Base, Beside Reason
}

// Because makes a reason of a cause and its details.
func Because(c Cause, d Details) Reason { return Reason{Cause: c, details: unique.Make(d)} }

// Numbered, OfMode and As complete a reason.
func (r Reason) Numbered(n int32) Reason {
	r.Number = n
	return r
}

// OfMode is the Reason with a mode.
func (r Reason) OfMode(m Mode) Reason {
	r.Mode = m
	return r
}

// As is the Reason with another Aspect.
func (r Reason) As(a Aspect) Reason {
	r.Aspect = a
	return r
}

// Details are the reason's, the zero Details where it has none.
func (r Reason) Details() Details {
	if r.details == (unique.Handle[Details]{}) {
		return Details{}
	}
	return r.details.Value()
}

// IsZero reports the reason that is none.
func (r Reason) IsZero() bool { return r.Cause == "" }

// String is the cause and its values, for who looks for a fault; people are told the
// sentence of package words.
func (r Reason) String() string {
	if r.IsZero() {
		return ""
	}
	d := r.Details()
	text := fmt.Sprintf("%s %d %s %d", r.Cause, r.Number, r.Mode, r.Aspect)
	if d == (Details{}) {
		return text
	}
	return fmt.Sprintf("%s %s %s %q %q %q %q %s %s %s %v (%s) (%s)", text, d.By, d.Other, d.Field, d.Name, d.Text, d.More, d.Dataplane, d.TLS, d.Scope, d.Symptom, d.Base, d.Beside)
}
