package source_test

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// mutator makes texts that nearly are manifests out of ones that are.
type mutator struct {
	*rand.Rand
	documents, lines []string
}

// newMutator breeds from all YAML and JSON of this repository, and from seeds.
func newMutator(t testing.TB, seed uint64, seeds ...string) *mutator {
	m := &mutator{Rand: rand.New(rand.NewPCG(seed, 21))}
	err := filepath.WalkDir(filepath.Join("..", "..", "testdata"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(path)) {
			return err
		}
		text, err := os.ReadFile(path)
		for _, d := range strings.Split(string(text), "\n---\n") {
			if len(d) < 3000 && strings.Contains(d, "kind") {
				m.documents = append(m.documents, d)
			}
		}
		return err
	})
	if err != nil || len(m.documents) < 100 {
		t.Fatalf("%d documents: %v", len(m.documents), err)
	}
	for range len(m.documents)/len(seeds)/4 + 1 { // seeds are a fifth of the parents
		m.documents = append(m.documents, seeds...)
	}
	for _, d := range m.documents {
		m.lines = append(m.lines, strings.SplitAfter(d, "\n")...)
	}
	return m
}

func pick[T any](m *mutator, from []T) T { return from[m.IntN(len(from))] }

// text is one to three documents with up to four changes.
func (m *mutator) text() []byte {
	text := pick(m, m.documents)
	for range m.IntN(3) {
		between := "---"
		if m.IntN(8) == 0 {
			between = pick(m, separators)
		}
		text += "\n" + between + "\n" + pick(m, m.documents)
	}
	data := []byte(text)
	if m.IntN(10) == 0 {
		data = m.list()
	}
	for range pick(m, []int{0, 1, 1, 1, 1, 2, 2, 3}) {
		data = pick(m, mutations)(m, data)
	}
	return data
}

// list is a list that is long enough to be cut into its items.
func (m *mutator) list() []byte {
	text := pick(m, []string{"kind: List\n", "kind: ServiceList\n", "kind: 'List'\n", "\"kind\": List\n"}) + "apiVersion: v1\n"
	pad := "pad: " + strings.Repeat("x", 16<<10) + "\n"
	items := "items:\n"
	dash := pick(m, []string{"- ", "  - ", "-   "})
	for range 1 + m.IntN(4) {
		items += dash + strings.ReplaceAll(strings.TrimSuffix(pick(m, m.documents), "\n"), "\n", "\n"+strings.Repeat(" ", len(dash))) + "\n"
	}
	parts := []string{text, pad, items}
	m.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	data := []byte(strings.Join(parts, ""))
	if m.IntN(3) == 0 {
		data = toJSON(data)
	}
	return data
}

var separators = []string{"--- ", "---# c", "--- # c", "---\n---# c", "...", "...\n---", "--- a", "---\r", "\r", "", "# c\n---", "%YAML 1.1\n---", "----", "---\t", " ---", "\ufeff---"}

var tokens = []string{"<<: ", "<<: *a", "<<: {kind: PeerAuthentication}", "&a ", "*a ", "!!binary ", "!!str ", "!!int ", "!!bool ", "!!null ", "!!map ", "!!float ", "! ", "!x ", `"`, "'", `"'`, "|", "|2", "|+", ">", ">-", "{", "}", "[", "]",
	"? ", ": ", ":", "- ", "#", " #", ",", "---\n", "--- # c\n", "...\n", "%YAML 1.1\n", "\r", "\n", "\r\n", "\u0085", "\u2028", "\u2029", "\ufeff", "\u00a0", "\t", "\x00", "\xff", "\x7f", "\u00e9", "\U0001f600", `\`, `\x6b`, `\ud83d\ude00`, `\/`, "@", "`", "%", "$patch: delete\n", "{{ x }}",
	"kind: Secret\n", "kind: PeerAuthentication\n", "\nkind: Secret\n", `"kind": PeerAuthentication` + "\n", `"\x6bind": Service` + "\n", "KIND: X\n", "apiVersion: v1\n", "items:\n", "items: []\n", "items: null\n", "items: {}\n", "\nitems:\n- ", "kind: List\n", "kind: !!binary UG9k\n"}

var values = []string{"017620", "0x1F90", "0b11", "0o7", "8_080", "+8080", "8080.0", "8.08e3", "1e3", "1e400", "-0", "12:30:00", "190:20:30", "2001-01-01", "y", "n", "on", "Off", "yes", "No", "true", "TRUE", "tRue", "~", "null", "Null", "", ".inf", "-.INF", ".nan", "0x", "1_", "_1", "._1", "9223372036854775808", "18446744073709551616", "0.1", "1.10", ".5", "5.", "08", "00", "\"a", "'b", "a\\", "a: b", "a #b", "a#b", "[a", "{a: b}", "[y, 1]", "{y: 1, 010: n}", "*a", "&a b", "DISABLE", "STRICT", "shop", "default"}

