package cmd

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// target is one value of --to: [TYPE/]NAME[.NAMESPACE][:PORT[/SUBSET]].
type target struct {
	argument
	port, subset string
}

// isPort compares a number or a port's name.
func (t target) isPort(p *resolve.HostPort) bool {
	return t.port == strconv.Itoa(int(p.Number)) || t.port == p.Name
}

func parseTargets(words []string) ([]target, error) {
	var list []target
	for _, word := range words {
		name, port, has := cutPort(strings.TrimSpace(word))
		port, subset, hasSubset := strings.Cut(port, "/")
		if has && port == "" || hasSubset && subset == "" {
			return nil, usage("for example --to pay.shop:80 or --to pay.shop:80/v2", "--to %q: want NAME[.NAMESPACE][:PORT[/SUBSET]]", word)
		}
		a, err := parseEnd("--to", name)
		if err != nil {
			return nil, err
		}
		a.raw = word
		list = append(list, target{a, port, subset})
	}
	return list, nil
}

// cutPort takes the port off, and the brackets in which an IPv6 address stands before
// one.
func cutPort(word string) (name, port string, has bool) {
	if inner, rest, bracketed := strings.Cut(word, "]"); bracketed && strings.HasPrefix(word, "[") {
		port, has = strings.CutPrefix(rest, ":")
		return inner[1:], port, has
	}
	if isAddress(word) {
		return word, "", false // IPv6 without brackets
	}
	return strings.Cut(word, ":")
}

// at is another name with the port and subset of the target.
func (t target) at(name string) string {
	if t.port != "" {
		name += ":" + t.port
	}
	if t.subset != "" {
		name += "/" + t.subset
	}
	return name
}

func parseSources(words []string) ([]argument, error) {
	var list []argument
	for _, word := range words {
		a, err := parseEnd("--from", strings.TrimSpace(word))
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}

// parseEnd reads [TYPE/]NAME; what is no end of a call is refused.
func parseEnd(flag, word string) (argument, error) {
	kind, name, typed := strings.Cut(word, "/")
	if !typed {
		name = word
	}
	if name == "" {
		return argument{}, usage("for example "+flag+" deploy/web.shop", "%s %q: want [TYPE/]NAME[.NAMESPACE]", flag, word)
	}
	if !typed {
		return argument{name: serviceName(name), raw: word}, nil
	}
	parsed, ok := resolve.ParseKind(kind)
	switch {
	case !ok:
		return argument{}, noSuchKind(word, kind, name)
	case isPolicyKind(parsed):
		return argument{}, usage("mtlsctl describe "+shell.Word(word)+" tells about it", "%s %q: a %s neither calls nor is called", flag, word, parsed.Word())
	}
	return argument{parsed, serviceName(name), word}, nil
}

// isPolicyKind reports kinds that speak about calls and are no end of one.
func isPolicyKind(k resolve.Kind) bool {
	switch k {
	case resolve.KindPeerAuthentication, resolve.KindDestinationRule, resolve.KindSidecar, resolve.KindVirtualService,
		resolve.KindAuthorizationPolicy, resolve.KindRequestAuthentication, resolve.KindServiceAccount:
		return true
	}
	return false
}

// serviceName is NAME.NAMESPACE of a Service's full host name.
func serviceName(host string) string {
	return strings.TrimSuffix(strings.TrimSuffix(host, "."+resolve.ClusterDomain), ".svc")
}

func portsText(h *resolve.Host) string {
	var ports []string
	for _, p := range h.Ports {
		ports = append(ports, portText(p.Number, p.Name))
	}
	return some(ports, 8)
}

func portText(number int32, name string) string {
	if name == "" {
		return strconv.Itoa(int(number))
	}
	return fmt.Sprintf("%d (%s)", number, name)
}
