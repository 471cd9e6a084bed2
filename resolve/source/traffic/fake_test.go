package traffic_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/config"

	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
)

// fake answers as a Prometheus in some state does.
func fake(t *testing.T, answer func(query string, w http.ResponseWriter)) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if strings.Contains(r.FormValue("query"), "envoy_") && !strings.Contains(t.Name(), "Handshakes") {
			fmt.Fprint(w, nothing)
			return
		}
		answer(r.FormValue("query"), w)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// nothing is an answer without a series: nobody counts that.
const nothing = `{"status":"success","data":{"resultType":"vector","result":[]}}`

func vector(w http.ResponseWriter, warnings ...string) {
	_ = json.NewEncoder(w).Encode(map[string]any{"status": "success", "warnings": warnings, "data": map[string]any{
		"resultType": "vector", "result": []any{map[string]any{
			"metric": map[string]string{"source_workload": "web", "source_workload_namespace": "shop", "destination_workload": "pay", "destination_workload_namespace": "shop"},
			"value":  []any{1, "2"},
		}},
	}})
}

func fails(w http.ResponseWriter, status int, kind, message string) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"status": "error", "errorType": kind, "error": message})
}

func options(url string) traffic.Options {
	return traffic.Options{URL: url, HTTP: config.DefaultHTTPClientConfig, To: end, Window: 28 * time.Hour}
}

// TestRecordAsksForLess: a piece that is too much for the server is asked for in
// halves, and nothing of it is lost.
func TestRecordAsksForLess(t *testing.T) {
	t.Parallel()
	hours, halves := 0, 0
	url := fake(t, func(query string, w http.ResponseWriter) {
		switch {
		case !strings.HasPrefix(query, "sum"):
			vector(w)
		case strings.Contains(query, "[1h]"):
			hours++
			fails(w, http.StatusUnprocessableEntity, "execution", "query processing would load too many samples into memory")
		default:
			halves++
			vector(w)
		}
	})
	got, err := traffic.Record(context.Background(), options(url))
	if err != nil {
		t.Fatal(err)
	}
	if hours != 28 || halves != 2*2*28 || len(got.Edges) != 2 || got.Edges[0].Count != 2*56 || len(got.Missing) > 0 {
		t.Errorf("there were %d questions about an hour and %d about half of one, for %+v", hours, halves, got)
	}
}

// TestRecordSaysWhatIsMissing: no metrics at all, for a part of the window, warnings.
func TestRecordSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	asked := 0
	for _, c := range []struct {
		name   string
		answer func(string, http.ResponseWriter)
		want   string
	}{
		{"nothing", func(_ string, w http.ResponseWriter) {
			fmt.Fprint(w, nothing)
		}, "no Istio metrics of servers"},
		{"a warning", func(_ string, w http.ResponseWriter) { vector(w, "result truncated") }, "Prometheus warns: result truncated"},
		{"a gap", func(query string, w http.ResponseWriter) {
			if strings.HasPrefix(query, "count") {
				if asked++; asked > 20 && asked < 30 {
					fmt.Fprint(w, nothing)
					return
				}
			}
			vector(w)
		}, "no Istio metrics from 2026-11-19T18:00:00Z to 2026-11-19T22:00:00Z"},
	} {
		got, err := traffic.Record(context.Background(), options(fake(t, c.answer)))
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Missing) != 1 || !strings.Contains(got.Missing[0], c.want) {
			t.Errorf("resolve/source/traffic: %s: missing %q, want %q", c.name, got.Missing, c.want)
		}
	}
}

// TestRecordFails with a reason and something to do.
func TestRecordFails(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		answer func(string, http.ResponseWriter)
		want   string
	}{
		{"wrong password", func(_ string, w http.ResponseWriter) { w.WriteHeader(http.StatusUnauthorized) }, "rejects the user"},
		{"another program", func(_ string, w http.ResponseWriter) { fmt.Fprint(w, "<html>") }, "does not answer like a Prometheus"},
		{"a scalar", func(_ string, w http.ResponseWriter) {
			fmt.Fprint(w, `{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}`)
		}, "answers with a scalar"},
		{"always too much", func(_ string, w http.ResponseWriter) {
			fails(w, http.StatusServiceUnavailable, "timeout", "query timed out")
		}, "503"},
	} {
		_, err := traffic.Record(context.Background(), options(fake(t, c.answer)))
		var e *traffic.Error
		if !errors.As(err, &e) || !strings.Contains(e.Reason, c.want) || e.Hint == "" {
			t.Errorf("%s: %v, want %q and a hint", c.name, err, c.want)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	_, err := traffic.Record(ctx, options(fake(t, func(string, http.ResponseWriter) { <-ctx.Done() })))
	if err == nil || !strings.Contains(err.Error(), "no answer within the time limit") {
		t.Errorf("a server that says nothing fails with %v", err)
	}
}

// TestRecordShowsWhoAsks: headers and credentials go with each request, and no
// password into the record.
func TestRecordShowsWhoAsks(t *testing.T) {
	t.Parallel()
	var tenant, who string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tenant, who = r.Header.Get("X-Scope-OrgID"), r.Header.Get("Authorization")
		vector(w)
	}))
	defer s.Close()
	o := options(strings.Replace(s.URL, "http://", "http://me:secret@", 1))
	o.Headers = http.Header{"X-Scope-Orgid": {"mesh"}}
	got, err := traffic.Record(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if tenant != "mesh" || !strings.HasPrefix(who, "Basic ") || strings.Contains(got.Source, "secret") {
		t.Errorf("Prometheus is told the tenant %q, authorization %q; the source is %q", tenant, who, got.Source)
	}
}
