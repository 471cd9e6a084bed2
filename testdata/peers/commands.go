package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// command is one that looks at a whole mesh: its name, and its arguments for the directory
// of the mesh and the file of a changed policy.
type command struct {
	name string
	args func(mesh, changed string) []string
}

var commands = []command{
	{"describe", func(mesh, _ string) []string { return []string{"-A", "-f", mesh} }},
	{"analyze", func(mesh, _ string) []string { return []string{"--fail-on", "never", "-f", mesh} }},
	{"connections", func(mesh, _ string) []string { return []string{"-A", "-f", mesh} }},
	{"diff", func(mesh, changed string) []string { return []string{mesh, "-f", changed, "--fail-on", "never"} }},
	{"migrate-plan", func(mesh, _ string) []string { return []string{"--fail-on", "never", "-f", mesh} }},
}

// shapes are the made-up meshes that the commands are measured over.
var shapes = []struct {
	name      string
	namespace shape
}{{"town", town}, {"city", city}}

// changedPolicy is what diff applies: a namespace policy of both shapes, which is PERMISSIVE there.
const changedPolicy = `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: default
  namespace: team-0002
spec:
  mtls:
    mode: STRICT
`

// commandRow is one mesh.
type commandRow struct {
	shape     string
	workloads int
	bytes     int64
	bare      runs
	mine      []runs
}

// measureCommands runs the bare parse and all commands in turn.
func measureCommands(o options, dir string) (string, error) {
	changed := filepath.Join(dir, "changed.yaml")
	if err := os.WriteFile(changed, []byte(changedPolicy), 0o644); err != nil {
		return "", err
	}
	var rows []commandRow
	for _, s := range shapes {
		for _, n := range o.sizes {
			mesh := filepath.Join(dir, fmt.Sprint(s.name, n))
			bytes, err := writeMesh(mesh, n, s.namespace)
			if err != nil {
				return "", err
			}
			r := commandRow{shape: s.name, workloads: n, bytes: bytes, mine: make([]runs, len(commands))}
			if err := r.measure(o, mesh, changed); err != nil {
				return "", err
			}
			fmt.Fprintln(os.Stderr, r)
			rows = append(rows, r)
		}
	}
	return commandTable(rows, o.runs), nil
}

// measure runs the bare parse and the commands in turn, so that what else the machine does
// meets all of them.
func (r *commandRow) measure(o options, mesh, changed string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for range o.runs {
		if err := r.bare.run(self, "-parse", mesh); err != nil {
			return err
		}
		for i, c := range commands {
			if err := r.mine[i].run(o.mtlsctl, append([]string{c.name}, c.args(mesh, changed)...)...); err != nil {
				return err
			}
		}
	}
	return nil
}

// String is the row of the table: times to the bare parse, and peaks of memory.
func (r commandRow) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %s | %s | %s | %.2f s |", r.shape, thousands(r.workloads), megabytes(r.bytes), r.bare.time())
	for _, one := range r.mine {
		fmt.Fprintf(&b, " %.1f, %.0f MB |", one.time()/r.bare.time(), one.memory())
	}
	return b.String()
}

func commandTable(rows []commandRow, runs int) string {
	var b strings.Builder
	b.WriteString("| mesh | workloads | YAML | bare parse |")
	for _, c := range commands {
		b.WriteString(" " + c.name + " |")
	}
	b.WriteString("\n|---|---|---|---|" + strings.Repeat("---|", len(commands)) + "\n")
	for _, r := range rows {
		b.WriteString(r.String() + "\n")
	}
	fmt.Fprintf(&b, "\nMedians of %d runs each, in turn, on %d cores.\n", runs, runtime.NumCPU())
	return b.String()
}
