package manifest

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Note is a remark about the input that is no error: said once for all the
// places it holds for, Position is the first of them.
type Note struct {
	Position resolve.Position
	Message  string
	// Hint says what to do about it, "" when there is nothing to do.
	Hint string
	// Unread is true for documents that hold objects once something has filled them in:
	// what was not read of them may decide an answer.
	Unread bool
	// Unrendered names what would have to be rendered, such as "the Helm chart charts/pay", "" for
	// a remark of another kind.
	Unrendered string
}

// Compare orders notes by place, then message.
func (n Note) Compare(o Note) int {
	return cmp.Or(n.Position.Compare(o.Position), cmp.Compare(n.Message, o.Message), cmp.Compare(n.Hint, o.Hint))
}

// noteKey is what one note is about: marks with the same key are one note.
type noteKey struct {
	class     class
	dir, word string
}

// tally is the places of one note.
type tally struct {
	first resolve.Position
	count int
	files map[string]bool
	words map[string]int
}

// Notes says every kind of mark once, with how often and the first place.
func Notes(marks []Mark) []Note {
	charts := chartsOf(marks)
	tallies := map[noteKey]*tally{}
	for _, m := range marks {
		key := keyOf(m, charts)
		t := tallies[key]
		if t == nil {
			t = &tally{first: m.at, files: map[string]bool{}, words: map[string]int{}}
			tallies[key] = t
		}
		t.add(m)
	}
	var list []Note
	for key, t := range tallies {
		list = append(list, key.note(t))
	}
	slices.SortFunc(list, Note.Compare)
	return list
}

func (t *tally) add(m Mark) {
	t.count++
	t.files[m.at.File] = true
	t.words[m.word]++
	if m.at.Compare(t.first) < 0 {
		t.first = m.at
	}
}

func keyOf(m Mark, charts map[string]bool) noteKey {
	key := noteKey{class: m.class}
	switch m.class {
	case markTemplate:
		if key.word = m.word; m.word == string(braces) {
			key.dir = chartOf(m.at.File, charts)
		}
	case markLegacy:
		key.dir = filepath.Dir(m.at.File)
		key.word, _, _ = strings.Cut(m.word, " ")
	case markRemoved:
		key.dir = m.at.File
	}
	return key
}

// chartsOf are the directories that hold a Chart.yaml.
func chartsOf(marks []Mark) map[string]bool {
	charts := map[string]bool{}
	for _, m := range marks {
		if filepath.Base(m.at.File) == "Chart.yaml" {
			charts[filepath.Dir(m.at.File)] = true
		}
	}
	return charts
}

// chartOf is the Helm chart that a template belongs to: the outermost directory
// with a Chart.yaml, else the one that holds templates/, else "".
func chartOf(file string, charts map[string]bool) string {
	found := ""
	for dir := filepath.Dir(file); ; dir = filepath.Dir(dir) {
		if charts[dir] {
			found = dir
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	if found != "" {
		return found
	}
	slashed := filepath.ToSlash(file)
	if i := strings.LastIndex(slashed, "/templates/"); i > 0 {
		return filepath.FromSlash(slashed[:i])
	}
	return ""
}

func (k noteKey) note(t *tally) Note {
	n := Note{Position: t.first}
	switch k.class {
	case markTemplate:
		n.Message, n.Hint, n.Unread = k.template(t), engine(k.word).hint(k.dir), true
		n.Unrendered = k.unrendered(t)
	case markKustomization:
		n.Message = counted(t.count, "kustomization.yaml was not built", "kustomization.yaml files were not built")
		n.Hint = fmt.Sprintf("-k %s builds what is really applied", filepath.Dir(t.first.File))
		n.Unrendered = "the kustomization " + filepath.Dir(t.first.File)
	case markPatch:
		n.Message = counted(t.count, "document is a patch and not an object", "documents are patches and not objects")
		n.Hint = "read the kustomization that applies it with -k"
	case markDirective:
		n.Message = counted(t.count, "document contains $patch: it is treated as a patch and not read", "documents contain $patch: they are treated as patches and not read")
		n.Hint, n.Unread = "read the kustomization that applies it with -k; kubectl apply -f would treat it as an object", true
	case markNoObject:
		n.Message = counted(t.count, "document is not a Kubernetes object: ", "documents are not Kubernetes objects: ") + t.list()
	case markWorkloadRef:
		n.Message = counted(t.count, "Rollout uses the pods of a Deployment and is not listed separately", "Rollouts use the pods of Deployments and are not listed separately")
	case markArgo:
		n.Message = counted(t.count, "Argo CD Application names", "Argo CD Applications name") + " sources that are read only with -f or -k"
		n.Hint = "argocd app manifests NAME | mtlsctl analyze -f - reads what an Application deploys"
	case markFlux:
		n.Message = counted(t.count, "object of Flux deploys", "objects of Flux deploy") + " what is read only with -f or -k"
		n.Hint = "mtlsctl environments -f REPOSITORY lists what they deploy"
	case markLegacy:
		n.Message = "ignored by Istio since 1.6: " + t.list() + t.inFiles()
		n.Hint = "replaced by " + successors[k.word]
	case markRemoved:
		n.Message = "fields that Istio removed and ignores: " + t.list()
	}
	return n
}

// successors say what took the place of a legacy group.
var successors = map[string]string{
	"authentication.istio.io": "PeerAuthentication (mTLS) and RequestAuthentication (JWT) of security.istio.io",
	"rbac.istio.io":           "AuthorizationPolicy of security.istio.io",
	"config.istio.io":         "Telemetry, EnvoyFilter and AuthorizationPolicy",
	"IstioOperator":           "a PeerAuthentication in the root namespace and meshConfig.enableAutoMtls",
}

func (k noteKey) template(t *tally) string {
	where := ""
	if k.dir != "" {
		where = " of the Helm chart " + k.dir
	}
	noun := nouns[engine(k.word)]
	return fmt.Sprintf("%s in %s%s, not read", counted(t.count, noun[0], noun[1]), counted(len(t.files), "file", "files"), where)
}

// unrendered names what has to be rendered before the documents can be read.
func (k noteKey) unrendered(t *tally) string {
	if k.dir != "" {
		return "the Helm chart " + k.dir
	}
	return t.first.File
}

// inFiles says how many files the places are in, when it is more than one.
func (t *tally) inFiles() string {
	if len(t.files) == 1 {
		return ""
	}
	return fmt.Sprintf(", in %d files of this directory", len(t.files))
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// list names the words, most frequent first, at most five.
func (t *tally) list() string {
	words := make([]string, 0, len(t.words))
	for w := range t.words {
		words = append(words, w)
	}
	slices.SortFunc(words, func(a, b string) int { return cmp.Or(t.words[b]-t.words[a], cmp.Compare(a, b)) })
	more := ""
	if len(words) > 5 {
		more = fmt.Sprintf(" and %d more", len(words)-5)
		words = words[:5]
	}
	for i, w := range words {
		if t.words[w] > 1 {
			words[i] = fmt.Sprintf("%s (%d)", w, t.words[w])
		}
	}
	return strings.Join(words, ", ") + more
}
