package input

import (
	"context"
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// completed is what was read of files with what a snapshot, or the cluster, has besides.
func (f *Flags) completed(ctx context.Context, in *source.Input, s console.Streams) (*source.Input, error) {
	if f.completeFrom == "" {
		return in, nil
	}
	if in.Cluster != nil {
		return nil, console.Usage("mtlsctl diff BASE -f FILE applies files to a snapshot", "--complete-from completes files, and -f names a snapshot")
	}
	one := *f
	one.Files, one.Kustomize, one.Charts.Helm, one.Beside, one.completeFrom = nil, nil, nil, nil, ""
	if f.completeFrom != "cluster" {
		one.Files = []string{f.completeFrom}
	}
	from, err := one.Read(ctx, s)
	if err != nil {
		return nil, err
	}
	added := in.Complete(from)
	total := 0
	for _, n := range added {
		total += n
	}
	name := f.completeFrom
	message := fmt.Sprintf("%s of %s complete the files: ", console.Plural(total, "object"), name)
	var parts []string
	for kind, n := range added {
		parts = append(parts, console.Plural(n, kind.Word()))
	}
	slices.Sort(parts)
	message += console.Some(parts, 8)
	if total == 0 {
		message = name + " has no object that the files lack"
	}
	in.Notes = append(in.Notes, manifest.Note{Message: message})
	return in, nil
}
