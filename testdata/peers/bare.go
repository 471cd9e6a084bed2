package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"
	"golang.org/x/sync/errgroup"
)

// bareParse parses the files of a directory into nodes on two goroutines, and does nothing
// with them: what the commands are measured against.
func bareParse(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return err
	}
	var g errgroup.Group
	g.SetLimit(2)
	for _, file := range files {
		g.Go(func() error { return parse(file) })
	}
	return g.Wait()
}

func parse(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var node yaml.Node
		if err := d.Decode(&node); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}
