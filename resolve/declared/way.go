package declared

import "github.com/mtlsctl/mtlsctl/resolve"

// Way is how a caller dials, as far as its own proxy decides by it what is sent. The zero Way
// is ByName.
type Way uint8

// The ways.
const (
	// ByName: it calls the Service, by a name or by its address. Its proxy, where it has one,
	// knows the host, and decides.
	ByName Way = iota
	// ToPods: it balances itself over the addresses of the pods. A sidecar knows no host of
	// such an address, and passes on what it gets (3.1.3).
	ToPods
	// ToAddress: it calls the Service's address, and leaves the Host that its own client sent. A
	// sidecar finds the host of HTTP by that, and knows none: it passes on what it gets.
	ToAddress
	// Outside: it stands outside of the mesh, and has no certificate of it.
	Outside
	// BeforeProxy: an init container, which runs before the pod's proxy does.
	BeforeProxy
	// PerhapsBeforeProxy: an init container of a pod of which nothing says whether its proxy
	// is a native sidecar.
	PerhapsBeforeProxy
	// AsProxy: a container that runs as the proxy's own user or group, whose traffic the proxy does
	// not capture.
	AsProxy
)

// String is how it dials, for a sentence: "dials pod IPs"; "" where there is nothing to say.
func (w Way) String() string {
	switch w {
	case ToPods:
		return "dials pod IPs"
	case ToAddress:
		return "dials the Service with a Host header that is not a host of the mesh"
	case Outside:
		return "outside the mesh"
	case BeforeProxy:
		return "init container, before the proxy runs"
	case PerhapsBeforeProxy:
		return "init container, perhaps before the proxy runs"
	case AsProxy:
		return "runs as the proxy's own user or group"
	}
	return ""
}

// Does is how it dials, for a sentence about the caller: "dials pod IPs".
func (w Way) Does() string {
	switch w {
	case ByName:
		return "has TLS of its own"
	case Outside:
		return "is outside the mesh"
	case BeforeProxy:
		return "dials in an init container, before its proxy runs"
	case PerhapsBeforeProxy:
		return "dials in an init container, perhaps before its proxy runs"
	}
	return w.String()
}

// Sends is what the caller itself puts on the wire.
func (d *Call) Sends() resolve.ClientTLS {
	if d.Brings == resolve.SendsUnknown {
		return resolve.SendsPlaintext
	}
	return d.Brings
}
