package apiserver

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"
)

// lists are the requests that list a resource; later is for those that ask for a
// page after the first.
func lists(resource string, later bool) func(*http.Request) bool {
	return func(r *http.Request) bool {
		return r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/"+resource) && (!later || r.URL.Query().Get("continue") != "")
	}
}

// expired refuses pages because their token is too old, as after a compaction.
func expired(match func(*http.Request) bool, times int) *fault {
	return &fault{match: match, times: times, do: func(_ *proxy, w http.ResponseWriter, _ *http.Request) {
		status(w, http.StatusGone, "Expired", "The provided continue parameter is too old to display a consistent list result.")
	}}
}

// busy asks to be asked again in a second.
func busy(match func(*http.Request) bool, times int) *fault {
	return &fault{match: match, times: times, do: func(_ *proxy, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "1")
		status(w, http.StatusTooManyRequests, "TooManyRequests", "Too many requests, please try again later.")
	}}
}

// failing answers with an error of the server's.
func failing(match func(*http.Request) bool, times, code int) *fault {
	reason := map[int]string{http.StatusInternalServerError: "InternalError", http.StatusServiceUnavailable: "ServiceUnavailable"}[code]
	return &fault{match: match, times: times, do: func(_ *proxy, w http.ResponseWriter, _ *http.Request) {
		status(w, code, reason, "etcdserver: request timed out")
	}}
}

func status(w http.ResponseWriter, code int, reason, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	fmt.Fprintf(w, `{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":%q,"reason":%q,"code":%d}`, message, reason, code)
}

// trickling sends a body in pieces with a pause after each.
func trickling(match func(*http.Request) bool, pieces int, pause time.Duration) *fault {
	return &fault{match: match, do: func(p *proxy, w http.ResponseWriter, r *http.Request) {
		body := p.fetch(w, r)
		for size := len(body)/pieces + 1; len(body) > 0; time.Sleep(pause) {
			n := min(size, len(body))
			if _, err := w.Write(body[:n]); err != nil {
				return
			}
			flush(w)
			body = body[n:]
		}
	}}
}

// cut sends half of a body and ends the connection, or with HTTP/2 the stream.
func cut(match func(*http.Request) bool, times int) *fault {
	return &fault{match: match, times: times, do: func(p *proxy, w http.ResponseWriter, r *http.Request) {
		body := p.fetch(w, r)
		_, _ = w.Write(body[:len(body)/2])
		flush(w)
		panic(http.ErrAbortHandler)
	}}
}

// hanging never answers.
func hanging(match func(*http.Request) bool) *fault {
	return &fault{match: match, do: func(_ *proxy, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }}
}

// leaving is a server that goes away when it is asked, and takes no new
// connections after that.
func leaving(match func(*http.Request) bool) *fault {
	return &fault{match: match, do: func(p *proxy, _ http.ResponseWriter, _ *http.Request) {
		p.goAway()
		panic(http.ErrAbortHandler)
	}}
}

// fetch asks the server and begins to pass on its answer, but for the body.
func (p *proxy) fetch(w http.ResponseWriter, r *http.Request) []byte {
	answer := httptest.NewRecorder()
	p.pass.ServeHTTP(answer, r)
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	return answer.Body.Bytes()
}

func flush(w http.ResponseWriter) {
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
}
