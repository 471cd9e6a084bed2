package apiserver

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestCompaction lets a list really expire: between two of its pages the database
// forgets what was at the time of the first. Only a server without a cache asks
// the database for pages.
func TestCompaction(t *testing.T) {
	s := start(t, bare, flag("watch-cache", "false"))
	s.tell(t, "worlds/plain.yaml")
	for i := range 5 {
		s.create(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("ns-%d", i)}})
	}
	whole := mtlsctl(t, describing(s.as("root").kubeconfig(t))...)
	t.Run("a bare client", func(t *testing.T) {
		p := s.through(t, true, s.forgetting(t))
		if n, err := namespacesOf(p.as("bare"), time.Minute); !apierrors.IsResourceExpired(err) {
			t.Errorf("%d namespaces, %v", n, err)
		}
	})
	t.Run("mtlsctl", func(t *testing.T) {
		p := s.through(t, true, s.forgetting(t))
		out := mtlsctl(t, describing(p.as("root").kubeconfig(t))...)
		complete(t, out)
		identical(t, whole, out)
		if p.happened() == 0 {
			t.Error("nothing expired")
		}
	})
}

// forgetting compacts the database before the first later page of Namespaces.
func (s *server) forgetting(t *testing.T) *fault {
	return &fault{match: lists("namespaces", true), times: 1, do: func(p *proxy, w http.ResponseWriter, r *http.Request) {
		if err := s.compact(); err != nil {
			t.Error(err)
		}
		p.pass.ServeHTTP(w, r)
	}}
}

// compact writes something, and forgets everything before.
func (s *server) compact() error {
	var put struct{ Header struct{ Revision string } }
	if err := s.ask("put", map[string]string{"key": "Zm9yZ2V0", "value": "aXQ="}, &put); err != nil {
		return err
	}
	return s.ask("compaction", map[string]string{"revision": put.Header.Revision}, &struct{}{})
}

// ask calls etcd by its JSON gateway.
func (s *server) ask(what string, question, answer any) error {
	body, err := json.Marshal(question)
	if err != nil {
		return err
	}
	r, err := http.Post(s.etcd+"/v3/kv/"+what, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		return fmt.Errorf("etcd %s: %s", what, r.Status)
	}
	return json.NewDecoder(r.Body).Decode(answer)
}
