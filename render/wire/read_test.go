package wire_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/render/wire"
)

// TestCutOff: a report of which the end is missing is refused, or nothing of it is lost.
func TestCutOff(t *testing.T) {
	t.Parallel()
	for _, file := range []string{
		"report.json", "report.yaml", "expected.json", "expected.yaml", "call.yaml", "expanded.yaml", "page.yaml", "register.yaml",
	} {
		text, err := os.ReadFile("../../testdata/render/" + file)
		if err != nil {
			t.Fatal(err)
		}
		want, err := wire.Read(text)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for end := range len(text) {
			if far := end < len(text)-600; far && text[end] != '\n' {
				continue
			}
			report, err := wire.Read(text[:end])
			if err == nil && !reflect.DeepEqual(report, want) {
				t.Fatalf("%s: the first %d of %d bytes are taken for a whole report", file, end, len(text))
			}
		}
	}
}

// TestOtherVersion: a report of a version that this program does not know is refused.
func TestOtherVersion(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../testdata/render/report.json")
	if err != nil {
		t.Fatal(err)
	}
	_, err = wire.Read([]byte(strings.Replace(string(text), "mtlsctl.io/v1alpha1", "mtlsctl.io/v1alpha9", 1)))
	if err == nil || !strings.Contains(err.Error(), `"mtlsctl.io/v1alpha9"`) {
		t.Errorf("got %v", err)
	}
}
