package traffic

import (
	"context"
	"errors"
	"fmt"
	"time"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// pieces is in how many parts a window is asked for. None is shorter than shortest,
// nor cut to less when a server cannot answer: a piece without a scrape in it would
// look like a gap, and a counter after it like a new one.
const (
	pieces   = 28
	shortest = 10 * time.Minute
)

// counters are Istio's, of sidecars and ztunnels.
var counters = []string{"istio_requests_total", "istio_tcp_connections_opened_total"}

// by are the labels that tell edges apart.
const by = "source_workload, source_workload_namespace, destination_workload, destination_workload_namespace, " +
	"destination_service_name, destination_service_namespace, request_protocol, connection_security_policy"

// asked is the growth of a counter over a piece, as the server's side reported it: the
// client's side does not know how the connection was secured.
func asked(counter string, piece time.Duration) string {
	return fmt.Sprintf("sum by (%s) (%s) > 0", by, grown(counter+`{reporter="destination"}`, piece))
}

// grown is by how much each series grew over a piece. increase does not see what a
// counter began with, and a client that called once and was never seen before is just
// the one that matters: a counter that is new counts whole.
func grown(series string, piece time.Duration) string {
	length := model.Duration(piece).String()
	return fmt.Sprintf("(last_over_time(%s[%s]) unless last_over_time(%s[%s] offset %s)) or increase(%s[%s])",
		series, length, series, length, length, series, length)
}

// pieces asks about from to to, length by length; the last may be shorter.
func (p *prometheus) pieces(ctx context.Context, t *evidence.Traffic, from, to time.Time, length time.Duration) error {
	length = max(length.Round(time.Minute), shortest)
	var gaps spans
	for at := from; at.Before(to); at = at.Add(length) {
		end := at.Add(length)
		if end.After(to) {
			end = to
		}
		seen, err := p.piece(ctx, t, at, end)
		if err != nil {
			return err
		}
		if !seen {
			gaps.add(at, end)
		}
	}
	t.Missing = append(t.Missing, gaps.missing(from, to)...)
	return nil
}

// piece asks about one piece, in halves where the server finds it too much. seen is
// false when the server has nothing of Istio's then.
func (p *prometheus) piece(ctx context.Context, t *evidence.Traffic, from, to time.Time) (seen bool, err error) {
	edges, seen, err := p.edges(ctx, from, to)
	var failures []evidence.Failure
	var collected bool
	if err == nil {
		failures, collected, err = p.handshakes(ctx, from, to)
	}
	if err == nil {
		t.Edges, t.Failures = append(t.Edges, edges...), append(t.Failures, failures...)
		t.HandshakesCollected = t.HandshakesCollected || collected
		if len(t.Edges) > 2*p.distinct+10_000 { // most pieces have the same edges
			t.Normalize()
			p.distinct = len(t.Edges)
		}
		return seen, nil
	}
	if !tooMuch(err) || to.Sub(from) < 2*shortest || ctx.Err() != nil {
		return false, err
	}
	middle := from.Add((to.Sub(from) / 2).Round(time.Minute))
	first, err := p.piece(ctx, t, from, middle)
	if err != nil {
		return false, err
	}
	second, err := p.piece(ctx, t, middle, to)
	return first && second, err
}

// tooMuch reports an answer that a shorter question may not get: too many samples, a
// query that took too long, a server that gave up.
func tooMuch(err error) bool {
	var answered *v1.Error
	if !errors.As(err, &answered) {
		return false
	}
	return answered.Type == v1.ErrTimeout || answered.Type == v1.ErrExec || answered.Type == v1.ErrServer || answered.Type == v1.ErrCanceled
}

func (p *prometheus) edges(ctx context.Context, from, to time.Time) (edges []evidence.Edge, seen bool, err error) {
	length := to.Sub(from)
	for _, counter := range counters {
		there, err := p.ask(ctx, fmt.Sprintf(`count(last_over_time(%s{reporter="destination"}[%s]))`, counter, model.Duration(length)), to)
		if err != nil {
			return nil, false, err
		}
		if len(there) == 0 {
			continue
		}
		seen = true
		vector, err := p.ask(ctx, asked(counter, length), to)
		if err != nil {
			return nil, false, err
		}
		for _, sample := range vector {
			edges = append(edges, edgeOfSample(sample, counter, to))
		}
	}
	return edges, seen, nil
}

func edgeOfSample(s *model.Sample, counter string, seen time.Time) evidence.Edge {
	label := func(name model.LabelName) string {
		if v := string(s.Metric[name]); v != "unknown" {
			return v
		}
		return ""
	}
	peer := func(name, namespace model.LabelName) resolve.Peer {
		p := resolve.Peer{Namespace: label(namespace), Name: label(name)}
		if p.Name == "" {
			return resolve.Peer{}
		}
		return p
	}
	e := evidence.Edge{
		Client: peer("source_workload", "source_workload_namespace"), Server: peer("destination_workload", "destination_workload_namespace"),
		Service: peer("destination_service_name", "destination_service_namespace"), Count: float64(s.Value), LastSeen: seen, Protocol: "http",
	}
	switch {
	case counter == counters[1]:
		e.Protocol = "tcp"
	case label("request_protocol") == "grpc":
		e.Protocol = "grpc"
	}
	switch label("connection_security_policy") {
	case "mutual_tls":
		e.Security = resolve.SecurityMTLS
	case "none":
		e.Security = resolve.SecurityPlaintext
	}
	return e
}
