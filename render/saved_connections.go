package render

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// savedConnections is Connections that were read back.
type savedConnections struct{ *wire.ConnectionList }

// Blocks implements View.
func (v savedConnections) Blocks(wide bool) []format.Block {
	from := baseOf(&v.Scope)
	if len(v.Derivation) > 0 {
		return derivationBlocks(from, v.Title, v.Derivation, v.Notes)
	}
	if len(v.Items) == 0 {
		return nothing("no connection to show", func() []string { return v.Notes })
	}
	table := callTable{wide: wide, evidence: v.ConnectionList.Evidence != nil || slices.ContainsFunc(v.Items, func(i wire.ConnectionItem) bool { return len(i.Declared) > 0 })}
	for _, part := range v.parts(wide) {
		table.rows = append(table.rows, v.row(from, part))
	}
	return table.blocks(v.Totals, v.clientWorkloads(), v.Filtered, v.Notes)
}

// clientWorkloads counts client workloads, the variants of one together.
func (v savedConnections) clientWorkloads() int {
	n := 0
	for i := range v.ClientGroups {
		known := map[wire.ConnectionClient]bool{}
		for _, c := range v.ClientGroups[i].Members {
			c.Variant = 0
			known[c] = true
		}
		n += len(known)
	}
	return n
}

// itemPart is an item, or what of it is one row of -o wide.
type itemPart struct {
	*wire.ConnectionItem
	endpoints []wire.ConnectionEndpoint
}

// parts are the rows: those of -o wide by their numbers.
func (v savedConnections) parts(wide bool) []itemPart {
	var parts []itemPart
	for i := range v.Items {
		item := &v.Items[i]
		if !wide {
			parts = append(parts, itemPart{item, item.Endpoints})
			continue
		}
		byRow := map[int]int{}
		for _, e := range item.Endpoints {
			at, known := byRow[e.Row]
			if !known {
				at = len(parts)
				byRow[e.Row] = at
				parts = append(parts, itemPart{item, nil})
			}
			parts[at].endpoints = append(parts[at].endpoints, e)
		}
	}
	slices.SortStableFunc(parts, func(a, b itemPart) int {
		if !wide {
			return 0
		}
		return a.endpoints[0].Row - b.endpoints[0].Row
	})
	return parts
}

func (v savedConnections) row(from base, p itemPart) *callRow {
	var ports []int32
	var subsets []string
	servers, sets := map[int]wire.ConnectionServer{}, map[int]bool{}
	var sent []string
	for _, e := range p.endpoints {
		sets[e.ClientSet] = true
		sent = append(sent, e.Proxy)
		if !slices.Contains(ports, e.Port) {
			ports = append(ports, e.Port)
		}
		if !slices.Contains(subsets, e.Subset) {
			subsets = append(subsets, e.Subset)
		}
		if e.Number > 0 {
			servers[e.Number] = e.Server
		}
	}
	slices.Sort(ports)
	first := p.endpoints[0]
	facts := callFacts{
		sends: p.Sends, accepts: p.Accepts, ifMeshed: p.AcceptsIfMeshed, verdict: p.Verdict, denied: p.DeniedBy, brief: p.Brief, rule: p.Rule, symptom: p.Symptom,
		field: first.Field, position: first.Position, server: first.Server, endpoint: first,
	}
	row := facts.row(from)
	row.to, row.from = calledText(hostNamed(p.Service, p.Host), ports, subsets), v.clients(sets).text()
	row.proxy = together(sent)
	row.server = serversNamed(slices.Collect(maps.Values(servers)))
	var declared []declaredBy
	for _, d := range p.Declared {
		declared = append(declared, declaredBy{d.Client.Name, d.Declared})
	}
	row.evidence = savedEvidence(from, v.ConnectionList.Evidence, p.Evidence, declared, first.Server)
	return row
}

// clientele is how the clients of a row are told.
type clientele struct {
	names, gateways int
	namespaces      []string
	first           string
}

// clients are those of some client sets.
func (v savedConnections) clients(sets map[int]bool) clientele {
	var c clientele
	groups := map[int]bool{}
	for set := range sets {
		for _, number := range v.ClientSets[set-1] {
			groups[number] = true
		}
	}
	for i, g := range v.ClientGroups {
		if !groups[i+1] {
			continue
		}
		gateway := g.Dataplane == resolve.DataplaneGateway.String()
		for j, m := range g.Members {
			if j > 0 && sameName(m, g.Members[j-1]) {
				continue
			}
			if c.names++; gateway {
				c.gateways++
			}
			if c.first == "" {
				c.first = clientNamed(m, gateway)
			}
			if !slices.Contains(c.namespaces, m.Namespace) {
				c.namespaces = append(c.namespaces, m.Namespace)
			}
		}
	}
	return c
}

func sameName(a, b wire.ConnectionClient) bool {
	return a.Namespace == b.Namespace && a.Name == b.Name && a.Kind == b.Kind
}

