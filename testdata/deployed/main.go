// Command deployed prints what a repository deploys to one environment, an object a line as JSON: the judge
// of testdata/pipelines compares it with what helm and kustomize print. Arguments are the directory and the
// environment.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/resolve/source"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("usage: deployed DIR ENVIRONMENT")
	}
	found, err := source.FindEnvironments(context.Background(), source.Options{Files: args[:1]})
	if err != nil || found == nil {
		return fmt.Errorf("%s deploys nothing: %w", args[0], err)
	}
	for _, e := range found.List {
		if e.Name != args[1] {
			continue
		}
		for _, m := range e.Manifests() {
			if err := tell(m); err != nil {
				return err
			}
		}
	}
	return nil
}

func tell(m source.Manifest) error {
	for document := range bytes.SplitSeq(slices.Concat([]byte("\n"), m.Text), []byte("\n---\n")) {
		var object map[string]any
		if err := yaml.Unmarshal(document, &object); err != nil {
			return err
		}
		if len(object) == 0 {
			continue
		}
		metadata, _ := object["metadata"].(map[string]any)
		if metadata["namespace"] == nil && object["kind"] != "Namespace" && m.Namespace != "" {
			metadata["namespace"] = m.Namespace
		}
		text, err := json.Marshal(object)
		if err != nil {
			return err
		}
		fmt.Printf("%s\n", text)
	}
	return nil
}