// mutations each change a text in one place.
var mutations = []func(m *mutator, data []byte) []byte{
	func(m *mutator, d []byte) []byte { return insert(d, m.place(d), pick(m, tokens)) },
	func(m *mutator, d []byte) []byte { return insert(d, m.lineStart(d), pick(m, tokens)) },
	func(m *mutator, d []byte) []byte { return insert(d, m.lineStart(d), pick(m, tokens)+"\n") },
	func(m *mutator, d []byte) []byte { return insert(d, m.lineStart(d), pick(m, m.lines)) },
	func(m *mutator, d []byte) []byte { return insert(d, m.lineStart(d), strings.Repeat(" ", 1+m.IntN(3))) },
	func(m *mutator, d []byte) []byte { return insert(d, m.place(d), string(rune(m.IntN(0x80)))) },
	func(m *mutator, d []byte) []byte { // away with some bytes
		at := m.place(d)
		return slices.Delete(bytes.Clone(d), at, min(len(d), at+1+m.IntN(3)))
	},
	func(m *mutator, d []byte) []byte { // away with a line, or double it elsewhere
		from := m.lineStart(d)
		to := from + bytes.IndexByte(append(d[from:len(d):len(d)], '\n'), '\n')
		line := string(d[from:min(len(d), to+1)])
		if m.IntN(2) == 0 {
			d = slices.Delete(bytes.Clone(d), from, min(len(d), to+1))
		}
		if m.IntN(3) == 0 {
			return d
		}
		return insert(d, m.lineStart(d), line)
	},
	func(m *mutator, d []byte) []byte { return m.atColon(d, ": "+pick(m, values), true) },
	func(m *mutator, d []byte) []byte { return m.atColon(d, ": "+pick(m, tokens), false) },
	func(m *mutator, d []byte) []byte { return m.key(d) },
	func(m *mutator, d []byte) []byte {
		return bytes.ReplaceAll(d, []byte("\n"), []byte(pick(m, []string{"\r\n", "\r", "\u2028", "\n\n"})))
	},
	func(_ *mutator, d []byte) []byte { return toJSON(d) },
	func(m *mutator, d []byte) []byte { // in a list
		lines := strings.ReplaceAll(string(d), "\n", "\n  ")
		return []byte(pick(m, []string{"apiVersion: v1\nkind: List\nitems:\n- ", "kind: PodList\napiVersion: v1\nitems:\n- ", "items:\n- &a ", "a: &a\n  "}) + lines + pick(m, []string{"", "\n- *a", "\nitems: [*a]\nkind: List\napiVersion: v1"}))
	},
}

// toJSON is the same as JSON, where it is YAML.
func toJSON(d []byte) []byte {
	if text, err := yaml.YAMLToJSON(d); err == nil {
		return text
	}
	return d
}

func insert(d []byte, at int, text string) []byte {
	return slices.Insert(bytes.Clone(d), at, []byte(text)...)
}

func (m *mutator) place(d []byte) int { return m.IntN(len(d) + 1) }

func (m *mutator) lineStart(d []byte) int {
	return bytes.LastIndexByte(d[:m.place(d)], '\n') + 1
}

// atColon puts a text instead of a colon, and of the value behind it where rest.
func (m *mutator) atColon(d []byte, text string, rest bool) []byte {
	at := m.place(d)
	i := bytes.Index(d[at:], []byte(": "))
	if i < 0 {
		return d
	}
	from, to := at+i, at+i+2
	if rest {
		if end := bytes.IndexAny(d[to:], "\n,}]"); end >= 0 {
			to += end
		}
	}
	return slices.Replace(bytes.Clone(d), from, to, []byte(text)...)
}

// key writes a key in another way, or another one in its place.
func (m *mutator) key(d []byte) []byte {
	at := m.place(d)
	i := bytes.Index(d[at:], []byte(":"))
	if i < 0 {
		return d
	}
	end := at + i
	from := bytes.LastIndexAny(d[:end], " \n{,-") + 1
	word := string(d[from:end])
	if word == "" {
		return d
	}
	ways := append([]string{`"` + word + `"`, "'" + word + "'", "? " + word + "\n", "!!str " + word, "&a " + word, word + " ", `"\x` + hex(word[0]) + word[1:] + `"`, strings.ToUpper(word), "<<"}, values...)
	return slices.Replace(bytes.Clone(d), from, end, []byte(pick(m, ways))...)
}

func hex(c byte) string { return string("0123456789abcdef"[c>>4]) + string("0123456789abcdef"[c&15]) }
