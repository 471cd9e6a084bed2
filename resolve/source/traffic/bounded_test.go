package traffic_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
)

// TestBoundedAnswers: an answer of a Prometheus that does not end, or has series without
// number, ends with a sentence.
func TestBoundedAnswers(t *testing.T) {
	t.Parallel()
	long := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			t.Error("asks for an answer that is packed")
		}
		_, _ = w.Write(make([]byte, 3<<20))
	}))
	defer long.Close()
	_, err := traffic.Record(t.Context(), traffic.Options{URL: long.URL, Window: time.Hour, To: time.Unix(1e9, 0), MaxAnswer: 1 << 20})
	var failed *traffic.Error
	if want := "answers with more than 1 MiB"; !errors.As(err, &failed) || failed.Reason != want || failed.Hint == "" {
		t.Errorf("%v, want %q", err, want)
	}
	const series = 1_000_001
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":[%s]}}`, strings.TrimSuffix(strings.Repeat(`{"metric":{},"value":[1,"1"]},`, series), ","))
	}))
	defer server.Close()
	_, err = traffic.Record(t.Context(), traffic.Options{URL: server.URL, Window: time.Hour, To: time.Unix(1e9, 0)})
	if err == nil || !strings.Contains(err.Error(), "1000001 series") {
		t.Errorf("%v, want that there are too many series", err)
	}
}
