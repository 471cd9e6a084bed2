package traffic

import (
	"bytes"
	"strings"
	"testing"
)

// FuzzAccessLog: any text is lines of calls and others, and what they tell is a record
// that is written and read back.
func FuzzAccessLog(f *testing.F) {
	const ends = ` inbound|8080|| 127.0.0.6:1 10.0.0.1:8080 [fd00::2]:5 outbound_.80_._.pay.shop.svc.cluster.local default`
	f.Add(`[2026-11-20T10:00:00.250Z] "GET / HTTP/2" 200 - via_upstream - "-" 0 12 3 2 "-" "a" "b" "c" "10.0.0.1:8080"` + ends)
	f.Add(`[pod/a/istio-proxy] [2026-11-20T10:00:00Z] "- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - 10.0.0.1:80 10.0.0.2:1 - -`)
	f.Add(`{"start_time":"2026-11-20T10:00:00Z","response_flags":"UF","response_code_details":"TLS_error:A_B","upstream_cluster":"outbound|80||a.b.svc.c","upstream_host":"10.0.0.1:80","downstream_local_address":"10.0.0.3:80","downstream_remote_address":"10.0.0.2:1","pod_name":"a"}`)
	f.Add(`{"start_time":"2026-11-20T10:00:00Z","upstream_cluster":"inbound|80||","downstream_local_address":"10.0.0.3:80","downstream_remote_address":"10.0.0.2:1","downstream_peer":"spiffe://a/ns/b/sa/c"}`)
	f.Fuzz(func(t *testing.T, text string) {
		got, lines, err := ReadAccessLogs([]string{"-"}, strings.NewReader(text))
		if err != nil {
			return
		}
		if lines.Calls < 1 {
			t.Errorf("%q is read without an error, and has no call: %+v", text, lines)
		}
		if err := check(got, ""); err != nil {
			t.Errorf("%q is read to traffic that is not valid: %v", text, err)
		}
		for name, read := range map[string]func([]byte) (int, int, error){"json": readBackJSON, "csv": readBackCSV} {
			var b bytes.Buffer
			write := WriteJSON
			if name == "csv" {
				write = WriteCSV
			}
			if err := write(&b, got); err != nil {
				t.Fatalf("resolve/source/traffic: %q cannot be written as %s: %v", text, name, err)
			}
			if edges, failures, err := read(b.Bytes()); err != nil || edges != len(got.Edges) || failures != len(got.Failures) {
				t.Errorf("resolve/source/traffic: %q is written as %s and read back: %v\n%s", text, name, err, b.Bytes())
			}
		}
	})
}

func readBackJSON(data []byte) (edges, failures int, err error) {
	t, err := readJSON(data)
	if err != nil {
		return 0, 0, err
	}
	return len(t.Edges), len(t.Failures), nil
}

func readBackCSV(data []byte) (edges, failures int, err error) {
	t, err := readCSV(data)
	if err != nil {
		return 0, 0, err
	}
	return len(t.Edges), len(t.Failures), nil
}
