package cmd_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/cmd"
	"github.com/mtlsctl/mtlsctl/render/format"
)

// TestShow: a report that was saved looks in every format like one that was just made.
func TestShow(t *testing.T) {
	t.Parallel()
	for _, command := range [][]string{
		{"analyze", "-f", "../testdata/mesh/shop", "--fail-on", "never"},
		{"test", "../testdata/expect/shop.yaml"},
	} {
		for _, saved := range []string{"json", "yaml"} {
			report := printed(t, append(command, "-o", saved)...)
			for _, word := range format.CheckedWords() {
				word = strings.Replace(word, "TEMPLATE", "{.items}", 1)
				want := printed(t, append(command, "-o", word)...)
				got, code := shown([]byte(report), word)
				if diff := cmp.Diff(places(want), places(got)); diff != "" || code != 0 {
					t.Errorf("%s, saved as %s, shown as %s: exit code %d (-made +shown) (render/wire/finding.go)\n%s", command[0], saved, word, code, diff)
				}
			}
		}
	}
}

// places makes the paths whole that people are shown without their directory.
func places(text string) string { return strings.ReplaceAll(text, "../testdata/mesh/shop/", "") }

func shown(report []byte, format string) (string, int) {
	var out, errs bytes.Buffer
	code := cmd.Main([]string{"show", "-", "-o", format}, cmd.Streams{
		Out: &out, Err: &errs, In: bytes.NewReader(report), Env: func(string) string { return "" }, Now: func() time.Time { return time.Unix(0, 0) },
	})
	return out.String(), code
}
