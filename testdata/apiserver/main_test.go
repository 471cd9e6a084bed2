package apiserver

import (
	"fmt"
	"os"
	"testing"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// TestMain builds what is missing before any test's clock runs.
func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	log.SetLogger(logr.Discard())
	endOnInterrupt()
	if dir, err := scratch(); err == nil {
		defer os.RemoveAll(dir)
	}
	if _, err := binaries(); err != nil {
		fmt.Fprintf(os.Stderr, "error: %v\nhint: KUBEBUILDER_ASSETS may name a folder that has kube-apiserver, etcd and kubectl\n", err)
		return 1
	}
	return m.Run()
}
