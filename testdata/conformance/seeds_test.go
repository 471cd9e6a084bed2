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
			run(t, seed, 1)
		}
	}
}
