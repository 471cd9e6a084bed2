package plain_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve/source/plain"
)

// TestSameNodesAsTheLibrary compares all YAML of this repository, or of the
// directory that MANIFESTS names.
func TestSameNodesAsTheLibrary(t *testing.T) {
	t.Parallel()
	root := os.Getenv("MANIFESTS")
	if root == "" {
		root = filepath.Join("..", "..", "..", "testdata")
	}
	documents, taken := 0, 0
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasPrefix(filepath.Ext(path), ".y") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, d := range bytes.SplitAfter(text, []byte("\n---")) {
			if text, more := strings.CutSuffix("---"+string(d), "\n---"); compare(t, new(plain.Parser), strings.TrimPrefix(text, "---")+"\n") || more && compare(t, new(plain.Parser), text+"\n") {
				taken++
			}
			documents++
		}
		return err
	})
	t.Logf("%d of %d documents are plain", taken, documents)
	if err != nil || taken < documents/4 {
		t.Errorf("only %d of %d documents are plain: %v", taken, documents, err)
	}
}

// TestRandomTexts compares texts that are put together of what manifests are made
// of, at indentations that mostly fit.
func TestRandomTexts(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	var p plain.Parser
	taken := 0
	const texts = 30_000
	for range texts {
		if compare(t, &p, randomText(random)) {
			taken++
		}
	}
	t.Logf("%d of %d texts are plain", taken, texts)
	if taken < texts/20 {
		t.Errorf("%d of %d texts are plain", taken, texts)
	}
}

var (
	words = []string{"a", "name", "true", "null", "~", "8080", "-5", "1.5", "$(A)", "--flag=x", "a b", "a:b", "a#b", "/x", `"q: #"`, `'s - '`, `""`, "''", "a'b", `a"b`, "[]", "[a, 'b']", `["c"]`, "x]", "x, y", "(a", "_",
		"100m", "10.0.0.1", "b1", "c2", "d3", "e4", "f5", "g6", "h7", "i8", "j9", "{a: b}", "{a: [b, {c: 1}], 'd': ~}"}
	odd = []string{"n", "yes", "0x1f", "017", "08", "1_000", "12:30:00", "2001-01-01", ".5", ".inf", "-.inf", "+1", "0b1", "0o7", "1e3", "-0", "1.", "<<", "{y: a}", "{a: b, a: c}",
		"*a", "&a", "!t", "|+", ">", "[a", "[a,]", "[", "[b: c]", "[-a]", "|2", "{a: b}", "a: b", "- ", "'", `"`, "a:", "#", "?", "? a", "-", "a #", ": b", "%", "@"}
	endings = []string{"", "", "", "", " ", " # c", "  #", "#c"}
)

func randomText(random *rand.Rand) string {
	pick := func(from []string) string { return from[random.IntN(len(from))] }
	word := func() string {
		if random.IntN(60) == 0 {
			return pick(odd)
		}
		return pick(words)
	}
	var b strings.Builder
	open := []int{0}
	for range 1 + random.IntN(12) {
		if random.IntN(12) == 0 { // a literal block, which may or may not be deep enough
			fmt.Fprintf(&b, "%*s%s: %s%s\n", open[len(open)-1], "", word(), pick([]string{"|", "|-"}), pick(endings))
			for range random.IntN(4) {
				fmt.Fprintf(&b, "%*s%s\n", open[len(open)-1]+random.IntN(4), "", pick([]string{"a", " b: c", "#", "", "- d", "e"}))
			}
			continue
		}
		switch random.IntN(20) {
		case 0:
			fmt.Fprintf(&b, "%*s#%s\n", random.IntN(6), "", word())
		case 1:
			fmt.Fprintf(&b, "%*s\n", random.IntN(6), "")
		}
		open = open[:max(1, len(open)-max(0, random.IntN(5)-2))]
		indent := open[len(open)-1]
		if random.IntN(50) == 0 {
			indent += random.IntN(3)
		}
		fmt.Fprintf(&b, "%*s", indent, "")
		for random.IntN(4) == 0 {
			b.WriteString("- ")
			indent += 2
			open = append(open, indent)
		}
		switch random.IntN(8) {
		case 0:
			b.WriteString(word())
		case 1, 2:
			b.WriteString(word() + ":")
			open = append(open, indent+random.IntN(3))
		case 3:
			b.WriteString(word() + ": " + []string{"{}", "[]", "{} ", "[]x"}[random.IntN(4)])
		default:
			b.WriteString(word() + ":" + strings.Repeat(" ", 1+random.IntN(2)) + word())
		}
		b.WriteString(pick(endings) + "\n")
	}
	return b.String()
}

// FuzzParse: whatever is parsed here has the nodes that yaml.v3 gives it.
func FuzzParse(f *testing.F) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		f.Add(randomText(random))
	}
	f.Add("---\na:\n  - b: \"c\" # d\n    e: {}\n# f\n'g h': 1\n")
	f.Fuzz(func(t *testing.T, text string) { compare(t, new(plain.Parser), text) })
}
