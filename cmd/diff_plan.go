package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/change"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// wavesFlags name the waves of a plan that diff applies.
type wavesFlags struct {
	folder string
	wave   int
	// now are the waves that are looked at.
	now []plannedWave
}

// begin applies the waves that come before those that are looked at.
func (f *wavesFlags) begin(ctx context.Context, in *source.Input) error {
	if f.folder == "" {
		return nil
	}
	before, now, err := f.split()
	if err != nil {
		return console.InputError(err)
	}
	f.now = now
	in.Objects, err = afterWaves(ctx, in.Objects, before)
	return console.InputError(err)
}

// plannedWave is one folder of a plan.
type plannedWave struct {
	number int
	path   string
}

// waves are the folders of a plan, in the order in which they are applied.
func (f *wavesFlags) waves() ([]plannedWave, error) {
	entries, err := os.ReadDir(f.folder)
	if err != nil {
		return nil, &console.Failure{Code: console.ExitInput, Message: fmt.Sprintf("--plan %s: %v", f.folder, err), Hints: []string{"mtlsctl migrate-plan --out " + shell.Word(f.folder) + " writes one"}}
	}
	var out []plannedWave
	for _, e := range entries {
		number, _, named := strings.Cut(e.Name(), "-")
		if n, err := strconv.Atoi(number); err == nil && named && e.IsDir() {
			out = append(out, plannedWave{n, filepath.Join(f.folder, e.Name())})
		}
	}
	slices.SortFunc(out, func(a, b plannedWave) int { return a.number - b.number })
	if len(out) == 0 {
		return nil, console.Usage("mtlsctl migrate-plan --out "+shell.Word(f.folder)+" writes one", "--plan %s: has no waves", f.folder)
	}
	return out, nil
}

// split parts the waves into those that are there already and those that are looked at:
// all of them without --wave.
func (f *wavesFlags) split() (before, now []plannedWave, err error) {
	all, err := f.waves()
	if err != nil || f.wave == 0 {
		return nil, all, err
	}
	i := slices.IndexFunc(all, func(w plannedWave) bool { return w.number == f.wave })
	if i < 0 {
		return nil, nil, console.Usage("", "--wave %d: the plan in %s has waves %d to %d", f.wave, f.folder, all[0].number, all[len(all)-1].number)
	}
	return all[:i], all[i : i+1], nil
}

// afterWaves is what waves make of objects, one after the other.
func afterWaves(ctx context.Context, objects []resolve.Object, waves []plannedWave) ([]resolve.Object, error) {
	for _, w := range waves {
		change, err := w.change(ctx, thereIn(objects))
		if err != nil {
			return nil, err
		}
		objects, _ = change.To(objects)
	}
	return objects, nil
}

// change is what the files of a wave do. One that is missing, or says less than a plan
// wrote, would look like a wave that changes nothing.
func (w plannedWave) change(ctx context.Context, there func(resolve.Ref) bool) (change.Change, error) {
	var out change.Change
	found := false
	for _, name := range []string{"apply.yaml", "replace.yaml", "delete.yaml"} {
		file := filepath.Join(w.path, name)
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		in, err := source.Read(ctx, source.Options{Files: []string{file}, There: there, Applied: name == "delete.yaml"})
		if err != nil {
			return out, err
		}
		if name == "delete.yaml" { // names what is in the cluster, and no more of it
			in.Problems = slices.DeleteFunc(in.Problems, func(p resolve.Problem) bool { return p.Cause != "" })
		}
		if err := refuseSkipped(file, in); err != nil {
			return out, err
		}
		found = true
		for _, o := range in.Objects {
			switch name {
			case "delete.yaml":
				out.Remove = append(out.Remove, o.Ref())
			case "replace.yaml":
				out.Replace = append(out.Replace, o)
			default:
				out.Apply = append(out.Apply, o)
			}
		}
	}
	if !found {
		return out, &console.Failure{Code: console.ExitInput, Message: w.path + ": has none of apply.yaml, replace.yaml and delete.yaml", Hints: []string{planAnew}}
	}
	return out, nil
}

const planAnew = "mtlsctl migrate-plan --out writes a new plan"

// refuseSkipped refuses a file of a plan of which not everything could be read.
func refuseSkipped(file string, in *source.Input) error {
	skipped := slices.Sorted(maps.Keys(in.Stats.Skipped))
	switch {
	case len(in.Problems) > 0:
		return &console.Failure{Code: console.ExitInput, Message: fmt.Sprintf("%s: %s", in.Problems[0].Position, in.Problems[0].Message), Hints: []string{planAnew}}
	case len(skipped) > 0:
		return &console.Failure{Code: console.ExitInput, Message: fmt.Sprintf("%s: ignored: %s", file, strings.Join(skipped, ", ")), Hints: []string{
			"a workload is read from BASE: is BASE the input of the plan? otherwise " + planAnew,
		}}
	case len(in.Objects) == 0:
		return &console.Failure{Code: console.ExitInput, Message: file + ": has no object", Hints: []string{planAnew}}
	}
	return nil
}
