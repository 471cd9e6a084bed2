package traffic

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/client_golang/api"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/config"
	"github.com/prometheus/common/model"

	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// Options says which Prometheus to ask, how, and about how long.
type Options struct {
	// URL is the server's, with the path under which its API is.
	URL string
	// HTTP is how to authenticate and whom to trust.
	HTTP config.HTTPClientConfig
	// Headers go with each request: a tenant, for instance.
	Headers http.Header
	// To is the end of what is asked about, Window its length, over a minute.
	To     time.Time
	Window time.Duration
	// MaxAnswer is how many bytes one answer may have, unpacked; 0 is 256 MiB.
	MaxAnswer int64
}

// Error is why a Prometheus could not answer.
type Error struct {
	// URL is the server's, Reason why, Hint what to do.
	URL, Reason, Hint string
}

// Error implements error.
func (e *Error) Error() string { return e.URL + ": " + e.Reason }

// prometheus is a server that is asked.
type prometheus struct {
	o        Options
	api      v1.API
	warnings map[string]bool
	// distinct is how many edges there were when they were last put together.
	distinct int
}

// Record asks a Prometheus what it saw, piece by piece, so that no query has to look
// at more than a small server can. What it could not have seen is said in Missing. It
// fails when the server cannot be reached or does not answer, or when ctx ends.
func Record(ctx context.Context, o Options) (*evidence.Traffic, error) {
	p, err := newPrometheus(o)
	if err != nil {
		return nil, err
	}
	t := &evidence.Traffic{Source: "Prometheus " + named(o.URL), From: o.To.Add(-o.Window), To: o.To}
	if err := p.pieces(ctx, t, o.To.Add(-o.Window), o.To, o.Window/pieces); err != nil {
		return nil, p.explain(ctx, err)
	}
	for w := range p.warnings {
		t.Missing = append(t.Missing, "Prometheus warns: "+w)
	}
	t.Normalize()
	return t, nil
}

// named is a URL without the password that it may hold.
func named(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "?"
	}
	u.User = nil
	return u.String()
}

func newPrometheus(o Options) (*prometheus, error) {
	transport, err := config.NewRoundTripperFromConfig(o.HTTP, "mtlsctl")
	if err != nil {
		return nil, &Error{named(o.URL), err.Error(), ""}
	}
	client, err := api.NewClient(api.Config{Address: o.URL, RoundTripper: bounded{withHeaders{transport, o.Headers}, cmp.Or(o.MaxAnswer, largest)}})
	if err != nil {
		return nil, &Error{named(o.URL), err.Error(), "for example --prometheus http://localhost:9090"}
	}
	return &prometheus{o: o, api: v1.NewAPI(client), warnings: map[string]bool{}}, nil
}

// withHeaders adds headers to each request.
type withHeaders struct {
	http.RoundTripper
	headers http.Header
}

// RoundTrip implements http.RoundTripper.
func (w withHeaders) RoundTrip(r *http.Request) (*http.Response, error) {
	if len(w.headers) > 0 {
		r = r.Clone(r.Context())
		for name, values := range w.headers {
			r.Header[name] = values
		}
	}
	return w.RoundTripper.RoundTrip(r)
}

// explain says in words why a server did not answer.
func (p *prometheus) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return ctx.Err()
	}
	out := &Error{URL: named(p.o.URL), Reason: reason(err), Hint: "curl " + strings.TrimSuffix(named(p.o.URL), "/") + "/api/v1/query?query=up asks the same server"}
	var answered *v1.Error
	switch {
	case errors.As(err, new(*overlong)):
		out.Reason, out.Hint = err.Error(), "--window asks for a shorter time; check that it is the Prometheus of this mesh only"
	case errors.Is(err, context.DeadlineExceeded):
		out.Reason, out.Hint = "no answer within the time limit", "--timeout waits longer, --window asks for a shorter time"
	case errors.As(err, &answered) && (strings.Contains(answered.Msg, "401") || strings.Contains(answered.Msg, "403")):
		out.Reason, out.Hint = "rejects the user: "+answered.Msg, "authenticate with --prometheus-token-file or --prometheus-username"
	case errors.As(err, &answered) && answered.Type == v1.ErrBadResponse:
		out.Reason, out.Hint = "does not answer like a Prometheus: "+answered.Msg, "check the port and path: --prometheus is the address before /api/v1"
	}
	return out
}

// reason is what went wrong, without the address, which is said beside it.
func reason(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return err.Error()
}

// ask asks one instant query.
func (p *prometheus) ask(ctx context.Context, query string, at time.Time) (model.Vector, error) {
	value, warnings, err := p.api.Query(ctx, query, at)
	if err != nil {
		return nil, err
	}
	for _, w := range warnings {
		p.warnings[w] = true
	}
	vector, ok := value.(model.Vector)
	if !ok {
		return nil, fmt.Errorf("answers with a %s, want a vector", value.Type())
	}
	if len(vector) > mostSeries {
		return nil, &overlong{fmt.Sprintf("answers with %d series, more than %d", len(vector), mostSeries)}
	}
	return vector, nil
}
