package traffic

import (
	"net/netip"
	"strings"
	"time"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// accessLine is one line of an access log, as far as it tells who called whom. Fields
// that the proxy had no value for are "-" or "".
type accessLine struct {
	start    time.Time
	protocol string // "HTTP/1.1", "-" for TCP
	flags    string
	// details are the response's, the termination's and the transport's, one text.
	details                      string
	forwardedFor                 string
	upstreamHost, cluster        string
	upstreamLocal, local, remote string
	serverName                   string
	// principal is the URI in the client's certificate, where a custom format has it.
	principal string
	// pod and namespace are the reporter's, where a custom format has them.
	pod, namespace string
}

// parseLine finds the line of an access log in what kubectl, stern and others put in
// front of it, and the pod that they name. ok is false where it is none; the pod may be
// known nevertheless.
func parseLine(text string) (l accessLine, reporter resolve.Peer, ok bool) {
	reporter, text = cutPrefix(text)
	at, brace := textStart(text), strings.IndexByte(text, '{')
	switch {
	case brace >= 0 && (at < 0 || brace < at):
		l, ok = parseJSON(text[brace:])
	case at >= 0:
		l, ok = parseText(text[at:])
	}
	if ok && reporter.Pod == "" && l.pod != "" {
		reporter = resolve.Peer{Namespace: l.namespace, Pod: l.pod}
	}
	return l, reporter, ok
}

// textStart is where a line in text begins, with "[2026-", -1 for nowhere.
func textStart(text string) int {
	for at := 0; ; {
		i := strings.IndexByte(text[at:], '[')
		if i < 0 {
			return -1
		}
		at += i + 1
		if rest := text[at:]; len(rest) > 5 && rest[4] == '-' && strings.Trim(rest[:4], "0123456789") == "" {
			return at - 1
		}
	}
}

// cutPrefix takes off what names a pod: "[pod/NAME/istio-proxy] " of kubectl logs
// --prefix, "NAME istio-proxy " and "NAMESPACE NAME istio-proxy " of stern.
func cutPrefix(text string) (reporter resolve.Peer, rest string) {
	if inside, found := strings.CutPrefix(text, "[pod/"); found {
		inside, rest, found = strings.Cut(inside, "] ")
		if name, _, _ := strings.Cut(inside, "/"); found && isPodName(name) {
			return resolve.Peer{Pod: name}, rest
		}
		return resolve.Peer{}, text
	}
	before, rest, found := strings.Cut(text, " istio-proxy ")
	words := strings.Fields(before)
	switch {
	case !found || len(words) == 0 || len(words) > 2 || !isPodName(words[len(words)-1]) || !isPodName(words[0]):
		return resolve.Peer{}, text
	case len(words) == 1:
		return resolve.Peer{Pod: words[0]}, rest
	}
	return resolve.Peer{Namespace: words[0], Pod: words[1]}, rest
}

// isPodName reports a name that Kubernetes would take.
func isPodName(name string) bool {
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-.") == "" && name[0] != '-'
}

// addressPort reads "10.0.0.1:80" and "[fd00::1]:80", also behind the name of an
// internal listener: "envoy://connect_originate/10.0.0.1:80".
func addressPort(text string) (netip.AddrPort, bool) {
	a, err := netip.ParseAddrPort(text[strings.LastIndexByte(text, '/')+1:])
	if err != nil {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(a.Addr().Unmap().WithZone(""), a.Port()), true
}

// within6 is the address from which a proxy calls its own application on IPv6, as
// 127.0.0.6 is on IPv4.
var within6 = netip.MustParseAddr("::6")

// withinPod reports an address that never leaves a pod.
func withinPod(a netip.Addr) bool { return a.IsLoopback() || a == within6 || a.IsUnspecified() }
