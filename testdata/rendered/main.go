// Command rendered prints what package helm renders a chart to: the judge of testdata/pipelines
// compares it with what helm prints. Arguments are the chart, the release and its namespace, and
// files of values.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/mtlsctl/mtlsctl/resolve/source/helm"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 3 {
		return fmt.Errorf("usage: rendered CHART RELEASE NAMESPACE [VALUES...]")
	}
	files, left, err := helm.Folder(args[0])
	if err != nil {
		return err
	}
	release := &helm.Release{Chart: files, Name: args[1], Namespace: args[2]}
	for _, name := range args[3:] {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		release.Values = append(release.Values, helm.File{Name: name, Data: data})
	}
	renderer := &helm.Renderer{}
	defer renderer.Close()
	out, err := renderer.Render(context.Background(), release)
	if err != nil {
		return err
	}
	for _, t := range out.Templates {
		if t.Lines == nil {
			left = append(left, t.Name+" has no lines")
		}
		fmt.Printf("---\n%s", t.Text)
	}
	for _, one := range append(left, out.Missing...) {
		fmt.Fprintln(os.Stderr, one)
	}
	return nil
}
