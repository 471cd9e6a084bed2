package traffic

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// failed reports a call of the client's side that failed as one does for want of a
// common security.
func (l *accessLine) failed() bool { return l.tlsFailed() || l.closed() }

// tlsFailed reports what Envoy says of a handshake with the server that failed.
func (l *accessLine) tlsFailed() bool {
	return strings.Contains(l.details, "TLS_error") || strings.Contains(l.details, "TLS error") || strings.Contains(l.details, "CERTIFICATE_VERIFY_FAILED")
}

// closed reports a connection that the server ended before it answered.
func (l *accessLine) closed() bool {
	return slices.Contains(strings.Split(l.flags, ","), "UC") && strings.Contains(l.details, "connection_termination")
}

// tlsReason is the last of OpenSSL's words in the details: "WRONG_VERSION_NUMBER", "" for
// none.
func (l *accessLine) tlsReason() string {
	reason := ""
	for _, word := range strings.FieldsFunc(l.details, func(r rune) bool { return strings.ContainsRune(" :|,{}\"", r) }) {
		if strings.Contains(word, "_") && strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == "" {
			reason = word
		}
	}
	return reason
}

func isNone(field string) bool { return field == "" || field == "-" }

// peerAt is whoever has the address of an address and port, nobody for one that never
// leaves a pod, or that is none.
func peerAt(text string) resolve.Peer { p, _ := portAt(text); return p }

func portAt(text string) (resolve.Peer, int32) {
	a, ok := addressPort(text)
	if !ok || withinPod(a.Addr()) {
		return resolve.Peer{}, 0
	}
	return resolve.Peer{Address: a.Addr().String()}, int32(a.Port())
}
