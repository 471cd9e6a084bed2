package traffic_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
)

// front is a line up to the authority, with room for flags, details and the agent.
func front(code, flags, details, agent string) string {
	return `[2026-11-20T10:00:00.250Z] "GET /a?b=" c HTTP/2" ` + code + " " + flags + " " + details + ` 0 12 3 2 "-" "` + agent + `" "1234-5" "pay:80" `
}

const (
	fine   = `via_upstream - "-"`
	tcp    = `[2026-11-20T10:00:00.250Z] "- - -" 0 - - - "-" 120 95 30 - "-" "-" "-" "-" `
	toPay8 = ` 127.0.0.6:41000 10.0.0.10:8080 10.0.0.20:50000 `
)

// TestAccessLines: what one line of each kind says.
func TestAccessLines(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ line, want string }{
		"mtls":             {front("200", "-", fine, "curl") + `"10.0.0.10:8080" inbound|8080||` + toPay8 + "outbound_.80_._.pay.shop.svc.cluster.local default", "10.0.0.20 -> 10.0.0.10:8080 (pay.shop:80) http mutual_tls"},
		"mtls of a subset": {front("200", "-", fine, "curl") + `"10.0.0.10:8080" inbound|8080||` + toPay8 + "outbound_.80_.v1_.pay.shop.svc.example.org default", "10.0.0.20 -> 10.0.0.10:8080 (pay.shop:80) http mutual_tls"},
		"plaintext":        {front("200", "-", fine, `Mozilla "5" (X; Y) 1 2 3`) + `"10.0.0.10:8080" inbound|8080||` + toPay8 + "- default", "10.0.0.20 -> 10.0.0.10:8080 (unknown:0) http none"},
		"no route name":    {front("200", "-", fine, "curl") + `"10.0.0.10:8080" inbound|8080||` + toPay8 + "-", "10.0.0.20 -> 10.0.0.10:8080 (unknown:0) http none"},
		"of Istio 1.3":     {front("200", "-", `"-" "-"`, "curl") + `"127.0.0.1:8080" inbound|80|http|pay.shop.svc.cluster.local` + toPay8 + "- default", "10.0.0.20 -> 10.0.0.10:8080 (unknown:0) http none"},
		"passed through":   {tcp + `"10.0.0.10:8080" InboundPassthroughCluster` + toPay8 + "- -", "10.0.0.20 -> 10.0.0.10:8080 (unknown:0) tcp none"},
		"TLS unopened":     {tcp + `"10.0.0.10:8080" InboundPassthroughClusterIpv4` + toPay8 + "pay.example.com -", "10.0.0.20 -> 10.0.0.10:8080 (unknown:0) tcp none"},
		"TLS opened":       {front("200", "-", fine, "curl") + `"10.0.0.10:8080" inbound|8080||` + toPay8 + "pay.example.com default", "10.0.0.20 -> 10.0.0.10:8080 (unknown:0) http unknown"},
		"IPv6":             {tcp + `"[fd00::10]:8080" inbound|8080|| [::6]:41000 [fd00::10]:8080 [fd00::20]:50000 outbound_.80_._.pay.shop.svc.cluster.local -`, "fd00::20 -> fd00::10:8080 (pay.shop:80) tcp mutual_tls"},
		"mapped IPv4":      {tcp + `"-" inbound|8080|| - [::ffff:10.0.0.10]:8080 [::ffff:10.0.0.20]:50000 - -`, "10.0.0.20 -> 10.0.0.10:8080 (unknown:0) tcp none"},
		"within the pod":   {tcp + `"-" inbound|8080|| - 10.0.0.10:8080 127.0.0.6:50000 - -`, ""},
		"refused": {`[2026-11-20T10:00:00.250Z] "- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - 10.0.0.10:8080 10.0.0.20:50000 - -`,
			"plaintext refused: 10.0.0.20 -> 10.0.0.10:8080 (unknown:0) filter_chain_not_found"},
		"TLS refused": {`[2026-11-20T10:00:00.250Z] "- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - 10.0.0.10:8080 10.0.0.20:50000 pay.example.com -`,
			"tls refused: 10.0.0.20 -> 10.0.0.10:8080 (unknown:0) filter_chain_not_found"},
		"outbound":  {front("200", "-", fine, "curl") + `"10.0.0.10:8080" outbound|80||pay.shop.svc.cluster.local 10.0.0.20:50000 10.96.0.1:80 10.0.0.20:40000 - default`, "10.0.0.20 -> 10.0.0.10:8080 (pay.shop:80) http unknown"},
		"a gateway": {front("200", "-", fine, "curl") + `"10.0.0.10:8080" outbound|80|v1|pay.shop.svc.cluster.local 10.0.0.5:50000 10.0.0.5:8443 203.0.113.9:40000 pay.example.com -`, "10.0.0.5 -> 10.0.0.10:8080 (pay.shop:80) http unknown"},
		"HBONE":     {tcp + `"envoy://connect_originate/10.0.0.10:8080" outbound|80||pay.shop.svc.cluster.local envoy://internal_client_address/ 10.96.0.1:80 10.0.0.20:40000 - -`, "10.0.0.20 -> 10.0.0.10:8080 (pay.shop:80) tcp unknown"},
		"a waypoint": {front("200", "-", fine, "curl") + `"envoy://connect_originate/10.0.0.10:8080" inbound-vip|80|http|pay.shop.svc.cluster.local envoy://internal_client_address/ 10.96.0.1:80 10.0.0.20:40000 - default`,
			"10.0.0.20 -> 10.0.0.10:8080 (pay.shop:80) http unknown"},
		"an eastwest gateway": {tcp + `"10.0.0.10:8080" outbound_.80_._.pay.shop.svc.cluster.local 10.0.0.5:50000 10.0.0.5:15443 10.9.0.20:40000 outbound_.80_._.pay.shop.svc.cluster.local -`, "10.9.0.20 -> 10.0.0.10:8080 (pay.shop:80) tcp unknown"},
		"to the outside":      {tcp + `"203.0.113.7:443" PassthroughCluster 10.0.0.20:50000 203.0.113.7:443 10.0.0.20:40000 api.example.com -`, "10.0.0.20 -> 203.0.113.7:443 (unknown:0) tcp unknown"},
		"a ServiceEntry":      {tcp + `"203.0.113.7:443" outbound|443||api.example.com 10.0.0.20:50000 203.0.113.7:443 10.0.0.20:40000 api.example.com -`, "10.0.0.20 -> 203.0.113.7:443 (api.example.com:443) tcp unknown"},
		"no server":           {front("503", "UH", `no_healthy_upstream - "-"`, "curl") + `"-" outbound|80||pay.shop.svc.cluster.local - 10.96.0.1:80 10.0.0.20:40000 - default`, ""},
		"unreachable":         {front("503", "UF,URX", `upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_111} - "delayed_connect_error:_111"`, "curl") + `"10.0.0.10:8080" outbound|80||pay.shop.svc.cluster.local - 10.96.0.1:80 10.0.0.20:40000 - default`, ""},
		"TLS fails": {front("503", "UF", `upstream_reset_before_response_started{remote_connection_failure|TLS_error:|268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end} - "TLS_error:|268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end"`, "curl") + `"10.0.0.10:8080" outbound|80||pay.shop.svc.cluster.local - 10.96.0.1:80 10.0.0.20:40000 - default`,
			"tls handshake: 10.0.0.20 -> 10.0.0.10:8080 (pay.shop:80) WRONG_VERSION_NUMBER"},
		"TLS fails, older": {front("503", "UF", `- - "TLS error: 268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED"`, "curl") + `"10.0.0.10:8080" outbound|80||pay.shop.svc.cluster.local - 10.96.0.1:80 10.0.0.20:40000 - default`,
			"tls handshake: 10.0.0.20 -> 10.0.0.10:8080 (pay.shop:80) CERTIFICATE_VERIFY_FAILED"},
		"TLS fails at a gateway": {strings.Replace(front("503", "UF", `- - "TLS_error:|268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:TLS_error_end"`, "curl"), `"-" "curl"`, `"203.0.113.9" "curl"`, 1) + `"10.0.0.10:8080" outbound|80||pay.shop.svc.cluster.local - 10.0.0.5:8080 203.0.113.9:40000 - -`,
			"tls handshake: 10.0.0.5 -> 10.0.0.10:8080 (pay.shop:80) CERTIFICATE_VERIFY_FAILED"},
		"closed": {front("503", "UC", `upstream_reset_before_response_started{connection_termination} - "-"`, "curl") + `"10.0.0.10:8080" outbound|80||pay.shop.svc.cluster.local 10.0.0.20:50000 10.96.0.1:80 10.0.0.20:40000 - default`,
			"closed: 10.0.0.20 -> 10.0.0.10:8080 (pay.shop:80) "},
		"JSON": {`{"start_time":"2026-11-20T10:00:00.250Z","protocol":"HTTP/1.1","response_code":200,"response_flags":"-","upstream_cluster":"inbound|8080||","upstream_host":"10.0.0.10:8080","downstream_local_address":"10.0.0.10:8080","downstream_remote_address":"10.0.0.20:50000","requested_server_name":null,"route_name":"default"}`,
			"10.0.0.20 -> 10.0.0.10:8080 (unknown:0) http none"},
		"JSON with the client's certificate": {`{"start_time":"2026-11-20T10:00:00.250Z","protocol":"HTTP/1.1","response_flags":"-","upstream_cluster":"inbound|8080||","downstream_local_address":"10.0.0.10:8080","downstream_remote_address":"10.0.0.20:50000","requested_server_name":"-","downstream_peer_uri_san":"spiffe://cluster.local/ns/shop/sa/web"}`,
			"service account web.shop -> 10.0.0.10:8080 (unknown:0) http mutual_tls"},
		"behind kubectl --prefix":     {"[pod/pay-1-x/istio-proxy] " + tcp + `"-" inbound|8080||` + toPay8 + "- -", "10.0.0.20 -> pod pay-1-x:8080 (unknown:0) tcp none"},
		"behind kubectl --timestamps": {"[pod/pay-1-x/istio-proxy] 2026-11-20T10:00:01Z " + tcp + `"-" inbound|8080||` + toPay8 + "- -", "10.0.0.20 -> pod pay-1-x:8080 (unknown:0) tcp none"},
		"behind stern":                {"pay-1-x istio-proxy " + tcp + `"-" inbound|8080||` + toPay8 + "- -", "10.0.0.20 -> pod pay-1-x:8080 (unknown:0) tcp none"},
		"behind stern -A":             {"shop pay-1-x istio-proxy " + tcp + `"-" inbound|8080||` + toPay8 + "- -", "10.0.0.20 -> pod pay-1-x.shop:8080 (unknown:0) tcp none"},
		"JSON with the pod": {`{"start_time":"2026-11-20T10:00:00Z","protocol":null,"response_flags":"-","upstream_cluster":"inbound|8080||","downstream_local_address":"10.0.0.10:8080","downstream_remote_address":"10.0.0.20:50000","pod_name":"pay-1-x","pod_namespace":"shop"}`,
			"10.0.0.20 -> pod pay-1-x.shop:8080 (unknown:0) tcp none"},
	} {
		got, lines, err := traffic.ReadAccessLogs([]string{"-"}, strings.NewReader(c.line))
		if err != nil || lines.Calls != 1 {
			t.Errorf("%s: not read as one call: %v", name, err)
			continue
		}
		if diff := cmp.Diff(c.want, told(got)); diff != "" {
			t.Errorf("%s is read to another call (-want +got)\n%s", name, diff)
		}
	}
}

