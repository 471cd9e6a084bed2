package plan_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
)

const testdata = "../../../testdata"

// worldOf reads files.
func worldOf(t testing.TB, files ...string) plan.World {
	t.Helper()
	in, err := source.Read(context.Background(), source.Options{Files: files})
	if err != nil {
		t.Fatal(err)
	}
	return plan.World{Objects: in.Objects, Resolve: func(objects []resolve.Object) *resolve.Mesh {
		o := resolve.Options{MeshConfig: in.MeshConfig}
		if os.Getenv("ASSUME") != "" {
			o.Assume = map[string]resolve.Dataplane{"": resolve.DataplaneSidecar}
		}
		b := resolve.NewBuilder(o)
		for _, o := range objects {
			b.Add(o)
		}
		return b.Build()
	}}
}

func recordOf(t testing.TB, file string) *resolve.Traffic {
	t.Helper()
	seen, err := traffic.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

// told is a plan in a few lines.
func told(p *plan.Plan) string {
	var b strings.Builder
	for _, w := range p.Waves {
		fmt.Fprintf(&b, "%d %s: %d ports, %d join\n", w.Number, w.Kind, len(w.Strict), len(w.Joining))
		for i := range w.Changes {
			c := &w.Changes[i]
			fmt.Fprintf(&b, "  %s %s: %s (%s)\n", c.How, c.Ref(), c.What, c.Why)
		}
		for _, c := range w.Wait {
			fmt.Fprintf(&b, "  wait: %s (%d)\n", c.Text, c.Ports)
		}
	}
	for _, h := range p.Holds {
		fmt.Fprintf(&b, "held %s:%d %s %s: %s\n", h.Workload, h.Port, h.Mode, h.Status, h.Why[0].Text)
	}
	for _, f := range p.Proof.Failed {
		fmt.Fprintf(&b, "failed: %s\n", f)
	}
	fmt.Fprintf(&b, "%.0f %% -> %.0f %%\n", p.Before.Score(), p.After.Score())
	return b.String()
}

func TestScratch(t *testing.T) {
	dir := os.Getenv("WORLD")
	if dir == "" {
		dir = filepath.Join(testdata, "mesh", "market")
	}
	o := plan.Options{}
	if os.Getenv("ALL") != "" {
		o.Join = plan.Everybody
	}
	if r := os.Getenv("RECORD"); r != "" {
		o.Traffic = recordOf(t, r)
	}
	t.Log("\n" + told(plan.New(worldOf(t, dir), o)))
}
