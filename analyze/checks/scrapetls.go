package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// tlsScrape is a line that asks for metrics by TLS, and the ports with a proxy that are not STRICT
// and do not take it.
type tlsScrape struct {
	advise.Scraped
	outcome resolve.Outcome
	at      []backend
}

// tlsScrapesOf are those of a mesh, in the order of the workloads.
func tlsScrapesOf(p *analyze.Pass) []*tlsScrape {
	type key struct {
		by    resolve.Ref
		field resolve.Field
		mode  resolve.Mode
	}
	index, list := map[key]*tlsScrape{}, []*tlsScrape(nil)
	for _, w := range p.Workloads() {
		if w.Membership.Dataplane != resolve.DataplaneSidecar {
			continue
		}
		for i := range w.Ports {
			q := &w.Ports[i]
			for _, s := range p.Adviser().Scrapes(w, q.Number) {
				outcome, refused := refusesScrape(s.Endpoint, q.Decision.Mode, q.Protocol)
				if !refused {
					continue
				}
				k := key{s.By, s.Field, q.Decision.Mode}
				if index[k] == nil {
					index[k] = &tlsScrape{Scraped: s, outcome: outcome}
					list = append(list, index[k])
				}
				index[k].at = append(index[k].at, backend{w, q})
			}
		}
	}
	return list
}

// refusesScrape is what becomes of TLS at a port that is not STRICT. Where it comes to the
// application that can take it, unless it was meant for the proxy: Istio's certificates are.
func refusesScrape(e *resolve.MonitorEndpoint, mode resolve.Mode, protocol resolve.Protocol) (o resolve.Outcome, refused bool) {
	if e.Scheme != "https" || mode != resolve.Permissive && mode != resolve.Disable && mode != resolve.None {
		return o, false
	}
	o = resolve.Judge(e.Sends(), mode, protocol)
	meant := o.Verdict == resolve.VerdictPassthroughTLS && e.OfMesh && !protocol.SaysTLS()
	return o, o.Verdict == resolve.VerdictBroken || meant
}

func (s *tlsScrape) finding(monitors map[resolve.Ref]resolve.Object) analyze.Finding {
	first := s.at[0]
	mode := first.port.Decision.Mode
	f := analyze.Finding{Object: s.By, Origin: monitors[s.By].Origin, Field: s.Field, Subject: mode.String()}
	what := "TLS"
	if s.Endpoint.OfMesh {
		what = "Istio's certificates"
	}
	f.Message = fmt.Sprintf("%s scrapes port %d of %s, which is %s, with %s: every scrape fails (%s)", s.Who, first.port.Number, first.workload.Short(), mode, what, words.Because(s.outcome.Why))
	var names []string
	for _, b := range s.at {
		if name := b.workload.Short(); !slices.Contains(names, name) {
			names = append(names, name)
		}
		if len(f.Involved) < maxExamples {
			f.Involved = append(f.Involved, b.workload.Ref)
		}
	}
	if n := len(names) - 1; n > 0 {
		f.Message += fmt.Sprintf(" (and the ports of %s more, such as %s)", workloads(n), strings.Join(names[1:min(len(names), maxExamples)], ", "))
	}
	switch {
	case !s.Endpoint.OfMesh:
		f.Fix = fmt.Sprintf("set appProtocol: https for port %d in its Service if the application speaks TLS there; otherwise scrape in plaintext", first.port.Number)
	case mode == resolve.Permissive:
		f.Fix = fmt.Sprintf("scrape in plaintext (scheme: http) as long as port %d is PERMISSIVE, and with the certificates once it is STRICT", first.port.Number)
	default:
		f.Fix = "scrape in plaintext (scheme: http)"
	}
	if s.outcome.Verdict != resolve.VerdictBroken {
		f.Confidence = analyze.Likely
		f.Message += "; it works only if the application speaks TLS on that port"
	}
	if narrowed(monitors[s.By], s.Field) {
		f.Confidence, f.Mild = analyze.Likely, true
		f.Message += "; its relabelings may exclude some of them"
	}
	return f
}
