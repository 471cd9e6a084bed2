// Command peers measures mtlsctl beside others on the same files, and writes the tables of
// docs/performance.md: analyze beside istioctl analyze (make bench-peers), and the commands beside a
// bare parse (make bench-commands). With -worlds it writes into docs/comparison.md what both find in the
// small meshes of the repository.
//
// The meshes are made up, with what a real one has: namespaces with and without policies,
// Deployments, Services, rules, routes and AuthorizationPolicies, a few of them wrong. All
// read the same directory and nothing else, in turn, several times; the tables have
// the medians of wall time and of peak memory, and their ratios, which say more than the
// figures: machines differ.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// options are what is measured, and how often.
type options struct {
	istioctl, mtlsctl, page, worlds string
	sizes                           []int
	runs                            int
}

func main() {
	var o options
	flag.StringVar(&o.istioctl, "istioctl", "", "the istioctl to run, none to measure the commands of mtlsctl beside a bare parse")
	flag.StringVar(&o.mtlsctl, "mtlsctl", "", "the mtlsctl to run")
	flag.StringVar(&o.page, "page", "", "rewrite the table in FILE")
	flag.StringVar(&o.worlds, "worlds", "", "compare what both find in the meshes below DIR, and measure nothing")
	sizes := flag.String("sizes", "200,1000,10000,50000", "workloads of the meshes")
	flag.IntVar(&o.runs, "runs", 3, "runs of each command over each mesh")
	parsed := flag.String("parse", "", "parse the YAML of DIR, and nothing else")
	flag.Parse()
	if err := run(o, *sizes, *parsed); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(o options, sizes, parsed string) error {
	if parsed != "" {
		return bareParse(parsed)
	}
	for _, size := range strings.Split(sizes, ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			return err
		}
		o.sizes = append(o.sizes, n)
	}
	dir, err := os.MkdirTemp("", "peers")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	measure, name := measurePeers, "peers"
	switch {
	case o.worlds != "":
		measure, name = compare, "compared"
	case o.istioctl == "":
		measure, name = measureCommands, "commands"
	}
	text, err := measure(o, dir)
	if err != nil {
		return err
	}
	fmt.Print(text)
	if o.page == "" {
		return nil
	}
	return rewrite(o.page, name, text)
}

// measurePeers runs istioctl analyze and mtlsctl analyze in turn, so that what else the
// machine does meets both.
func measurePeers(o options, dir string) (string, error) {
	var rows []row
	for _, n := range o.sizes {
		mesh := filepath.Join(dir, fmt.Sprint(n))
		bytes, err := writeMesh(mesh, n, town)
		if err != nil {
			return "", err
		}
		r := row{workloads: n, bytes: bytes}
		for range o.runs {
			if err := r.istioctl.run(o.istioctl, "analyze", "--use-kube=false", "-A", mesh); err != nil {
				return "", err
			}
			if err := r.mtlsctl.run(o.mtlsctl, "analyze", "-f", mesh, "--fail-on", "never"); err != nil {
				return "", err
			}
		}
		fmt.Fprintln(os.Stderr, r)
		rows = append(rows, r)
	}
	return table(rows, o.runs), nil
}
