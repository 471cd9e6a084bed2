package traffic_test

import (
	"compress/gzip"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
)

// TestBoundedAnswers: an answer of a Prometheus that does not end, or unpacks to much, or has
// series without number ends with a sentence.
func TestBoundedAnswers(t *testing.T) {
	t.Parallel()
	for want, answer := range map[string]http.HandlerFunc{
		"answers with more than 1 MiB": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 3<<20)) },
		"answers with more than 1 MiB ": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = z.Write(make([]byte, 3<<20))
			_ = z.Close()
		},
	} {
		server := httptest.NewServer(answer)
		_, err := traffic.Record(t.Context(), traffic.Options{URL: server.URL, Window: time.Hour, To: time.Unix(1e9, 0), MaxAnswer: 1 << 20})
		server.Close()
		var failed *traffic.Error
		if !errors.As(err, &failed) || failed.Reason != strings.TrimSpace(want) || failed.Hint == "" {
			t.Errorf("%v, want %q", err, want)
		}
	}
	const series = 1_000_001
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":[%s]}}`, strings.TrimSuffix(strings.Repeat(`{"metric":{},"value":[1,"1"]},`, series), ","))
	}))
	defer server.Close()
	_, err := traffic.Record(t.Context(), traffic.Options{URL: server.URL, Window: time.Hour, To: time.Unix(1e9, 0)})
	if err == nil || !strings.Contains(err.Error(), "1000001 series") {
		t.Errorf("%v, want that there are too many series", err)
	}
}
