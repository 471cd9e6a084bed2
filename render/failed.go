package render

import (
	"fmt"
	"strconv"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// failed says of each what and how often; that nothing failed, where somebody counts.
func (o observed) failed(m *mesh.Mesh, list []evidence.Failure) []string {
	var lines []string
	for _, f := range list {
		lines = append(lines, fmt.Sprintf("failed: %s -> %s: %s", callerText(m, f.Client), failedTarget(f), o.failure(f)))
	}
	if len(lines) == 0 && o.Traffic().HandshakesCollected {
		lines = append(lines, "failed: no TLS handshake, where these are counted")
	}
	return lines
}

// failure is "12 TLS handshakes in 7d, last 2026-11-20 10:00Z (WRONG_VERSION_NUMBER)".
func (o observed) failure(f evidence.Failure) string {
	words := failedWords[f.Kind]
	text := "1 " + words.one
	if f.Count >= 1.5 {
		text = fmt.Sprintf("%.0f %s", f.Count, words.many)
	}
	if t := o.Traffic(); t.To.Sub(t.From) > 0 {
		text += " in " + span(t.To.Sub(t.From))
	}
	if !f.LastSeen.IsZero() {
		text += ", last " + f.LastSeen.UTC().Format("2006-01-02 15:04Z")
	}
	if f.Detail != "" {
		text += " (" + f.Detail + ")"
	}
	return text
}

// failedWords are what failed, one of it and many.
var failedWords = map[evidence.FailureKind]struct{ one, many string }{
	evidence.FailureHandshake: {"TLS handshake", "TLS handshakes"},
	evidence.FailurePlaintext: {"plaintext connection refused", "plaintext connections refused"},
	evidence.FailureTLS:       {"TLS connection without a proxy refused", "TLS connections without a proxy refused"},
	evidence.FailureClosed:    {"connection closed unanswered", "connections closed unanswered"},
}

// failedTarget is the service with its port, else the server with its own.
func failedTarget(f evidence.Failure) string {
	name, port := f.Service.String(), f.ServicePort
	if f.Service == (resolve.Peer{}) {
		name, port = f.Server.String(), f.Port
	}
	if port == 0 {
		return name
	}
	return name + ":" + strconv.Itoa(int(port))
}
