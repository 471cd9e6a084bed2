package apiserver

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// server is a running API server with an etcd of its own, empty but for what it
// makes itself and the definitions of Istio's and the Gateway API's kinds.
type server struct {
	client.Client
	// config is the harness's own way in; mtlsctl goes in by tokens.
	config *rest.Config
	// audit is the file with a line for every request that was answered.
	audit string
	// etcd is the address of its database.
	etcd string
	// certs is the folder with the keys of the server.
	certs string
}

// setup changes how a server starts.
type setup func(*envtest.Environment)

// bare is a server that knows no kind of Istio's.
func bare(e *envtest.Environment) { e.CRDDirectoryPaths = nil }

// flag sets a flag of kube-apiserver.
func flag(name, value string) setup {
	return func(e *envtest.Environment) { e.ControlPlane.GetAPIServer().Configure().Set(name, value) }
}

// start runs a server until the test ends, and then reads its audit log: whatever
// else a test was about, mtlsctl must only have read.
func start(t *testing.T, setups ...setup) *server {
	t.Helper()
	dir, err := binaries()
	if err != nil {
		t.Fatal(err)
	}
	state := t.TempDir()
	s := &server{audit: filepath.Join(state, "audit.log")}
	e := &envtest.Environment{
		BinaryAssetsDirectory:    dir,
		CRDDirectoryPaths:        definitions(t),
		ErrorIfCRDPathMissing:    true,
		ControlPlaneStartTimeout: time.Minute,
		ControlPlaneStopTimeout:  time.Minute,
	}
	e.ControlPlane.GetAPIServer().Configure().
		Set("authorization-mode", "RBAC").
		Set("token-auth-file", written(t, state, "tokens.csv", tokens())).
		Set("audit-policy-file", written(t, state, "audit.yaml", auditPolicy)).
		Set("audit-log-path", s.audit).
		Set("service-cluster-ip-range", "10.96.0.0/16")
	for _, change := range setups {
		change(e)
	}
	began := time.Now()
	begins(e)
	t.Cleanup(func() {
		if err := end(e); err != nil {
			t.Error(err)
		}
	})
	if s.config, err = e.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.onlyRead(t) })
	s.config.QPS = -1
	s.etcd, s.certs = e.ControlPlane.Etcd.URL.String(), e.ControlPlane.APIServer.CertDir
	if s.Client, err = client.New(s.config, client.Options{Scheme: scheme.Scheme}); err != nil {
		t.Fatal(err)
	}
	s.settles(t)
	t.Logf("API server started in %v", time.Since(began).Round(100*time.Millisecond))
	return s
}

// settles waits for what a server makes for itself after it is ready: until then two runs
// may see one object more or less.
func (s *server) settles(t *testing.T) {
	t.Helper()
	wanted := map[client.Object]client.ObjectKey{
		&corev1.Service{}:            {Namespace: "default", Name: "kubernetes"},
		&discoveryv1.EndpointSlice{}: {Namespace: "default", Name: "kubernetes"},
	}
	for _, name := range []string{"default", "kube-system", "kube-public", "kube-node-lease"} {
		wanted[&corev1.Namespace{}] = client.ObjectKey{Name: name}
	}
	for o, key := range wanted {
		err := wait.PollUntilContextTimeout(t.Context(), 20*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
			err := s.Get(ctx, key, o)
			return err == nil, client.IgnoreNotFound(err)
		})
		if err != nil {
			t.Fatalf("the server has not made %T %s: %v", o, key, err)
		}
	}
}

// definitions are the files of the kinds that mtlsctl's own go.mod requires, and the
// folder of those that it does not.
func definitions(t *testing.T) []string {
	t.Helper()
	files := []string{"definitions"}
	for module, path := range map[string]string{
		"istio.io/api":            "kubernetes/customresourcedefinitions.gen.yaml",
		"sigs.k8s.io/gateway-api": "config/crd/standard",
	} {
		dir, err := moduleDir(module)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, filepath.Join(dir, filepath.FromSlash(path)))
	}
	slices.Sort(files)
	return files
}

func written(t *testing.T, dir, name, text string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// create makes objects in the order given.
func (s *server) create(t *testing.T, objects ...client.Object) {
	t.Helper()
	for _, o := range objects {
		if err := s.Create(context.Background(), o); err != nil {
			t.Fatalf("create %s/%s: %v", o.GetNamespace(), o.GetName(), err)
		}
	}
}
