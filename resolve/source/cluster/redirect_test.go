package cluster_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"k8s.io/client-go/rest"

	"github.com/mtlsctl/mtlsctl/resolve/source/cluster"
)

// TestNoTokenElsewhere: a server that redirects to another one gets nothing sent there, least
// of all the token.
func TestNoTokenElsewhere(t *testing.T) {
	t.Parallel()
	asked := make(chan string, 1000)
	thief := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Header.Get("Authorization")
	}))
	defer thief.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, thief.URL+r.URL.Path, http.StatusFound)
	}))
	defer server.Close()
	_, err := cluster.Read(t.Context(), cluster.Options{Config: &rest.Config{Host: server.URL, BearerToken: "secret"}, Context: "a"})
	if len(asked) > 0 {
		t.Errorf("the other server was asked, with %q", <-asked)
	}
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v, want an error that says where it was sent", err)
	} else {
		t.Log(err)
	}
}