// told is a record in words, a line for each thing.
func told(t *evidence.Traffic) string {
	var list []string
	for _, e := range t.Edges {
		list = append(list, fmt.Sprintf("%s -> %s:%d (%s:%d) %s %s", e.Client, e.Server, e.Port, e.Service, e.ServicePort, e.Protocol, e.Security))
	}
	for _, f := range t.Failures {
		list = append(list, fmt.Sprintf("%s: %s -> %s:%d (%s:%d) %s", f.Kind, f.Client, f.Server, f.Port, f.Service, f.ServicePort, f.Detail))
	}
	return strings.Join(list, "\n")
}

// TestNoAccessLines are counted, and a file of them is refused.
func TestNoAccessLines(t *testing.T) {
	t.Parallel()
	whole := front("200", "-", fine, "curl") + `"10.0.0.10:8080" inbound|8080||` + toPay8 + "- default"
	for _, line := range []string{
		"2026-11-20T10:00:00Z\tinfo\txdsproxy\tconnected", `{"level":"info","msg":"connected"}`, "{", "[2026-", "[2026-11-20T10:00:00Z]",
		`[2026-11-20T10:00:00Z] "`, `[2026-11-20T10:00:00Z] "GET / HTTP/1.1" 200`, whole[:100], whole[:len(whole)-30], `"" "" "" "" "" "" ""`,
		strings.Replace(whole, "10.0.0.20:50000", "somebody", 1), "[pod/a/b] ", "[pod/", " istio-proxy ", strings.Repeat("x", 3<<20),
		`{"start_time":"10 o'clock","response_flags":"-","downstream_local_address":"10.0.0.10:8080","downstream_remote_address":"10.0.0.20:50000"}`,
	} {
		_, lines, err := traffic.ReadAccessLogs([]string{"-"}, strings.NewReader(line+"\n\n"))
		var none *traffic.NoAccessLog
		if !errors.As(err, &none) || none.Others != 1 || lines.Calls != 0 {
			t.Errorf("%.80q is no line of an access log, and is taken for one: %v, %+v", line, err, lines)
		}
		got, lines, err := traffic.ReadAccessLogs([]string{"-"}, strings.NewReader(line+"\r\n"+whole+"\r\n"+line))
		if err != nil || lines != (traffic.Lines{Calls: 1, Others: 2}) || len(got.Edges) != 1 {
			t.Errorf("a line among %.80q is not found: %v, %+v", line, err, lines)
		}
	}
}

