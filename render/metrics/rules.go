package metrics

import _ "embed"

// Rules are recording and alert rules for Prometheus.
//
//go:embed rules.yaml
var Rules string
