// Command peers measures mtlsctl analyze side by side with istioctl analyze on the same
// files, and writes the table of the README. make bench-peers builds both and runs it.
//
// The meshes are made up, with what a real one has: namespaces with and without policies,
// Deployments, Services, rules, routes and AuthorizationPolicies, a few of them wrong. Both
// commands read the same directory and nothing else, in turn, several times; the table has
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

func main() {
	istioctl := flag.String("istioctl", "", "the istioctl to run")
	mtlsctl := flag.String("mtlsctl", "", "the mtlsctl to run")
	readme := flag.String("readme", "", "rewrite the table in FILE")
	sizes := flag.String("sizes", "200,1000,10000,50000", "workloads of the meshes")
	runs := flag.Int("runs", 3, "runs of each command over each mesh")
	flag.Parse()
	if err := measure(*istioctl, *mtlsctl, *readme, *sizes, *runs); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func measure(istioctl, mtlsctl, readme, sizes string, runs int) error {
	dir, err := os.MkdirTemp("", "peers")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var rows []row
	for _, size := range strings.Split(sizes, ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			return err
		}
		mesh := filepath.Join(dir, size)
		bytes, err := writeMesh(mesh, n)
		if err != nil {
			return err
		}
		r := row{workloads: n, bytes: bytes}
		for range runs { // in turn, so that what else the machine does meets both
			if err := r.istioctl.run(istioctl, "analyze", "--use-kube=false", "-A", mesh); err != nil {
				return err
			}
			if err := r.mtlsctl.run(mtlsctl, "analyze", "-f", mesh, "--fail-on", "never"); err != nil {
				return err
			}
		}
		fmt.Fprintln(os.Stderr, r)
		rows = append(rows, r)
	}
	text := table(rows, runs)
	fmt.Print(text)
	if readme == "" {
		return nil
	}
	return rewrite(readme, text)
}
