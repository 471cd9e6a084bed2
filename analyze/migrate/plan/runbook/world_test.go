package runbook_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

const testdata = "../../../../testdata"

// worldOf reads files.
func worldOf(t *testing.T, files ...string) plan.World {
	t.Helper()
	in, err := source.Read(context.Background(), source.Options{Files: files})
	if err != nil {
		t.Fatal(err)
	}
	return plan.World{Objects: in.Objects, Mesh: resolved(in.Objects)}
}

func resolved(objects []resolve.Object) *mesh.Mesh {
	return mesh.Build(config.Options{Editable: true}, objects)
}

// stories are the small worlds of package plan, each about one thing that a plan has to do.
func stories(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(testdata, "plan", "*.yaml"))
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	return files
}
