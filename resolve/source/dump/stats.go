package dump

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/mtlsctl/mtlsctl/resolve/proxy"
)

// The counters of what a proxy received.
const (
	requests    = "istio_requests_total"
	connections = "istio_tcp_connections_opened_total"
)

// largestStats bounds the lines about calls that one proxy writes.
const largestStats = 64 << 20

// stats reads /stats/prometheus: only the lines about calls are kept and parsed.
func (f *file) stats(in io.Reader) error {
	var kept bytes.Buffer
	for b := bufio.NewReaderSize(io.LimitReader(in, largestFile), 256<<10); ; {
		line, err := b.ReadSlice('\n')
		if bytes.HasPrefix(line, []byte(requests+"{")) || bytes.HasPrefix(line, []byte(connections+"{")) {
			kept.Write(line)
		}
		if kept.Len() > largestStats {
			return errTooLarge
		}
		if err == io.EOF {
			break
		}
		if err != nil && err != bufio.ErrBufferFull {
			return err
		}
	}
	if n := kept.Len(); n > 0 && kept.Bytes()[n-1] != '\n' {
		kept.WriteByte('\n')
	}
	f.envoy.Has.Stats = true
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(&kept)
	if err != nil {
		return fmt.Errorf("counters: %w", err)
	}
	sums := map[proxy.Traffic]*proxy.Traffic{}
	for name, tcp := range map[string]bool{requests: false, connections: true} {
		for _, m := range families[name].GetMetric() {
			labels := map[string]string{}
			for _, l := range m.GetLabel() {
				labels[l.GetName()] = l.GetValue()
			}
			count(sums, labels, tcp, m.GetUntyped().GetValue()+m.GetCounter().GetValue())
		}
	}
	for _, t := range sums {
		f.envoy.Traffic = append(f.envoy.Traffic, *t)
	}
	slices.SortFunc(f.envoy.Traffic, func(a, b proxy.Traffic) int {
		if a.TCP != b.TCP {
			if b.TCP {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Service, b.Service)
	})
	return nil
}

// count adds what the server's proxy counted. The client's does not know how a call arrived.
func count(sums map[proxy.Traffic]*proxy.Traffic, labels map[string]string, tcp bool, n float64) {
	if labels["reporter"] != "destination" {
		return
	}
	key := proxy.Traffic{Service: cmp.Or(labels["destination_service"], "unknown"), TCP: tcp}
	t := sums[key]
	if t == nil {
		t = &proxy.Traffic{Service: key.Service, TCP: tcp}
		sums[key] = t
	}
	switch labels["connection_security_policy"] {
	case "mutual_tls":
		t.MTLS += n
	case "none":
		t.Plaintext += n
	}
}
