package traffic

import (
	"fmt"
	"io"
	"net/http"
)

// What one answer of a Prometheus may have: the largest meshes have some 100,000 pairs of
// client and server, each of them a series of some hundred bytes.
const (
	largest    = 256 << 20
	mostSeries = 1_000_000
)

// overlong is an answer that is longer than any mesh needs.
type overlong struct{ reason string }

// Error implements error.
func (t *overlong) Error() string { return t.reason }

// bounded ends answers that do not end, and those that unpack to more than they look.
type bounded struct {
	http.RoundTripper
	most int64
}

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		answer.Body = &body{answer.Body, b.most, b.most}
	}
	return answer, err
}

type body struct {
	io.ReadCloser
	left, most int64
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, &overlong{fmt.Sprintf("answers with more than %d MiB", b.most>>20)}
	}
	return n, err
}
