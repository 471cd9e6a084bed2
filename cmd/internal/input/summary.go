package input

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// Report prints to stderr what has to be known about an answer: problems, notes,
// and the scope line last. It returns errIncomplete when there are problems.
func (l *Loaded) Report(s console.Streams) error {
	SayProblems(s, l.Problems)
	SayNotes(s, l.Notes)
	l.SayCluster(s)
	l.SayScope(s, "")
	return l.Incomplete()
}

// Missing is what of the input could not be used or read.
func (l *Loaded) Missing() []wire.MissingItem {
	var list []wire.MissingItem
	if grave := slices.DeleteFunc(slices.Clone(l.Problems), func(p resolve.Problem) bool { return p.Harmless }); len(grave) > 0 {
		list = append(list, render.NewUnusable(grave))
	}
	for _, n := range l.Notes {
		switch at := n.Position.String(); {
		case !n.Unread:
		case at == "":
			list = append(list, wire.MissingItem{What: "input", Names: []string{}, Effect: n.Message, Hint: n.Hint})
		default:
			list = append(list, wire.MissingItem{What: "template", Names: []string{at}, Effect: n.Message, Hint: n.Hint})
		}
	}
	for _, g := range l.missed() {
		list = append(list, render.NewUnread(g))
	}
	return list
}

// Incomplete is console.ErrIncomplete where the answer is not whole, else nil.
func (l *Loaded) Incomplete() error {
	if slices.ContainsFunc(l.Problems, func(p resolve.Problem) bool { return !p.Harmless }) || len(l.missed()) > 0 {
		return console.ErrIncomplete
	}
	return nil
}

// SayScope prints the line that says what was read, and of whom, where it is wanted.
func (l *Loaded) SayScope(s console.Streams, whose string) {
	took := s.Now().Sub(l.Start).Seconds()
	if !s.TellsInput(len(l.Problems)+len(l.missed()) > 0) {
		return
	}
	l.saySkipped(s)
	console.Say(s, "%s%s; %.2f s", whose, l.scopeLine(), took)
}

// SayProblems prints what could not be used, each hint once in a row.
func SayProblems(s console.Streams, problems []resolve.Problem) {
	for i, p := range problems {
		if i+1 < len(problems) && problems[i+1].Hint == p.Hint {
			p.Hint = "" // the last of a row of equal hints is enough
		}
		console.Say(s, "%s", problemText(p))
	}
}

// SayNotes prints what is worth a word and leaves the answer whole.
func SayNotes(s console.Streams, notes []manifest.Note) {
	for _, n := range notes {
		if n.Unread {
			console.Say(s, "%s", noteText(n)) // it is missing from the answer
			continue
		}
		console.Note(s, "%s", noteText(n))
	}
}

func problemText(p resolve.Problem) console.Lines {
	text := p.Message
	if !p.Ref.IsZero() {
		text = p.Ref.String() + ": " + text
	}
	if at := p.Position.String(); at != "" {
		text = at + ": " + text
	}
	return console.Lines(format.Visible(text)) + HintLine(p.Hint)
}

// HintLine is a hint as the line below a message, "" for none.
func HintLine(hint string) console.Lines {
	if hint == "" {
		return ""
	}
	return console.Lines("\n  hint: " + format.Visible(hint))
}

func noteText(n manifest.Note) console.Lines {
	text := n.Message
	if at := n.Position.String(); at != "" {
		text = at + ": " + text
	}
	return console.Lines("note: "+format.Visible(text)) + HintLine(n.Hint)
}

// scopeLine says what was read: "read 3 files, 21 documents: 4 workloads, ...".
func (l *Loaded) scopeLine() string {
	line := fmt.Sprintf("read %s: %s", l.whatWasRead(), objectsText(l.Stats.Objects, l.countWorkloads()))
	skipped := 0
	for _, n := range l.Stats.Skipped {
		skipped += n
	}
	if skipped > 0 {
		line += fmt.Sprintf("; %s skipped", console.Plural(skipped, "other document"))
	}
	if l.Stats.Defaulted > 0 {
		line += fmt.Sprintf("; %s without namespace counted in %q", console.Plural(l.Stats.Defaulted, "object"), cmp.Or(l.Flags.Namespace, "default"))
	}
	if !l.Applied {
		line += "; Istio " + l.Istio()
	}
	if l.Cluster != nil && l.Cluster.Defaults != "" {
		line += "; " + l.Cluster.Defaults
	}
	if l.Rules != "" {
		line += "; rules of " + l.Rules
	}
	if n := len(l.Problems) + len(l.missed()); n > 0 {
		line += "; " + console.Plural(n, "problem")
	}
	return line
}

func (l *Loaded) whatWasRead() string {
	if l.Cluster != nil {
		return "cluster " + l.Cluster.Name
	}
	read := console.Plural(l.Stats.Files, "file") + ", " + console.Plural(l.Stats.Documents, "document")
	if l.Environment != "" {
		return "environment " + l.Environment + ", " + read
	}
	return read
}

// countWorkloads counts as the table of describe does: each once, however many variants it
// has, and those too that only their pods show, such as a Job.
func (l *Loaded) countWorkloads() int {
	type one struct {
		ref     resolve.Ref
		cluster string
	}
	seen := map[one]bool{}
	for _, w := range l.Mesh.Workloads() {
		seen[one{w.Ref, w.Cluster}] = true
	}
	return len(seen)
}

// workloadKinds are summed up as workloads in the scope line.
var workloadKinds = []resolve.Kind{
	resolve.KindDeployment, resolve.KindStatefulSet, resolve.KindDaemonSet, resolve.KindReplicaSet,
	resolve.KindReplicationController, resolve.KindJob, resolve.KindCronJob, resolve.KindDeploymentConfig,
	resolve.KindRollout, resolve.KindKnativeService,
}

// firstKinds come first in the scope line, in this order; the rest by name.
var firstKinds = []resolve.Kind{
	resolve.KindPod, resolve.KindService, resolve.KindNamespace, resolve.KindPeerAuthentication, resolve.KindDestinationRule,
}

func objectsText(objects map[resolve.Kind]int, workloads int) string {
	rest := maps.Clone(objects)
	for _, k := range workloadKinds {
		delete(rest, k)
	}
	parts := []string{console.Plural(workloads, "workload")}
	kinds := slices.Clone(firstKinds)
	for _, k := range slices.Sorted(maps.Keys(rest)) {
		if !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	for _, k := range kinds {
		if n := rest[k]; n > 0 {
			parts = append(parts, console.Plural(n, kindNoun(k)))
		}
	}
	return strings.Join(parts, ", ")
}

// kindNoun writes Kubernetes' everyday kinds as nouns and the others as kinds.
func kindNoun(k resolve.Kind) string {
	switch k {
	case resolve.KindPod, resolve.KindService, resolve.KindNamespace:
		return strings.ToLower(string(k))
	case resolve.KindKubeGateway:
		return "Kubernetes Gateway"
	}
	return k.Word()
}
