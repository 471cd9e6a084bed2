package fix

import (
	"errors"
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/amend"
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// World is what files are as they stand, or as they would be.
type World struct {
	diff.Side
	Objects []resolve.Object
}

// Source is where findings come from.
type Source struct {
	// Namespace is the namespace of objects that say none.
	Namespace string
	// Text is the text of a file; the error says why it cannot be changed.
	Text func(file string) ([]byte, error)
	// With is the world with these texts in the place of what the files hold.
	With func(texts map[string][]byte) (*World, error)
}

// Result is a change of files.
type Result struct {
	// Files are those that change, by name.
	Files []File
	// Done are the findings that it repairs, Left the others that carry a repair.
	Done []analyze.Finding
	Left []Left
	// Weaker are ports that take more than before: what an exception that was misplaced
	// meant to allow.
	Weaker []diff.PortChange
}

// File is one that changes.
type File struct {
	Name string
	was  []byte
	text *amend.Text
}

// Left is a finding whose repair is left out.
type Left struct {
	analyze.Finding
	Why string
}

// fixer is a Result in the making.
type fixer struct {
	Source
	was    *World
	origin func(*analyze.Finding, resolve.Ref) (resolve.Origin, bool)
	result Result
	// texts are the files as the accepted repairs leave them.
	texts map[string]*amend.Text
	// done are the edits that these have, removed those of them that took an element out of a
	// list.
	done    map[string]bool
	removed []analyze.Edit
	// plain are the files as they are, each read once.
	plain map[string]*amend.Text
}

// Files repairs what it can of the findings. was is the world as it stands; origin says
// where an object is written, false for nowhere, or in two places.
func Files(was *World, findings []analyze.Finding, origin func(*analyze.Finding, resolve.Ref) (resolve.Origin, bool), s Source) (*Result, error) {
	f := &fixer{Source: s, was: was, origin: origin, texts: map[string]*amend.Text{}, done: map[string]bool{}, plain: map[string]*amend.Text{}}
	var able []analyze.Finding
	for _, one := range findings {
		if len(one.Repair) > 0 {
			able = append(able, one)
		}
	}
	slices.SortStableFunc(able, renamesFirst)
	if err := f.accept(able); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(f.texts)) {
		before, err := s.Text(name)
		if err != nil {
			return nil, err
		}
		f.result.Files = append(f.result.Files, File{name, before, f.texts[name]})
	}
	return &f.result, nil
}

// renamesFirst puts repairs that rename a key before those that may write the new one.
func renamesFirst(a, b analyze.Finding) int {
	later := func(f *analyze.Finding) int {
		if slices.ContainsFunc(f.Repair, func(e analyze.Edit) bool { return e.Verb == analyze.Rename }) {
			return 0
		}
		return 1
	}
	return later(&a) - later(&b)
}

// accept takes in the repairs that pass together with those taken in before. Where they
// do not, each half is tried by itself, down to the one that does harm.
func (f *fixer) accept(findings []analyze.Finding) error {
	if len(findings) == 0 {
		return nil
	}
	texts, next, tried := f.applied(findings)
	if len(tried) == 0 {
		return nil
	}
	written := map[string][]byte{}
	for name, t := range texts {
		written[name] = t.Bytes()
	}
	is, err := f.With(written)
	if err != nil {
		return err
	}
	v := f.judge(is, tried)
	switch {
	case v.harm == "":
		f.texts, f.done, f.removed, f.result.Weaker = texts, next.done, next.removed, v.weaker
		f.result.Done = append(f.result.Done, tried...)
		return nil
	case len(tried) == 1:
		f.leave(tried[0], v.harm)
		return nil
	}
	half := len(tried) / 2
	return errors.Join(f.accept(tried[:half]), f.accept(tried[half:]))
}

func (f *fixer) leave(one analyze.Finding, why string) {
	f.result.Left = append(f.result.Left, Left{one, why})
}

// applied are the texts with the repairs of the findings, the edits that these have, and
// the findings of which all edits could be made; the others are left.
func (f *fixer) applied(findings []analyze.Finding) (texts map[string]*amend.Text, after edits, tried []analyze.Finding) {
	texts, after = maps.Clone(f.texts), edits{maps.Clone(f.done), slices.Clone(f.removed)}
	for _, one := range findings {
		next, err := f.repaired(texts, &one, &after)
		if err != nil {
			f.leave(one, err.Error())
			continue
		}
		maps.Copy(texts, next)
		tried = append(tried, one)
	}
	return texts, after, tried
}

// edits are those that texts have: see fixer.
type edits struct {
	done    map[string]bool
	removed []analyze.Edit
}

// repaired are the files that the repair of one finding changes. An edit that another
// finding asks for as well is made once.
func (f *fixer) repaired(texts map[string]*amend.Text, one *analyze.Finding, after *edits) (map[string]*amend.Text, error) {
	next := map[string]*amend.Text{}
	var made []string
	var removed []analyze.Edit
	for i := range one.Repair {
		e, gone := shifted(one.Repair[i], after.removed)
		whole := analyze.Edit{Object: e.Object, Verb: analyze.Remove}
		if gone || after.done[key(&one.Repair[i])] || after.done[key(&whole)] { // of what another one deletes nothing is left to repair
			continue
		}
		file, err := f.fileOf(one, &e)
		if err != nil {
			return nil, err
		}
		if next[file] == nil {
			if next[file], err = f.text(texts, file); err != nil {
				return nil, err
			}
		}
		if err := next[file].Apply(&e, f.Namespace); err != nil {
			return nil, err
		}
		made = append(made, key(&one.Repair[i]))
		if element(&e) {
			removed = append(removed, e)
		}
	}
	for _, k := range made {
		after.done[k] = true
	}
	after.removed = append(after.removed, removed...)
	return next, nil
}

// text is a file to be changed, as it is or with the repairs before.
func (f *fixer) text(texts map[string]*amend.Text, file string) (*amend.Text, error) {
	if t := texts[file]; t != nil {
		return t.Clone(), nil
	}
	if f.plain[file] == nil {
		text, err := f.Text(file)
		if err != nil {
			return nil, err
		}
		f.plain[file] = amend.New(file, text)
	}
	return f.plain[file].Clone(), nil
}
