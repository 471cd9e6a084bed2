package pipelines

import (
	"fmt"
	"os"
	"sync"
	"testing"
)

// root is the repository.
const root = "../.."

// scratch is where the run's own files are; TestMain removes it.
var scratch = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "mtlsctl-pipelines-") })

// TestMain builds what is missing before any test's clock runs.
func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := scratch()
	if err == nil {
		defer os.RemoveAll(dir)
		defer forgetModule()
		defer func() { closeBrowser() }()
		_, err = mtlsctl()
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "error: %v\n", err)
		return 1
	}
	return m.Run()
}