// TestAccessLogs: calls that both sides tell of count once, by the server's word; the
// record is as long as the lines, and of those who wrote them.
func TestAccessLogs(t *testing.T) {
	t.Parallel()
	at := func(clock, line string) string { return strings.Replace(line, "10:00:00.250", clock, 1) + "\n" }
	server := front("200", "-", fine, "curl") + `"10.0.0.10:8080" inbound|8080||` + toPay8 + "outbound_.80_._.pay.shop.svc.cluster.local default"
	client := front("200", "-", fine, "curl") + `"10.0.0.10:8080" outbound|80||pay.shop.svc.cluster.local 10.0.0.20:50000 10.96.0.1:80 10.0.0.20:40000 - default`
	other := strings.Replace(client, "10.0.0.10:8080", "10.0.0.11:8080", 1)
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte(at("11:00:00.000", server) + at("10:30:00.000", server)))
	_ = z.Close()
	logs := []string{file(t, "pay.log.gz", zipped.String()), file(t, "web.log", "[pod/web-1-x/istio-proxy] quiet\n"+at("10:15:00.500", client)+at("11:00:30.500", other))}
	got, lines, err := traffic.ReadAccessLogs(logs, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := "10.0.0.20 -> 10.0.0.10:8080 (pay.shop:80) http mutual_tls\n10.0.0.20 -> 10.0.0.11:8080 (pay.shop:80) http unknown"
	if told(got) != want || got.Edges[0].Count != 2 || got.Edges[0].LastSeen.Hour() != 11 || lines != (traffic.Lines{Calls: 4, Others: 1}) {
		t.Errorf("the two logs are read to\n%s\n%+v %+v", told(got), got, lines)
	}
	if from, to := got.From.Format("15:04:05"), got.To.Format("15:04:05.0"); from != "10:15:00" || to != "11:00:31.0" || len(got.Missing) != 0 {
		t.Errorf("the logs reach from %s to %s, missing %q", from, to, got.Missing)
	}
	if diff := cmp.Diff([]resolve.Peer{{Address: "10.0.0.10"}, {Address: "10.0.0.20"}, {Pod: "web-1-x"}}, got.Reporters); diff != "" {
		t.Errorf("reporters (-want +got)\n%s", diff)
	}
	if got, _, err := traffic.ReadAccessLogs(logs[1:], nil); err != nil || len(got.Missing) != 1 {
		t.Errorf("a client's log is taken for the whole: %+v, %v", got, err)
	}
	if _, _, err := traffic.ReadAccessLogs([]string{file(t, "x.gz", "no gzip")}, nil); err == nil {
		t.Error("a file named .gz that is not compressed is read")
	}
}
