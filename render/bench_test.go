package render_test

import (
	"fmt"
	"io"
	"testing"

	"github.com/mtlsctl/mtlsctl/render/format"
)

// BenchmarkRender writes reports of 1,000 and 10,000 workloads, three ports each,
// in every format.
func BenchmarkRender(b *testing.B) {
	for _, workloads := range []int{1_000, 10_000} {
		view := city(workloads)
		for _, word := range []string{"table", "wide", "json", "yaml", "name", "jsonpath={.totals.ports}"} {
			f, err := format.Parse(word)
			if err != nil {
				b.Fatal(err)
			}
			b.Run(fmt.Sprintf("%s/%d", word, workloads), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := format.Write(io.Discard, f, view, format.Options{}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
