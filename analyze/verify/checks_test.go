package verify_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/verify"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/proxy"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/dump"
)

var today = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// meshOf reads objects as an API server holds them.
func meshOf(t *testing.T, text string) *mesh.Mesh {
	t.Helper()
	in, err := source.Read(t.Context(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(text), Applied: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(in.Problems) > 0 {
		t.Fatal(in.Problems)
	}
	return mesh.Build(config.Options{}, in.Objects)
}

// fleetOf reads dumps: a text is cut where a line is "---", the files are of the pod pay-1.
func fleetOf(t *testing.T, text string) *proxy.Fleet {
	t.Helper()
	dir := t.TempDir()
	for i, part := range strings.Split(text, "---\n") {
		file := filepath.Join(dir, "proxies", "shop", "pay-1", fmt.Sprint("dump", i))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(part), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	in, err := dump.Read(t.Context(), dump.Options{Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	if len(in.Problems) > 0 {
		t.Fatalf("%v\n%s", in.Problems, text)
	}
	return &in.Fleet
}

// wrong are the codes of what verify finds.
func wrong(r *verify.Report) (codes []string) {
	for i := range r.Items {
		if c := r.Items[i].Check; c != nil && !slices.Contains(codes, c.Code) {
			codes = append(codes, c.Code)
		}
	}
	slices.Sort(codes)
	return codes
}

// TestBeforeHasExactlyThisFinding: each check finds its Before, and nothing in its After.
func TestBeforeHasExactlyThisFinding(t *testing.T) {
	t.Parallel()
	for _, c := range verify.Checks() {
		t.Run(c.Code, func(t *testing.T) {
			t.Parallel()
			world := verify.World
			if strings.HasPrefix(c.Before, `{"workloads"`) {
				world = verify.AmbientWorld
			}
			m := meshOf(t, world)
			want := []string{c.Code}
			if c == verify.DanglingPolicy {
				want = []string{verify.PortDiffers.Code, c.Code} // the port is open for that
			}
			before := verify.Run(m, fleetOf(t, c.Before), verify.Options{Now: today})
			if got := wrong(before); !slices.Equal(got, want) {
				t.Errorf("Before has %v", got)
				for _, i := range before.Items {
					t.Log(i.State, i.Message)
				}
			}
			after := verify.Run(m, fleetOf(t, c.After), verify.Options{Now: today})
			if got := wrong(after); len(got) > 0 {
				t.Errorf("After still has %v: %s", got, after.Items[0].Message)
			}
			for _, r := range []*verify.Report{before, after} {
				if len(r.Proxies) != 1 {
					t.Errorf("%d proxies were compared", len(r.Proxies))
				}
			}
		})
	}
}

// TestDocumented: every check has a page.
func TestDocumented(t *testing.T) {
	t.Parallel()
	for _, c := range verify.Checks() {
		if !strings.HasPrefix(c.Code, "MTLS06") || c.Title == "" || c.Why == "" || c.Fix == "" || len(c.Docs) == 0 || c.Before == "" || c.After == "" || c.Run != nil {
			t.Errorf("%s is not documented in full", c.Code)
		}
		if strings.HasSuffix(c.Title, ".") || strings.HasSuffix(c.Fix, ".") {
			t.Errorf("%s: title and fix end without a full stop", c.Code)
		}
	}
	if verify.Checks()[0].Severity != analyze.Error {
		t.Error("a port that differs is an error")
	}
}
