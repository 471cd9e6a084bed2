package conformance

import (
	"os"
	"testing"

	"istio.io/istio/pkg/kube/krt"
	"istio.io/istio/pkg/log"
)

// TestMain keeps istiod quiet, and from holding on to every world it has seen.
func TestMain(m *testing.M) {
	krt.GlobalDebugHandler = nil
	for _, s := range log.Scopes() {
		s.SetOutputLevel(log.NoneLevel)
	}
	os.Exit(m.Run())
}
