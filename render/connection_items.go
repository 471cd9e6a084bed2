package render

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// Data implements View: a ConnectionList, or with Expand a ConnectionPairList.
func (v Connections) Data() any {
	if v.Expand {
		return v.pairList()
	}
	b := newItemBuilder(v)
	list := b.head()
	for _, r := range v.Calls.Rows(false) {
		list.Items = append(list.Items, b.item(r))
	}
	return list
}

// Head implements Streamed.
func (v Connections) Head() any {
	if v.Expand {
		return v.pairHead()
	}
	return newItemBuilder(v).head()
}

// Items implements Streamed.
func (v Connections) Items(yield func(compact []byte) bool) error {
	if v.Expand {
		return v.encodedPairs(yield)
	}
	b := newItemBuilder(v)
	for _, r := range v.Calls.Rows(false) {
		item := b.item(r)
		text, err := format.Compact(&item)
		if err != nil {
			return err
		}
		if !yield(text) {
			return nil
		}
	}
	return nil
}

// itemBuilder makes the items of a ConnectionList, with the numbers by which they name
// clients.
type itemBuilder struct {
	Connections
	groups map[*calls.Group]int
	sets   map[*calls.Roster]int
	// listed are the sets in the order of their numbers.
	listed []*calls.Roster
	// wide are the numbers of the rows of -o wide.
	wide   map[*calls.Part]int
	routes *routes
}

func newItemBuilder(v Connections) *itemBuilder {
	b := &itemBuilder{v, map[*calls.Group]int{}, map[*calls.Roster]int{}, nil, map[*calls.Part]int{}, &routes{mesh: v.Calls.Mesh, known: map[route][]wire.Ref{}}}
	for i, g := range v.Calls.Clients() {
		b.groups[g] = i + 1
	}
	for i, r := range v.Calls.Rows(true) {
		for _, p := range r.Parts {
			b.wide[p] = i + 1
		}
	}
	for _, r := range v.Calls.Rows(false) {
		b.set(r.Clients)
		for _, p := range r.Parts {
			b.set(p.Clients)
		}
	}
	return b
}

func (b *itemBuilder) set(from *calls.Roster) int {
	if b.sets[from] == 0 {
		b.listed = append(b.listed, from)
		b.sets[from] = len(b.listed)
	}
	return b.sets[from]
}

func (b *itemBuilder) head() wire.ConnectionList {
	list := wire.ConnectionList{
		APIVersion: wire.APIVersion2, Kind: "ConnectionList", Whole: true, Scope: filled(b.Scope), Filtered: b.Filtered,
		Totals: newTotals(b.Calls.Totals(), len(b.Calls.Rows(false))), Evidence: b.record(), Derivation: b.steps(),
		Failures: b.wireFailures(), Notes: b.notes(), Besides: b.besides(), ClientGroups: []wire.ClientGroup{}, ClientSets: [][]int{}, Items: []wire.ConnectionItem{},
	}
	list.Totals.Besides = besidesTotals(list.Besides)
	if b.Derivation != nil {
		list.Title = b.derivationTitle()
	}
	for i, g := range b.Calls.Clients() {
		group := wire.ClientGroup{Number: i + 1, Dataplane: g.Class.Dataplane.String(), Members: []wire.ConnectionClient{}}
		for _, w := range g.Workloads {
			group.Members = append(group.Members, clientOf(w))
		}
		list.ClientGroups = append(list.ClientGroups, group)
	}
	for _, from := range b.listed {
		var numbers []int
		for _, g := range from.Groups {
			numbers = append(numbers, b.groups[g])
		}
		list.ClientSets = append(list.ClientSets, numbers)
	}
	return list
}

// item is a row in its wire form.
func (b *itemBuilder) item(r *calls.Row) wire.ConnectionItem {
	known := b.Calls.Known(r)
	brief, _ := calls.Because(&r.Connection)
	item := wire.ConnectionItem{
		Clients: r.Clients.Names, ClientSet: b.set(r.Clients), Evidence: b.evidenceOf(known), Declared: []wire.DeclaredCall{},
		Host: r.Host.Name, Service: serviceOrNull(r.Host), Ports: r.Ports, Subsets: r.Subsets,
		Sends: r.Sends.TLS.String(), Accepts: resolve.Unknown.String(), Verdict: r.Outcome.Verdict.String(),
		Brief: brief, Because: words.Because(r.Sends.Reason()), Cause: string(r.Sends.Why.Cause), Rule: refOrNull(r.Sends.By), Field: string(r.Sends.Field), Position: positionOf(r.Sends.Position()),
		VerdictBecause: words.Because(r.Outcome.Why), VerdictCause: string(r.Outcome.Why.Cause), Admitted: admittedRow(r), Symptom: words.Symptom(r.Outcome.Symptom), Fix: remedy.Fix(&r.Connection),
		Lost: r.Lost, Legs: legsOf(&r.Connection), Endpoints: make([]wire.ConnectionEndpoint, 0, len(r.Parts)),
	}
	if r.Server != nil {
		item.Accepts, item.AcceptsIfMeshed = r.Serves.Mode.String(), modeIfMeshed(&r.Serves)
	}
	for i, d := range known.Declared {
		item.Declared = append(item.Declared, wire.DeclaredCall{Client: refOf(d.Client.Ref), Declared: declaredOf(known.Declared[i : i+1])[0]})
	}
	for _, p := range r.Parts {
		item.Endpoints = append(item.Endpoints, b.endpoint(p, slices.Index(r.Servers, p.Server)+1))
	}
	return item
}

func (b *itemBuilder) endpoint(p *calls.Part, number int) wire.ConnectionEndpoint {
	e := wire.ConnectionEndpoint{
		Port: p.Port.Number, Subset: p.Subset, Server: serverOf(p.Server), Number: number, ClientSet: b.set(p.Clients), Row: b.wide[p], RoutedBy: b.routes.of(&p.Connection),
		Field: string(p.Sends.Field), Position: positionOf(p.Sends.Position()),
	}
	e.Proxy = sentByPart(b.Running, p)
	if p.Rule != nil {
		e.DestinationRule = refOrNull(p.Rule.Ref)
	}
	if p.Server != nil {
		e.AcceptsBecause, e.AcceptsCause, e.AcceptsScope = words.Because(p.Serves.Why), string(p.Serves.Why.Cause), p.Serves.Scope.String()
		e.AcceptsBy, e.AcceptsPosition = refOrNull(p.Serves.By), positionOf(p.Serves.Position())
	}
	return e
}

// serviceOrNull is the Service that a host is, nil for another.
func serviceOrNull(h *outbound.Host) *wire.Ref {
	if h.Ref.Kind != resolve.KindService {
		return nil
	}
	return refOrNull(h.Ref)
}

// routes remember which VirtualServices lead to a subset of a host.
type routes struct {
	mesh  *mesh.Mesh
	known map[route][]wire.Ref
}

type route struct{ host, subset string }

func (r *routes) of(c *outbound.Connection) []wire.Ref {
	key := route{c.Host.Name, c.Subset}
	if r.known[key] == nil {
		r.known[key] = refsOf(r.mesh.RoutedBy(c.Host.Name, c.Subset))
	}
	return r.known[key]
}

// record is the record of traffic, nil where none was given.
func (v Connections) record() *wire.MigrationEvidence {
	if v.Calls.Evidence == nil {
		return nil
	}
	return newMigrationEvidence(v.Calls.Evidence)
}
