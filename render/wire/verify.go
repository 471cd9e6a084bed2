package wire

import "errors"

// VerifyReport is the data of verify.
type VerifyReport struct {
	APIVersion string `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string `json:"kind" jsonschema:"enum=VerifyReport"`
	Scope      Scope  `json:"scope"`
	// FailOn is the severity from which on the run ends with exit code 1, or never.
	FailOn string `json:"failOn" jsonschema:"enum=error,enum=warning,enum=info,enum=never"`
	// Named is true where pods or workloads were named: the items then have the hosts too of
	// which the configuration and the proxy agree.
	Named bool `json:"named"`
	// Complete is false where proxies were not seen, or something else is missing that could
	// hide a difference: Missing shows what.
	Complete bool          `json:"complete"`
	Missing  []MissingItem `json:"missing"`
	// Items are the ports and hosts that were compared, and what is wrong with a proxy.
	Items []VerifyItem `json:"items"`
	// Proxies are those that were compared, Unseen the workloads of which pods were not seen.
	Proxies []VerifyProxy  `json:"proxies"`
	Unseen  []VerifyUnseen `json:"unseen"`
	Totals  VerifyTotals   `json:"totals"`
}

// VerifyTotals count.
type VerifyTotals struct {
	// Items is how many items there are, Error, Warning and Info how many of them are wrong.
	Items   int `json:"items"`
	Error   int `json:"error"`
	Warning int `json:"warning"`
	Info    int `json:"info"`
	// Proxies, Ports and Hosts were compared, Unseen pods have no dump.
	Proxies int `json:"proxies"`
	Ports   int `json:"ports"`
	Hosts   int `json:"hosts"`
	Unseen  int `json:"unseen"`
}

// VerifyItem is a port, a host, or a proxy as a whole.
type VerifyItem struct {
	Pod       string `json:"pod"`
	Namespace string `json:"namespace"`
	// Workload is what the pod belongs to.
	Workload Ref `json:"workload"`
	// Port is a port of the pod, 0 for none; AnyPort is true for every port that nothing names.
	Port    int32 `json:"port"`
	AnyPort bool  `json:"anyPort"`
	// Host is a port of a host that the pod calls, "HOST:PORT" or "HOST:PORT/SUBSET", "" for none;
	// Endpoint is the endpoint that differs, "" for all.
	Host     string `json:"host"`
	Endpoint string `json:"endpoint"`
	// Config is what the configuration comes to, Proxy what the proxy runs: a mode for a port,
	// words of client TLS for a host.
	Config string `json:"config"`
	Proxy  string `json:"proxy"`
	// State is settled where the configuration cannot show the answer and the proxy does.
	State string `json:"state" jsonschema:"enum=same,enum=differs,enum=settled,enum=unknown"`
	// Code is the check's, "" for nothing wrong; Severity is "" then, too.
	Code     string `json:"code"`
	Severity string `json:"severity" jsonschema:"enum=error,enum=warning,enum=info,enum="`
	// Why is why they differ: a stable word, "" for nothing wrong.
	Why     string `json:"why"`
	Message string `json:"message"`
	Fix     string `json:"fix"`
	// By is the object that decides in the configuration.
	By       Ref      `json:"by"`
	Position Position `json:"position"`
}

// VerifyProxy is a proxy that was compared.
type VerifyProxy struct {
	Pod       string   `json:"pod"`
	Namespace string   `json:"namespace"`
	Workload  Ref      `json:"workload"`
	Kind      string   `json:"kind"`
	Version   string   `json:"version"`
	Files     []string `json:"files"`
	// Sync is what istiod knows of the proxy, "" where no list of istiod was read.
	Sync string `json:"sync" jsonschema:"enum=synced,enum=stale,enum=rejected,enum=not connected,enum="`
	// Identity and Expires are of its certificate, "" where none was read.
	Identity string `json:"identity"`
	Expires  string `json:"expires"`
	// Ports and Hosts are how many were compared, OtherHosts those that were not: they, or their
	// endpoints, are not in the input.
	Ports      int `json:"ports"`
	Hosts      int `json:"hosts"`
	OtherHosts int `json:"otherHosts"`
	// Counted is true where counters were read; Traffic is what the proxy received.
	Counted bool            `json:"counted"`
	Traffic []VerifyTraffic `json:"traffic"`
}

// VerifyTraffic is what a proxy received for a Service since it began.
type VerifyTraffic struct {
	Service   string  `json:"service"`
	TCP       bool    `json:"tcp"`
	MTLS      float64 `json:"mtls"`
	Plaintext float64 `json:"plaintext"`
}

// VerifyUnseen is a workload of which proxies were not seen.
type VerifyUnseen struct {
	Workload Ref `json:"workload"`
	// Pods are those without a dump, none where the input has no pods; Of is how many there are.
	Pods      []string `json:"pods"`
	Of        int      `json:"of"`
	Dataplane string   `json:"dataplane"`
}

// check looks whether the totals are those of the items: a report that was cut off has others.
func (r *VerifyReport) check() error {
	t := VerifyTotals{Items: len(r.Items), Proxies: len(r.Proxies), Ports: r.Totals.Ports, Hosts: r.Totals.Hosts, Unseen: r.Totals.Unseen}
	for i := range r.Items {
		t.Count(r.Items[i].Severity)
	}
	if t != r.Totals {
		return errors.New("incomplete report: its items are not those of its totals")
	}
	return nil
}

// Count counts one more item of a severity, "" for nothing wrong.
func (t *VerifyTotals) Count(severity string) {
	switch severity {
	case "error":
		t.Error++
	case "warning":
		t.Warning++
	case "info":
		t.Info++
	}
}

// Reaches reports an item that is at least as grave as a word: false for never.
func (r *VerifyReport) Reaches(word string) bool {
	switch word {
	case "error":
		return r.Totals.Error > 0
	case "warning":
		return r.Totals.Error+r.Totals.Warning > 0
	case "info":
		return r.Totals.Error+r.Totals.Warning+r.Totals.Info > 0
	}
	return false
}
