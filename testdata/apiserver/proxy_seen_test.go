package apiserver

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// namespacesOf lists the server's Namespaces two by two with a bare client, once,
// and counts them.
func namespacesOf(w way, timeout time.Duration) (int, error) {
	c, err := kubernetes.NewForConfig(w.client())
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	n, options := 0, metav1.ListOptions{Limit: 2}
	for {
		page, err := c.CoreV1().Namespaces().List(ctx, options)
		if err != nil {
			return n, err
		}
		n += len(page.Items)
		if options.Continue = page.Continue; options.Continue == "" {
			return n, nil
		}
	}
}

// TestProxy shows each fault of the proxy to a bare client, so that the tests of
// mtlsctl need not wonder whether it was there.
func TestProxy(t *testing.T) {
	s := start(t, bare)
	for i := range 5 {
		s.create(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("ns-%d", i)}})
	}
	all, err := namespacesOf(s.as("bare"), time.Minute)
	if err != nil || all < 5 {
		t.Fatalf("%d namespaces, %v", all, err)
	}
	first, later := lists("namespaces", false), lists("namespaces", true)
	for name, c := range map[string]struct {
		fault  *fault
		whole  bool // the client gets everything in the end
		failed func(error) bool
		waited time.Duration
	}{
		"no fault at all":    {fault: failing(lists("pods", false), 0, http.StatusInternalServerError), whole: true},
		"an expired page":    {fault: expired(later, 1), failed: apierrors.IsResourceExpired},
		"busy for two tries": {fault: busy(first, 2), whole: true, waited: 2 * time.Second},
		"an error":           {fault: failing(first, 1, http.StatusInternalServerError), failed: apierrors.IsInternalError},
		"no service":         {fault: failing(later, 1, http.StatusServiceUnavailable), failed: apierrors.IsServiceUnavailable},
		"slow":               {fault: trickling(first, 5, 50*time.Millisecond), whole: true, waited: 250 * time.Millisecond},
		"cut":                {fault: cut(later, 1), failed: func(err error) bool { return err != nil }},
		"hanging":            {fault: hanging(later), failed: func(err error) bool { return err != nil }, waited: 4 * time.Second},
		"gone":               {fault: leaving(later), failed: func(err error) bool { return err != nil }},
	} {
		for _, http2 := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, HTTP/2 %t", name, http2), func(t *testing.T) {
				f := *c.fault
				p := s.through(t, http2, &f)
				began := time.Now()
				n, err := namespacesOf(p.as("bare"), 5*time.Second)
				switch {
				case c.whole && (err != nil || n != all):
					t.Errorf("%d of %d namespaces, %v", n, all, err)
				case !c.whole && !c.failed(err):
					t.Errorf("%d of %d namespaces, %v", n, all, err)
				}
				if took := time.Since(began); took < c.waited {
					t.Errorf("it took %v, and %v at least was to be waited", took, c.waited)
				}
				if f.times > 0 && p.happened() != f.times {
					t.Errorf("the fault happened %d times", p.happened())
				}
			})
		}
	}
}
