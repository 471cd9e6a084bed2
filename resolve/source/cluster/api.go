package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/rest"
)

// api asks one API server: GET only, and again where an answer may yet come.
type api struct {
	rest    rest.Interface
	decoder runtime.Decoder
	// answered is true once the server has answered anything, lost while no answer has come
	// since a request was given up because the connection failed: nobody else then tries
	// for long.
	answered, lost atomic.Bool
	// limited is true where every request has a time limit of its own.
	limited bool
}

// newAPI makes the client. It has no rate limit of its own: a run asks some dozen
// times, and the server says 429 when that is too much.
//
// An answer has at most that many bytes, 0 is largest.
func newAPI(config *rest.Config, most int64) (*api, error) {
	scheme := runtime.NewScheme()
	metav1.AddToGroupVersion(scheme, schema.GroupVersion{Version: "v1"})
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, appsv1.AddToScheme, batchv1.AddToScheme, discoveryv1.AddToScheme, admissionv1.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	codecs := serializer.NewCodecFactory(scheme)
	c := rest.CopyConfig(config)
	c.QPS, c.RateLimiter, c.WarningHandler = -1, nil, rest.NoWarnings{}
	c.APIPath, c.GroupVersion, c.NegotiatedSerializer = "/", nil, codecs.WithoutConversion()
	made, err := rest.HTTPClientFor(c)
	if err != nil {
		return nil, err
	}
	transport := *made // it may be everybody's default
	transport.CheckRedirect, transport.Transport = sameServer, newSized(transport.Transport, most)
	client, err := rest.UnversionedRESTClientForConfigAndClient(c, &transport)
	if err != nil {
		return nil, err
	}
	return &api{limited: config.Timeout > 0, rest: client, decoder: codecs.UniversalDeserializer()}, nil
}

// sameServer follows a redirect only to the server that was asked: another one would be sent the
// token too.
func sameServer(r *http.Request, before []*http.Request) error {
	if first := before[0].URL; r.URL.Host != first.Host || r.URL.Scheme != first.Scheme {
		return fmt.Errorf("the server redirects to %s://%s, which is not asked", r.URL.Scheme, r.URL.Host)
	}
	if len(before) >= 10 {
		return errors.New("the server redirects in a circle")
	}
	return nil
}

// The forms in which an answer may come.
const (
	asJSON     = "application/json"
	asProtobuf = "application/vnd.kubernetes.protobuf,application/json"
)

// get is one answer, asked for again while the server is merely busy.
func (a *api) get(ctx context.Context, path, accept string, params map[string]string) ([]byte, error) {
	for try := 0; ; try++ {
		request := a.rest.Get().AbsPath(path).SetHeader("Accept", accept).MaxRetries(0)
		for name, value := range params {
			request.Param(name, value)
		}
		body, err := request.Do(ctx).Raw()
		if err == nil {
			a.answered.Store(true)
			a.lost.Store(false)
			return body, nil
		}
		if ctx.Err() != nil || !a.passing(err) || a.givesUp(err, try) {
			return nil, err
		}
		if err := pause(ctx, wait(err, try)); err != nil {
			return nil, err
		}
	}
}

// givesUp reports whether a question that may yet be answered is not asked again: after the
// last try, after a timeout that the user set or a second one of the system's, and where
// another request already waited in vain for the connection to come back.
func (a *api) givesUp(err error, try int) bool {
	var status apierrors.APIStatus
	if errors.As(err, &status) { // it does answer
		return try == lastTry
	}
	if a.lost.Load() {
		return true
	}
	last := try == lastBroken || isTimeout(err) && (a.limited || try > 0)
	if last {
		a.lost.Store(true)
	}
	return last
}

// The tries after which a server is given up: one that answers that it is busy after about
// six seconds, one to which the connection fails after three.
const lastTry, lastBroken = 6, 5

// wait is how long to wait: what the server asks for, else a tenth of a second
// and twice as long each time, spread so that parallel lists do not come at once.
func wait(err error, try int) time.Duration {
	if seconds, asked := apierrors.SuggestsClientDelay(err); asked && seconds > 0 {
		return time.Duration(seconds) * time.Second
	}
	d := 100 * time.Millisecond << try
	return d/2 + rand.N(d)
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// passing reports errors after which the same question may be answered: the
// server is busy or restarts, or an answer broke off. One that has never answered
// is not waited for: the address is wrong more often than the server is away.
func (a *api) passing(err error) bool {
	if isOdd(err) {
		return false
	}
	var status apierrors.APIStatus
	if errors.As(err, &status) {
		code := status.Status().Code
		return code == http.StatusTooManyRequests || code >= http.StatusInternalServerError
	}
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		return a.answered.Load()
	}
	return isBroken(err) || isTimeout(err)
}

// isBroken reports a connection that ended before the answer did.
func isBroken(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || goneAway(err)
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// goneAway is how HTTP/2 says that a server ended the connection; the type is not
// exported.
func goneAway(err error) bool {
	return strings.Contains(err.Error(), "http2: ") || strings.Contains(err.Error(), "stream error")
}

// pageParams are those of one page of a list.
func (o Options) pageParams(from string, whole bool) map[string]string {
	params := map[string]string{}
	if !whole {
		params["limit"] = strconv.FormatInt(o.ChunkSize, 10)
	}
	if from != "" {
		params["continue"] = from
	} else if o.Cached {
		params["resourceVersion"] = "0"
	}
	return params
}
