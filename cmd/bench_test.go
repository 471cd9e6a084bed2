package cmd_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/cmd"
)

// BenchmarkDescribe runs the whole command over towns: 10,000 workloads are 16 MB in 500
// files.
func BenchmarkDescribe(b *testing.B) {
	for _, workloads := range []int{1_000, 10_000} {
		dir := b.TempDir()
		for file := range workloads / 20 {
			writeTown(b, dir, file)
		}
		for _, format := range []string{"table", "json"} {
			b.Run(fmt.Sprintf("%s/%d", format, workloads), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					s, _, errs := captured()
					s.Out = io.Discard
					if code := cmd.Main([]string{"describe", "-f", dir, "-o", format}, s); code != 0 {
						b.Fatalf("exit code %d: %s", code, errs)
					}
				}
			})
		}
	}
}

// BenchmarkDiff applies a rule that breaks calls to every workload of a town.
func BenchmarkDiff(b *testing.B) {
	for _, workloads := range []int{1_000, 10_000} {
		dir := b.TempDir()
		for file := range workloads / 20 {
			writeTown(b, dir, file)
		}
		b.Run(fmt.Sprint(workloads), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s, _, errs := captured()
				s.Out, s.In = io.Discard, strings.NewReader(plaintextEverywhere)
				if code := cmd.Main([]string{"diff", dir, "-f", "-"}, s); code != 1 {
					b.Fatalf("exit code %d: %s", code, errs)
				}
			}
		})
	}
}

const plaintextEverywhere = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: plaintext, namespace: istio-system}
spec: {host: "*.svc.cluster.local", trafficPolicy: {tls: {mode: DISABLE}}}
`
