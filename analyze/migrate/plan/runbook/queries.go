package runbook

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
)

// queries show in Prometheus what a wave is about. They end at 0, or at nothing.
func queries(w *plan.Wave) []Query {
	at := selecting(w)
	const by = "sum by (destination_workload_namespace, destination_workload)"
	share := func(metric string) string {
		return by + " (rate(" + metric + `{reporter="destination", connection_security_policy!="mutual_tls"` + at + "}[5m]))\n  / " +
			by + " (rate(" + metric + `{reporter="destination"` + at + "}[5m]))"
	}
	return append(crossings(w), []Query{
		{"share of requests without mTLS, by server: 0 before its port becomes STRICT, no series after", share("istio_requests_total")},
		{"the same for TCP connections", share("istio_tcp_connections_opened_total")},
		{
			"failed requests, by client and server: no more than before the wave (UF: no connection, UC: connection terminated, URX: retry limit exceeded)",
			`sum by (source_workload, destination_workload, response_flags) (rate(istio_requests_total{reporter="source", response_code="503", response_flags=~".*(UF|UC|URX).*"` + at + "}[5m]))",
		},
		{
			"failed TLS handshakes, by client (Envoy has no envoy_cluster_ssl_handshake_error; proxies report this metric if proxyStatsMatcher includes \".*ssl.*\")",
			"sum by (namespace, pod, cluster_name) (rate(envoy_cluster_ssl_connection_error[5m])) > 0",
		},
	}...)
}

// selecting limits a query to the namespaces of the wave, "" for the mesh.
func selecting(w *plan.Wave) string {
	names := namespaces(w)
	if w.Kind == plan.Relabel {
		names = named1(w)
	}
	for _, t := range w.Strict {
		names = append(names, t.Workload.Namespace)
	}
	slices.Sort(names)
	if names = slices.Compact(names); w.Kind == plan.MeshWide || len(names) > mostNamed {
		return ""
	}
	return `, destination_workload_namespace=~"` + strings.Join(names, "|") + `"`
}
