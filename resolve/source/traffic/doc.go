// Package traffic reads what was observed of calls: from a Prometheus that scrapes
// Istio's proxies, from their access logs, or from a file that was recorded of either. It
// counts and names; what the calls mean is said elsewhere. It never says that nothing was called where the
// source could not have seen it.
package traffic
