// Package metrics shows what a mesh has at one time as metrics of Prometheus, with the rules
// that alert on them.
package metrics
