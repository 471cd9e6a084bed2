package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// commands are those that look at a whole mesh.
var commands = [][]string{{"describe", "-A"}, {"analyze", "--fail-on", "never"}, {"connections", "-A"}, {"migrate-plan"}}

// commandRow is one mesh.
type commandRow struct {
	workloads int
	bytes     int64
	bare      runs
	mine      []runs
}

// measureCommands runs the bare parse and all commands in turn.
func measureCommands(o options, dir string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	var rows []commandRow
	for _, n := range o.sizes {
		mesh := filepath.Join(dir, fmt.Sprint(n))
		r := commandRow{workloads: n, mine: make([]runs, len(commands))}
		if r.bytes, err = writeMesh(mesh, n, town); err != nil {
			return "", err
		}
		for range o.runs {
			if err := r.bare.run(self, "-parse", mesh); err != nil {
				return "", err
			}
			for i, command := range commands {
				if err := r.mine[i].run(o.mtlsctl, append(command, "-f", mesh)...); err != nil {
					return "", err
				}
			}
		}
		fmt.Fprintln(os.Stderr, r)
		rows = append(rows, r)
	}
	return commandTable(rows, o.runs), nil
}

// String is the row of the table: times to the bare parse, and peaks to the input's bytes.
func (r commandRow) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %s | %s | %.2f s |", thousands(r.workloads), megabytes(r.bytes), r.bare.time())
	for _, one := range r.mine {
		fmt.Fprintf(&b, " %.1f, %.0f MB |", one.time()/r.bare.time(), one.memory())
	}
	return b.String()
}

func commandTable(rows []commandRow, runs int) string {
	var b strings.Builder
	b.WriteString("| workloads | YAML | bare parse |")
	for _, c := range commands {
		b.WriteString(" " + c[0] + " |")
	}
	b.WriteString("\n|---|---|---|" + strings.Repeat("---|", len(commands)) + "\n")
	for _, r := range rows {
		b.WriteString(r.String() + "\n")
	}
	fmt.Fprintf(&b, "\nMedians of %d runs each, in turn, on %d cores.\n", runs, runtime.NumCPU())
	return b.String()
}
