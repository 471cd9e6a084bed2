package cmd

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/change"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// change is the base with the files applied and the objects of --delete gone.
func (o *diffOptions) change(ctx context.Context, base *side, in *source.Input) (*side, error) {
	files := &input.Loaded{Flags: &o.input, Start: o.streams.Now(), Mesh: mesh.Build(config.Options{}, nil), Applied: true}
	if o.plan.folder != "" {
		objects, err := afterWaves(ctx, base.objects, o.plan.now)
		return o.changed(base, files, in, objects), console.InputError(err)
	}
	what := change.Change{Restart: o.restart}
	if o.input.ReadsFiles() {
		read, err := source.Read(ctx, o.changeOptions(ctx, base, in))
		if err != nil {
			return nil, console.InputError(err)
		}
		if len(read.Objects)+len(read.Problems)+len(read.Stats.Skipped) == 0 {
			return nil, &console.Failure{Code: console.ExitInput, Message: "the files to apply have no object: nothing was compared", Hints: []string{"check the path"}}
		}
		what.Apply = o.selected(read)
		files.Problems, files.Notes, files.Stats = read.Problems, read.Notes, read.Stats
	}
	removed, err := o.removed(base)
	if err != nil {
		return nil, err
	}
	for i, ref := range removed {
		if slices.ContainsFunc(what.Apply, func(object resolve.Object) bool { return object.Ref() == ref }) {
			return nil, console.Usage("", "--delete %s: the files apply it", o.removals[i].Text)
		}
	}
	what.Remove = removed
	if o.prune != "" {
		what.Prune = func(object resolve.Object) bool { return o.pruned.Matches(labels.Set(object.Value.GetLabels())) }
	}
	objects, remarks := what.To(base.objects)
	for _, r := range remarks {
		files.Notes = append(files.Notes, manifest.Note{Position: r.Position, Message: r.Message, Hint: r.Hint})
	}
	return o.changed(base, files, in, objects), nil
}

// selected are the objects of the files that --prune-selector selects: kubectl applies
// no others.
func (o *diffOptions) selected(read *source.Input) []resolve.Object {
	if o.prune == "" {
		return read.Objects
	}
	var kept, left []resolve.Object
	for _, object := range read.Objects {
		if o.pruned.Matches(labels.Set(object.Value.GetLabels())) {
			kept = append(kept, object)
		} else {
			left = append(left, object)
		}
	}
	if len(left) > 0 {
		read.Notes = append(read.Notes, manifest.Note{
			Position: left[0].Origin.At(""),
			Message:  fmt.Sprintf("%s of the files not selected by --prune-selector and not applied, as with kubectl apply -l: %s", console.Plural(len(left), "object"), left[0].Ref()),
		})
	}
	return kept
}

// changed resolves the objects as they would be.
func (o *diffOptions) changed(base *side, files *input.Loaded, in *source.Input, objects []resolve.Object) *side {
	after := &source.Input{
		Objects: objects, MeshConfig: in.MeshConfig, Cluster: in.Cluster,
		Problems: slices.Concat(in.Problems, files.Problems), Notes: slices.Concat(in.Notes, files.Notes),
		Stats: source.Stats{Objects: map[resolve.Kind]int{}, Skipped: maps.Clone(in.Stats.Skipped)},
	}
	after.Stats.Files, after.Stats.Documents = in.Stats.Files+files.Stats.Files, in.Stats.Documents+files.Stats.Documents
	after.Stats.Bytes = in.Stats.Bytes + files.Stats.Bytes
	for _, object := range objects {
		after.Stats.Objects[object.Kind]++
	}
	flags := *base.Flags
	flags.Files, flags.Kustomize, flags.Charts = o.input.Files, o.input.Kustomize, o.input.Charts // places below them are shown without them
	head := o.newSide(base.word+" with the change", &flags, after, base)
	head.applied = files
	return head
}

// changeOptions read the files: an object without a namespace goes where kubectl
// would put it.
func (o *diffOptions) changeOptions(ctx context.Context, base *side, in *source.Input) source.Options {
	options := o.input.SourceOptions(ctx, o.streams)
	options.Onto = in
	options.There = thereIn(base.objects)
	if options.Namespace == "" {
		options.Namespace = base.applyTo
	}
	return options
}

// thereIn reports what is among objects: workloads of which a file may hold a part.
func thereIn(objects []resolve.Object) func(resolve.Ref) bool {
	there := map[resolve.Ref]bool{}
	for _, object := range objects {
		there[object.Ref()] = true
	}
	return func(ref resolve.Ref) bool { return there[ref] }
}

// removed looks up the objects of --delete.
func (o *diffOptions) removed(base *side) ([]resolve.Ref, error) {
	if len(o.removals) == 0 {
		return nil, nil
	}
	all := make([]resolve.Ref, 0, len(base.objects))
	for _, object := range base.objects {
		all = append(all, object.Ref())
	}
	names := mesh.NamesOf(all, mesh.Where{Namespace: o.input.Namespace})
	var refs []resolve.Ref
	for _, a := range o.removals {
		found, err := names.Find(a)
		if err != nil {
			return nil, undeletable(base, a, err)
		}
		refs = append(refs, found[0].Ref)
	}
	return refs, nil
}

// undeletable is the failure of --delete for what is not there, or there several times.
func undeletable(base *side, a resolve.Name, err error) error {
	var several *mesh.AmbiguousError
	var missing *mesh.NotFoundError
	hint := "there is no " + a.Kind.Word()
	switch {
	case errors.As(err, &several):
		return console.Usage("say which: --delete "+strings.ToLower(a.Kind.Word())+"/NAME.NAMESPACE", "--delete %s: there are %d of that name", a.Text, len(several.Refs))
	case !errors.As(err, &missing):
		return err
	case len(missing.Near) > 0:
		hint = input.DidYouMean(missing.Near)
	case missing.OfKind:
		hint = "there are " + console.Some(input.TypedNames(missing.There), 8)
	}
	return console.Usage(hint, "--delete %s: no such object in %s", a.Text, base.word)
}