// text names one client, or counts them.
func (c clientele) text() string {
	noun := "workload"
	if c.gateways == c.names {
		noun = "gateway"
	}
	switch {
	case c.names == 1:
		return c.first
	case len(c.namespaces) == 1:
		return count(c.names, noun) + " of " + c.namespaces[0]
	}
	return fmt.Sprintf("%s of %d namespaces", count(c.names, noun), len(c.namespaces))
}

// Data implements View.
func (v savedConnections) Data() any { return v.ConnectionList }

// Names implements View: the clients.
func (v savedConnections) Names() []string {
	var clients []wire.ConnectionClient
	for _, g := range v.ClientGroups {
		clients = append(clients, g.Members...)
	}
	return clientNames(clients)
}

func clientNames(clients []wire.ConnectionClient) []string {
	var refs []resolve.Ref
	for _, c := range clients {
		refs = append(refs, objectOf(wire.Ref{Kind: c.Kind, Namespace: c.Namespace, Name: c.Name}))
	}
	slices.SortFunc(refs, resolve.Ref.Compare)
	var names []string
	for _, r := range slices.Compact(refs) {
		names = append(names, resourceName(r))
	}
	return names
}

// callFacts are what a row of calls that were read back says of one of them.
type callFacts struct {
	sends, accepts, ifMeshed, verdict, brief, symptom, field string
	denied                                                   []wire.Ref
	rule                                                     *wire.Ref
	position                                                 wire.Position
	server                                                   wire.ConnectionServer
	endpoint                                                 wire.ConnectionEndpoint
}

func (f callFacts) row(from base) *callRow {
	served := f.server != (wire.ConnectionServer{})
	row := &callRow{
		sends: sendsCell(f.sends, f.verdict, served), accepts: servesCell(f.accepts, f.ifMeshed, served), verdict: admittedCell(f.verdict, f.denied),
		because: format.Cell{Text: f.brief, Prose: f.brief != "auto mTLS" && (f.rule == nil || f.brief != objectOf(*f.rule).String())},
		at:      from.of(placedAt(f.position)), field: shortField(resolve.Field(f.field)), symptom: cellOf(f.symptom), acceptsBecause: cellOf(""),
	}
	row.symptom.Prose = true
	if served {
		text := f.endpoint.AcceptsBecause
		if by := f.endpoint.AcceptsBy; by != nil && f.endpoint.AcceptsScope != resolve.ScopeDataplane.String() {
			text = objectOf(*by).String()
		}
		row.acceptsBecause = format.Cell{Text: from.at(text, placedAt(f.endpoint.AcceptsPosition)), Prose: true}
	}
	return row
}

// hostNamed is a host as people type it: a Service without its domain.
func hostNamed(service *wire.Ref, host string) string {
	if service != nil {
		return service.Name + "." + service.Namespace
	}
	return host
}

func serverNamed(s wire.ConnectionServer) string {
	port := ":" + strconv.Itoa(int(s.Port))
	if s.Kind == "" {
		return s.Name + port
	}
	return shortName(wire.Ref{Kind: s.Kind, Name: s.Name}) + "." + s.Namespace + port
}

func clientNamed(c wire.ConnectionClient, gateway bool) string {
	text := shortName(wire.Ref{Kind: c.Kind, Name: c.Name}) + "." + c.Namespace
	if gateway {
		text += " (gateway)"
	}
	return text
}

// declaredBy is a declared call and the name of its client.
type declaredBy struct {
	client string
	wire.Declared
}

// savedEvidence is the cell of what is known of calls being made.
func savedEvidence(from base, record *wire.MigrationEvidence, known *wire.ConnectionEvidence, declared []declaredBy, server wire.ConnectionServer) format.Cell {
	text := ""
	if len(declared) > 0 {
		var names []string
		for _, d := range declared {
			names = append(names, d.client)
		}
		text = declaredText(from, names, declared[0].Says, placedAt(declared[0].Position))
	}
	if record == nil || known == nil {
		return knownCell(text, format.Cell{Text: dash}, false)
	}
	seen := evidence.Sightings{MTLS: savedSight(known.MTLS), Plaintext: savedSight(known.Plaintext), Unknown: savedSight(known.Unknown)}
	proxied := server.Kind != "" && server.Dataplane != resolve.DataplaneNone.String()
	cell := seenCell(seen, savedTime(record.To).Sub(savedTime(record.From)), proxied, known.Covered, len(record.Missing) == 0)
	if !seen.IsZero() {
		return knownCell("", cell, len(declared) > 0)
	}
	return knownCell(text, cell, false)
}

func savedSight(s wire.ConnectionSight) evidence.Sight {
	return evidence.Sight{Count: s.Count, Last: savedTime(s.LastSeen)}
}

// savedTime is a time of a report, the zero time for none.
func savedTime(text string) time.Time {
	t, err := time.Parse(time.RFC3339, strings.TrimSpace(text))
	if err != nil {
		return time.Time{}
	}
	return t
}
