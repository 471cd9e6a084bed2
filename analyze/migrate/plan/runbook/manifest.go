package runbook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/parallel"
	"github.com/mtlsctl/mtlsctl/resolve/public"
)

// Verb is how a file is given to the API server. Server-side apply ignores null and
// leaves fields that others own, so that it cannot take anything out of an object.
type Verb uint8

// The verbs, in the order in which a wave uses them.
const (
	// Apply is server-side apply: what is new, and labels of workloads' pods.
	Apply Verb = iota
	// Put takes the place of objects as a whole.
	Put
	// Remove deletes.
	Remove
)

// Verbs are all of them, in order.
func Verbs() []Verb { return []Verb{Apply, Put, Remove} }

var verbs = [...]struct{ file, command string }{
	Apply:  {"apply.yaml", "kubectl apply --server-side --force-conflicts --field-manager=mtlsctl -f"},
	Put:    {"replace.yaml", "kubectl replace -f"},
	Remove: {"delete.yaml", "kubectl delete -f"},
}

// File is the name of a wave's file with this verb: "apply.yaml".
func (v Verb) File() string { return verbs[v].file }

// Command is what a person types to use a file.
func (v Verb) Command(path string) string { return verbs[v].command + " " + path }

// verbOf is how a change is brought about.
func verbOf(h plan.How) Verb {
	switch h {
	case plan.Replace:
		return Put
	case plan.Delete:
		return Remove
	}
	return Apply
}

// Manifest is one file of a wave.
type Manifest struct {
	Verb Verb
	Text string
}

// Folder is the name of a wave's folder: "03-workloads".
func Folder(w *plan.Wave) string { return fmt.Sprintf("%02d-%s", w.Number, w.Kind) }

// ErrHidden is why an object cannot be written: the snapshot that it is of has tokens in the
// place of values, which would be the values once the object is applied.
var ErrHidden = errors.New("the snapshot does not contain all values of the object")

// Files are those of one wave: they bring it about, and take it back.
type Files struct{ Forth, Back []Manifest }

// FilesOf are those of all waves of a plan, in order; an error is ErrHidden, or of an object that no
// plan writes.
func FilesOf(p *plan.Plan) ([]Files, error) {
	out, errs := make([]Files, len(p.Waves)), make([]error, 2*len(p.Waves))
	parallel.Do(len(errs), 1, func(i int) {
		if w, files := &p.Waves[i/2], &out[i/2]; i%2 == 0 {
			files.Forth, errs[i] = Manifests(p, w)
		} else {
			files.Back, errs[i] = Rollback(p, w)
		}
	})
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Writable is why FilesOf would fail, nil where they can be written: for those who show the plan and
// none of its files, which are far more text.
func Writable(p *plan.Plan) error {
	for i := range p.Waves {
		for j := range p.Waves[i].Changes {
			if c := &p.Waves[i].Changes[j]; doubtful(c.Was) || doubtful(c.Is) || doubtful(c.Back) {
				_, err := FilesOf(p)
				return err
			}
		}
	}
	return nil
}

// doubtful reports an object that perhaps cannot be written.
func doubtful(o resolve.Object) bool {
	if o.Value == nil {
		return false
	}
	written := any(o.Value)
	if c, ok := written.(*resolve.Controller); ok { // see part
		written = []any{c.Namespace, c.Name, c.Labels, c.Template.Labels, c.Template.Annotations[resolve.ProxyConfigAnnotation]}
	}
	text, err := json.Marshal(written)
	return err != nil || apiVersions[o.Kind] == "" && o.Kind != resolve.KindMeshConfig || bytes.Contains(text, []byte(public.Token))
}

// Manifests are the files that bring a wave about, in the order in which they are used.
// Their texts depend on nothing but the plan.
func Manifests(p *plan.Plan, w *plan.Wave) ([]Manifest, error) {
	return manifests(p, w, w.Changes, What(w))
}

// Rollback are the files that take a wave back.
func Rollback(p *plan.Plan, w *plan.Wave) ([]Manifest, error) {
	return manifests(p, w, w.Undo(), "rollback: "+What(w))
}

func manifests(p *plan.Plan, w *plan.Wave, changes []plan.Change, what string) ([]Manifest, error) {
	var out []Manifest
	for _, v := range Verbs() {
		var b strings.Builder
		n := 0
		for i := range changes {
			c := &changes[i]
			if c.How == plan.Hand || verbOf(c.How) != v {
				continue
			}
			if n++; n == 1 {
				head(&b, p, w, v, what)
			}
			if err := writeChange(&b, c); err != nil {
				return nil, fmt.Errorf("write %s: %w", c.Ref(), err)
			}
		}
		if n > 0 {
			out = append(out, Manifest{v, b.String()})
		}
	}
	return out, nil
}

// head says what a file is: who finds it alone has to know.
func head(b *strings.Builder, p *plan.Plan, w *plan.Wave, v Verb, what string) {
	for _, line := range []string{
		fmt.Sprintf("Plan %s of mtlsctl, wave %d: %s.", p.ID, w.Number, what),
		"Why: " + Why(w) + ".",
		"How: " + v.Command(v.File()),
	} {
		fmt.Fprintf(b, "# %s\n", oneLine(line))
	}
}

func writeChange(b *strings.Builder, c *plan.Change) error {
	object, err := body(c)
	if err != nil {
		return err
	}
	text, err := document(object)
	switch {
	case err != nil:
		return err
	case bytes.Contains(text, []byte(public.Token)):
		return ErrHidden
	}
	fmt.Fprintf(b, "---\n# %s\n# %s\n%s", oneLine(Named(c)+": "+c.What), oneLine(c.Why), text)
	return nil
}

// oneLine keeps a text a comment, whatever it holds.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
