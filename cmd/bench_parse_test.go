package cmd_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"go.yaml.in/yaml/v3"
)

// BenchmarkParse is what BenchmarkDescribe is measured against: two workers that
// parse the bytes of the same files into nodes and do nothing with them.
func BenchmarkParse(b *testing.B) {
	for _, workloads := range []int{1_000, 10_000} {
		dir := b.TempDir()
		for file := range workloads / 20 {
			writeTown(b, dir, file)
		}
		files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprint(workloads), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				parseAll(b, files)
			}
		})
	}
}

func parseAll(b *testing.B, files []string) {
	next := make(chan string)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for file := range next {
				if err := parse(file); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for _, file := range files {
		next <- file
	}
	close(next)
	wg.Wait()
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
