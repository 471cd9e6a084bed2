// Package validation says whether a cluster with Istio would take an object: by the
// names of Kubernetes, by the schema and the rules of the kind's
// CustomResourceDefinition, and by the validation of Istio's webhook. It reads and
// applies nothing. The schemas are tables, written by testdata/conformance/validation
// from what istio.io/api ships; that module also lets the API server's own code and
// Istio's webhook judge the same objects.
//
// Three values are not judged, since what judges them in a cluster is as large as
// this tool: the CEL expression of a Telemetry's access log filter, the Envoy
// configuration that an EnvoyFilter's patch adds, and the keys of a
// RequestAuthentication's jwks.
package validation
