package cluster

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// largest is how many bytes an answer of an API server may have, unpacked: a page of 500
// objects has some MB, and a whole list of 100,000 pods less than this.
const largest = 512 << 20

// oddAnswer is an answer that no API server gives: what came in the place of what was asked for.
type oddAnswer struct{ reason string }

// Error implements error.
func (o *oddAnswer) Error() string { return o.reason }

var errSamePage = &oddAnswer{"the server names the same next page twice: the list would never end"}

func isOdd(err error) bool {
	var odd *oddAnswer
	return errors.As(err, &odd)
}

// wantKind refuses an answer that is of another kind than one of those asked for, whatever
// its code says: taken for a list it would be an empty one.
func wantKind(body []byte, kinds ...string) error {
	var is struct{ Kind string }
	if err := json.Unmarshal(body, &is); err != nil {
		return &oddAnswer{fmt.Sprintf("the server's answer is no JSON of Kubernetes: %v", err)}
	}
	if slices.Contains(kinds, is.Kind) {
		return nil
	}
	var says struct{ Message, Reason string } // as a Status does; of another kind they may be anything
	_ = json.Unmarshal(body, &says)
	return otherKind(is.Kind, cmp.Or(says.Message, says.Reason), kinds[0])
}

// otherKind is the error of an answer of another kind.
func otherKind(is, message, want string) error {
	if message != "" {
		message = ": " + message
	}
	return &oddAnswer{fmt.Sprintf("the server answers with a %s in the place of a %s%s", cmp.Or(is, "nameless object"), want, message)}
}

// wantPage refuses what a typed page was decoded to where that is not the page.
func wantPage(got, page any, want string) error {
	if got == page {
		return nil
	}
	if s, ok := got.(*metav1.Status); ok {
		return otherKind("Status", cmp.Or(s.Message, string(s.Reason)), want)
	}
	return otherKind(strings.TrimPrefix(fmt.Sprintf("%T", got), "*"), "", want)
}

// listKind is the kind of a list of a kind.
func (l listed) listKind() string { return l.itemKind() + "List" }

func (l listed) itemKind() string {
	kind, _, _ := strings.Cut(string(l.kind), ".")
	return kind
}

// wantItem refuses an item of a list that says it is of another kind or group.
func (l listed) wantItem(h manifest.Head) error {
	if h.Kind != "" && h.Kind != l.itemKind() || h.APIVersion != "" && h.Group() != l.group {
		return otherKind(fmt.Sprintf("%s %s", h.APIVersion, h.Kind), "", l.name()+" in a list")
	}
	return nil
}

// sized bounds the answers of a server: those that do not end, and those that unpack to more
// than they look. It stands outside of what unpacks them.
type sized struct {
	http.RoundTripper
	most int64
}

func newSized(transport http.RoundTripper, most int64) sized {
	if transport == nil {
		transport = http.DefaultTransport
	}
	if most <= 0 {
		most = largest
	}
	return sized{transport, most}
}

// RoundTrip implements http.RoundTripper.
func (s sized) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := s.RoundTripper.RoundTrip(r)
	if err == nil {
		answer.Body = &bounded{answer.Body, s.most, s.most}
	}
	return answer, err
}

// bounded is a body that ends with an error where it is too long.
type bounded struct {
	io.ReadCloser
	left, most int64
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, &oddAnswer{fmt.Sprintf("the server's answer is longer than %d MiB: ask for fewer objects at a time with --chunk-size", b.most>>20)}
	}
	return n, err
}

// odd is the reason of an oddAnswer, without what was done when it came.
func odd(err error) string {
	var o *oddAnswer
	errors.As(err, &o)
	return o.reason
}
