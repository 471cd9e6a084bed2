package ambient_test

import (
	"os"
	"testing"

	"istio.io/istio/pkg/log"
)

// TestMain keeps istiod quiet.
func TestMain(m *testing.M) {
	for _, s := range log.Scopes() {
		s.SetOutputLevel(log.NoneLevel)
	}
	os.Exit(m.Run())
}
