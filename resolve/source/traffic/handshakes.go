package traffic

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/common/model"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// Envoy's counters of TLS handshakes that failed, of calls to others and of calls that
// arrive. Istio's proxies report them where proxyStatsMatcher says so; most do not.
const (
	clientHandshakes = "envoy_cluster_ssl_connection_error"
	otherHandshakes  = "envoy_cluster_ssl_handshake_error" // as many runbooks call it
	serverHandshakes = "envoy_listener_ssl_connection_error"
)

// whoFailed are the labels that name the proxy, as different scrape configurations do,
// and what it called.
const whoFailed = "namespace, kubernetes_namespace, pod, pod_name, kubernetes_pod_name, cluster_name"

// handshakes asks which TLS handshakes failed in a piece. collected is false where
// nobody counts them, which is nothing that is missing in a record of calls.
func (p *prometheus) handshakes(ctx context.Context, from, to time.Time) (failures []evidence.Failure, collected bool, err error) {
	length := to.Sub(from)
	for _, counter := range []string{clientHandshakes, otherHandshakes, serverHandshakes} {
		there, err := p.ask(ctx, fmt.Sprintf("count(last_over_time(%s[%s]))", counter, model.Duration(length)), to)
		if err != nil {
			return nil, false, err
		}
		if len(there) == 0 {
			continue
		}
		collected = true
		vector, err := p.ask(ctx, fmt.Sprintf("sum by (%s) (%s) > 0", whoFailed, grown(counter, length)), to)
		if err != nil {
			return nil, false, err
		}
		for _, sample := range vector {
			if f, ok := failureOfSample(sample, counter, to); ok {
				failures = append(failures, f)
			}
		}
	}
	return failures, collected, nil
}

// failureOfSample is what a proxy counted. ok is false for a cluster that is no service,
// such as the proxy's own of its control plane.
func failureOfSample(s *model.Sample, counter string, seen time.Time) (f evidence.Failure, ok bool) {
	first := func(names ...model.LabelName) string {
		for _, name := range names {
			if v := s.Metric[name]; v != "" {
				return string(v)
			}
		}
		return ""
	}
	who := resolve.Peer{Namespace: first("namespace", "kubernetes_namespace"), Pod: first("pod", "pod_name", "kubernetes_pod_name")}
	if who.Pod == "" {
		who = resolve.Peer{}
	}
	f = evidence.Failure{Kind: evidence.FailureHandshake, Count: float64(s.Value), LastSeen: seen}
	if counter == serverHandshakes {
		f.Server = who
		return f, true
	}
	f.Client = who
	f.Service, f.ServicePort, ok = clusterService(first("cluster_name"))
	return f, ok
}
