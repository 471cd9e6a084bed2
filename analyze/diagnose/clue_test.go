package diagnose_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/diagnose"
	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
)

// TestClues: what lines that are no access log's show of a call.
func TestClues(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		`503 UF TLS_error outbound|80|v2|pay.shop.svc.cluster.local`:                        "unknown -> pay.shop:80/v2 at unknown:0",
		`[C1] SNI outbound_.80_._.pay.shop.svc.cluster.local`:                               "unknown -> pay.shop:80 at unknown:0",
		`Get "https://pay.shop/": x509: certificate signed by unknown authority`:            "unknown -> pay.shop:443 at unknown:0 https",
		`Get "http://10.0.0.8:8080/": EOF`:                                                  "unknown -> unknown:0 at 10.0.0.8:8080 http by address",
		`read tcp 10.0.0.9:40010->10.1.0.8:80: read: connection reset by peer`:              "10.0.0.9 -> unknown:0 at 10.1.0.8:80 by address",
		`dial tcp [fd00::8]:8080: connect: connection refused`:                              "unknown -> unknown:0 at fd00::8:8080 by address",
		`http: TLS handshake error from 10.0.0.1:40010: remote error: tls: bad certificate`: "10.0.0.1 -> unknown:0 at unknown:0",
		`access src.addr=10.0.0.7:1 src.workload="web-5c8-x" src.namespace="shop" dst.addr=10.0.0.8:15008 dst.service="pay.shop.svc.cluster.local" error="x"`: "pod web-5c8-x.shop -> pay.shop:0 at 10.0.0.8:15008",
		`curl: (7) Failed to connect to pay.shop:80`:      "unknown -> pay.shop:80 at unknown:0",
		`outbound|99999||x ` + strings.Repeat("a", 1<<20): "unknown -> x:0 at unknown:0",
		``: "unknown -> unknown:0 at unknown:0",
	} {
		i := diagnose.Clue(line)
		got := fmt.Sprintf("%s -> %s:%d", i.Client, i.Service, i.ServicePort)
		if i.Subset != "" {
			got += "/" + i.Subset
		}
		if got += fmt.Sprintf(" at %s:%d", i.Server, i.Port); i.Scheme != "" {
			got += " " + i.Scheme
		}
		if i.ByAddress {
			got += " by address"
		}
		if got != want {
			t.Errorf("%.80q: %s, want %s", line, got, want)
		}
	}
}

// TestClientsText: what a client wrote into a request is no symptom.
func TestClientsText(t *testing.T) {
	t.Parallel()
	const line = `[2026-11-20T10:00:00.000Z] "GET /filter_chain_not_found?503%20UF HTTP/1.1" 200 - via_upstream - "-" 0 12 3 3 "-" "WRONG_VERSION_NUMBER" "5f" "filter_chain_not_found" "10.0.0.8:8080" outbound|80||pay.shop.svc.cluster.local 10.0.0.7:40010 10.1.0.8:80 10.0.0.7:40008 filter.chain.not.found default`
	i, ok := traffic.ParseIncident(line)
	if !ok {
		t.Fatal("it is a line of an access log")
	}
	var log diagnose.Log
	log.Add(line, &i)
	if !log.Recognised() || log.Others != 1 || log.Calls != 1 {
		t.Errorf("%+v, want one call that went well", log)
	}
	for text, want := range map[string]string{"UF": "upstream-connection-failure", "503 URX,UF": "upstream-connection-failure", "503 URX": "upstream-connection-failure", "503 UC": "connection-closed-by-server", "404 NR": "no-route", "0 NR filter_chain_not_found": "no-filter-chain", "503 NC": "no-cluster", "503 UH": "no-healthy-upstream"} {
		if r, ok := diagnose.Recognise(text); !ok || r.Name != want {
			t.Errorf("%q is not recognised as %s", text, want)
		}
	}
	for _, text := range []string{"deployed to DC 5", "UC Berkeley", "see RFC 2616", "uh no"} {
		if r, ok := diagnose.Recognise(text); ok {
			t.Errorf("%q is recognised as %s", text, r.Name)
		}
	}
}

// FuzzLine: no line makes it panic, and what is recognised is of the catalogue.
func FuzzLine(f *testing.F) {
	for _, s := range diagnose.All() {
		for _, l := range s.Lines {
			f.Add(l.Example)
		}
	}
	f.Fuzz(func(t *testing.T, line string) {
		var log diagnose.Log
		if i, ok := traffic.ParseIncident(line); ok {
			log.Add(line, &i)
		} else {
			log.Add(line, nil)
		}
		if r, ok := diagnose.Recognise(line); ok && r.Line == nil {
			t.Error("recognised without a form")
		}
	})
}

// TestLost: a line about a server that the input does not have is not laid on other calls of the mesh
// that fail alike.
func TestLost(t *testing.T) {
	t.Parallel()
	for _, w := range worlds(t) {
		s, _ := diagnose.Find(w.symptom)
		if w.header["to"] == "" || s.Bearing == diagnose.NotMTLS {
			continue
		}
		w.header["to"], w.header["from"] = "", ""
		for _, a := range answers(t, w, strings.ReplaceAll(s.Lines[0].Example, "pay.shop", "nobody.nowhere")) {
			if !a.Lost {
				continue
			}
			for _, c := range a.Causes {
				if len(c.Calls) > 0 {
					t.Errorf("%s: %s is laid on %s", w.name, c.Suspect.Name, c.Calls[0].Host.Name)
				}
				if c.State == diagnose.Unlikely {
					t.Errorf("%s: %s is unlikely, and the server is not known", w.name, c.Suspect.Name)
				}
			}
		}
	}
}
