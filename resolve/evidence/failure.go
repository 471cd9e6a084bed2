package evidence

import (
	"cmp"
	"time"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Failure is calls that came to nothing because both sides did not agree on how to
// secure them, as either side saw it. A Peer that the source does not name is zero.
type Failure struct {
	Client, Server, Service resolve.Peer
	// ServicePort is the port by which the service was called, Port the one on which the
	// server listens, 0 where the source does not say.
	ServicePort, Port int32
	Kind              FailureKind
	// Detail is what the proxy said: "WRONG_VERSION_NUMBER", "" for nothing.
	Detail string
	// Count is how many were seen, LastSeen a time at or after the last of them.
	Count    float64
	LastSeen time.Time
}

// FailureKind is what failed.
type FailureKind string

const (
	// FailureHandshake: a TLS handshake.
	FailureHandshake FailureKind = "tls handshake"
	// FailurePlaintext: plaintext that the server's proxy does not take.
	FailurePlaintext FailureKind = "plaintext refused"
	// FailureTLS: TLS that the server's proxy does not take, because no proxy began it.
	FailureTLS FailureKind = "tls refused"
	// FailureClosed: the server closed the connection at once, as one does that does not
	// take plaintext; one that stops does the same.
	FailureClosed FailureKind = "closed"
)

// FailureKinds are all there are.
var FailureKinds = []FailureKind{FailureHandshake, FailurePlaintext, FailureTLS, FailureClosed}

// Compare orders failures by their ends, kind and detail.
func (f Failure) Compare(o Failure) int {
	return cmp.Or(f.Client.Compare(o.Client), f.Server.Compare(o.Server), f.Service.Compare(o.Service),
		cmp.Compare(f.ServicePort, o.ServicePort), cmp.Compare(f.Port, o.Port), cmp.Compare(f.Kind, o.Kind), cmp.Compare(f.Detail, o.Detail))
}
