// Command library prints the effective mTLS mode of every workload port in the YAML files
// and directories that are its arguments. docs/library.md explains it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

func main() {
	complete, err := run(context.Background(), os.Args[1:])
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(2)
	case !complete:
		os.Exit(3)
	}
}

// run reports whether the files hold everything that the modes depend on.
func run(ctx context.Context, files []string) (complete bool, err error) {
	if len(files) == 0 {
		return false, errors.New("no files\nhint: go run ./testdata/library DIR")
	}
	m, problems, err := read(ctx, files)
	if err != nil {
		return false, err
	}
	complete = len(m.Gaps()) == 0
	for _, p := range problems {
		fmt.Fprintln(os.Stderr, p.Position, p.Message)
		complete = complete && p.Harmless
	}
	if printModes(m) > 0 || !complete {
		fmt.Fprintln(os.Stderr, "INCOMPLETE: modes may be wrong or unknown")
		return false, nil
	}
	return true, nil
}

// read builds the mesh of all files, and says what could not be used of them.
func read(ctx context.Context, files []string) (*mesh.Mesh, []resolve.Problem, error) {
	in, err := source.Read(ctx, source.Options{Files: files})
	if err != nil {
		return nil, nil, err
	}
	options := config.Options{MeshConfig: in.MeshConfig}
	if in.Cluster != nil { // a snapshot of a cluster, which names what could not be read
		options.Gaps = in.Cluster.Gaps
	}
	m := mesh.Build(options, in.Objects)
	return m, append(in.Problems, m.Problems()...), nil
}

// printModes prints the mode of every port, and of all other ports as *. It counts those
// that the input leaves unknown.
func printModes(m *mesh.Mesh) (unknown int) {
	line := func(w fmt.Stringer, port string, d resolve.Decision) {
		fmt.Printf("%s:%s %s: %s\n", w, port, d.Mode, words.Because(d.Why))
		if d.Mode == resolve.Unknown {
			unknown++
		}
	}
	for _, w := range m.Workloads() {
		for _, p := range w.Ports {
			line(w.Ref, fmt.Sprint(p.Number), p.Decision)
		}
		line(w.Ref, "*", w.Default)
	}
	return unknown
}
