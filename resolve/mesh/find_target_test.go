package mesh_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// reached are the hosts and ports of all calls that a target holds.
func reached(m *mesh.Mesh, word, in string) string {
	target, err := resolve.ParseTarget(word)
	if err != nil {
		return lookupFailure(err)
	}
	called, err := m.CalledNames(mesh.Where{Namespace: in}).Call(target)
	if err != nil {
		return unreached(err)
	}
	var out []string
	for c := range m.Connections(outbound.Filter{Hidden: true, Naked: true, Host: called.MayHold}) {
		if called.Holds(&c) {
			name := fmt.Sprintf("%s:%d", resolve.ShortHost(c.Host.Name), c.Port.Number)
			if c.Subset != "" {
				name += "/" + c.Subset
			}
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), " ")
}

func unreached(err error) string {
	var missing *mesh.NotFoundError
	var port *mesh.NoPortError
	var subset *mesh.NoSubsetError
	var address *mesh.AddressError
	var unled *mesh.UnledError
	switch {
	case errors.As(err, &missing) && missing.Outside != nil:
		return "outside"
	case errors.As(err, &port):
		text := port.Error() + ":"
		for _, h := range port.Hosts {
			text += " " + resolve.ShortHost(h.Name)
		}
		for _, w := range port.Workloads {
			text += " " + w.Short()
		}
		return text
	case errors.As(err, &subset):
		return "no subset: " + strings.Join(subset.Defined, " ")
	case errors.As(err, &address) && address.Outside != nil:
		return "nobody's address"
	case errors.As(err, &unled):
		return unled.Error()
	}
	return lookupFailure(err)
}

func TestCall(t *testing.T) {
	t.Parallel()
	m := clusterOf(t, "", market)
	const pay = "pay.shop:80 pay.shop:80/v1 pay.shop:80/v2"
	for _, c := range []struct{ target, in, want string }{
		{"pay", "", pay}, // the Service, not one of the two workloads
		{"pay.shop", "bank", pay},
		{"pay.shop.svc", "", pay},
		{"pay.shop.svc.cluster.local:80", "", pay},
		{"svc/pay:http", "", pay},
		{"pay:80/v2", "", "pay.shop:80/v2"},
		{"pay:80/v3", "", "no subset: v1 v2"},
		{"pay:8080", "", "no port 8080: pay.shop"},
		{"deploy/pay.shop", "", "pay.shop:80"}, // no pod has the label of a subset
		{"deploy/pay.shop:8080", "", "pay.shop:80"},
		{"deploy/pay.shop:80", "", "no port 80: deploy/pay"},
		{"deploy/pay.bank:8081", "", "no Service routes to port 8081 of deploy/pay"},
		{"deploy/pay", "", "which of deploy/pay.bank deploy/pay.shop"},
		{"ledger", "", "books.bank:90"},
		{"sts/ledger:tcp", "", "books.bank:90"},
		{"sts/ledger:9001", "", "no Service routes to port 9001 of sts/ledger"},
		{"books:53", "", "port 53 is UDP, which Istio does not handle: it passes every proxy by: books.bank"},
		{"ns/shop", "", pay},
		{"ns/shop:90", "", "no port 90: pay.shop"}, // bank has one
		{"ns/shop:53", "", "no port 53: pay.shop"},
		{"ns/bank:443", "", "*.cards.example:443 *.eu.cards.example:443 api.cards.example:443"},
		{"10.0.0.7:90", "", "books.bank:90"},
		{"[10.0.0.7]:90", "", "books.bank:90"},
		{"192.0.2.9", "", "192.0.2.9 is an endpoint of ServiceEntry bank/cards"},
		{"192.0.2.10", "", "nobody's address"},
		{"2001:db8::1", "", "nobody's address"},
		{"[2001:db8::1]:443", "", "nobody's address"},
		{"mail", "", "Service bank/mail is another name of pay.shop.svc.cluster.local (ExternalName): callers get its connection"},
		{"serviceentry/cards", "", "*.cards.example:443 *.eu.cards.example:443 api.cards.example:443"},
		{"api.cards.example", "", "api.cards.example:443"},
		{"pay.cards.example", "", "*.cards.example:443"},
		{"pay.eu.cards.example:443", "", "*.eu.cards.example:443"},
		{"example.org", "", "outside"},
		{"ledgr.bank", "", "not found, near sts/ledger.bank"},
		{"pa/default", "", "not a PeerAuthentication"},
		{"pay:", "", "want NAME[.NAMESPACE][:PORT[/SUBSET]]"},
		{"pay:80/", "", "want NAME[.NAMESPACE][:PORT[/SUBSET]]"},
		{":80", "", "want [TYPE/]NAME[.NAMESPACE]"},
		{"svc/:80", "", "want [TYPE/]NAME[.NAMESPACE]"},
	} {
		if got := reached(m, c.target, c.in); got != c.want {
			t.Errorf("%q in %q is %s, want %s", c.target, c.in, got, c.want)
		}
	}
}

// TestCallOfSameHosts: a host that two ServiceEntries have is ambiguous, also where a
// wildcard would take its name.
func TestCallOfSameHosts(t *testing.T) {
	t.Parallel()
	entry := func(namespace, host string) string {
		return strings.NewReplacer("{ns}", namespace, "{host}", host).Replace(`---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: e, namespace: {ns}}
spec: {hosts: ["{host}"], resolution: NONE, location: MESH_EXTERNAL, ports: [{number: 443, name: tls, protocol: TLS}]}
`)
	}
	m := clusterOf(t, "", shopWithPay+entry("shop", "api.example")+entry("bank", "api.example")+entry("town", "*.example"))
	const want = "which of se/api.example.bank se/api.example.shop"
	for range 5 {
		if got := reached(m, "api.example", ""); got != want {
			t.Fatalf("api.example is %s, want %s", got, want)
		}
	}
}

// TestOne: the one port that a call names, where there is one.
func TestOne(t *testing.T) {
	t.Parallel()
	m := clusterOf(t, "", market)
	for _, c := range []struct{ target, want string }{
		{"pay", "pay.shop:80"}, {"books:90", "books.bank:90"}, {"sts/ledger:9000", "books.bank:90"}, {"ns/bank", "none"}, {"ns/shop", "none"}, {"serviceentry/cards", "none"},
	} {
		target, err := resolve.ParseTarget(c.target)
		if err != nil {
			t.Fatal(err)
		}
		called, err := m.CalledNames(mesh.Where{}).Call(target)
		if err != nil {
			t.Fatal(err)
		}
		got := "none"
		if h, p := called.One(); p != nil {
			got = fmt.Sprintf("%s:%d", resolve.ShortHost(h.Name), p.Number)
		}
		if got != c.want {
			t.Errorf("%s is %s, want %s", c.target, got, c.want)
		}
	}
}
