package watching

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/mtlsctl/mtlsctl/render/metrics"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve/source/cluster"
)

// Server answers /metrics, /healthz and /readyz.
type Server struct {
	registry  *prometheus.Registry
	collector metrics.Collector
	changes   *prometheus.CounterVec
	// last is when the watcher was last alive, in nanoseconds since 1970; 0 for never.
	last atomic.Int64
	now  func() time.Time
}

// stuck is after how long without a sign of life the watcher is unhealthy.
const stuck = 2 * time.Minute

// NewServer makes one that shows nothing yet.
func NewServer(version string, now func() time.Time) *Server {
	s := &Server{registry: prometheus.NewRegistry(), now: now}
	s.changes = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mtlsctl_changes_total", Help: "Effective changes since the start, by what changed and the effect."}, []string{"type", "effect"})
	info := prometheus.NewGauge(prometheus.GaugeOpts{Name: "mtlsctl_build_info", Help: "The version of mtlsctl; always 1.", ConstLabels: prometheus.Labels{"version": version}})
	info.Set(1)
	for _, kind := range []struct{ word, effect string }{{"port", "weaker"}, {"call", "breaks"}} { // an increase from 0 is one
		s.changes.WithLabelValues(kind.word, kind.effect)
	}
	s.registry.MustRegister(&s.collector, s.changes, info, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return s
}

// Show is what to show from now on.
func (s *Server) Show(u *cluster.Update, snapshot *metrics.Snapshot, lines []wire.WatchLine) {
	s.collector.Set(snapshot)
	for i := range lines {
		s.changes.WithLabelValues(lines[i].Type, lines[i].Effect).Inc()
	}
	s.last.Store(u.At.UnixNano())
}

// Handler answers requests.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4}))
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, s.last.Load() > 0, "the cluster is not read yet")
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		last := s.last.Load()
		answer(w, last == 0 || s.now().Sub(time.Unix(0, last)) < stuck, "no update for two minutes")
	})
	return mux
}

func answer(w http.ResponseWriter, ok bool, not string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if !ok {
		http.Error(w, not, http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ok\n"))
}

// limits of what a client of a server may cost.
const (
	headerTime = 5 * time.Second
	requestTTL = 30 * time.Second
)

// Serve answers on a listener until ctx ends.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: headerTime, ReadTimeout: requestTTL, WriteTimeout: requestTTL, IdleTimeout: requestTTL, MaxHeaderBytes: 16 << 10}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(l); ctx.Err() == nil {
		return err
	}
	return nil
}
