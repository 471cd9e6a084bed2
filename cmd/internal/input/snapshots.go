package input

import (
	"cmp"
	"context"
	"strings"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// snapshots are the files of -f that are snapshots, where there are several: each is a cluster.
func (f *Flags) snapshots() (files []string, err error) {
	if len(f.Files) < 2 {
		return nil, nil
	}
	for _, file := range f.Files {
		if source.IsSnapshot(file) {
			files = append(files, file)
		}
	}
	switch {
	case len(files) < 2:
		return nil, nil
	case len(files) < len(f.Paths()):
		return nil, console.Usage("mtlsctl diff shows what a change does to one of them", "-f %s: several snapshots are read as the clusters of one mesh, without other files", strings.Join(f.Paths(), ", "))
	}
	return files, nil
}

// joinSnapshots reads snapshots one after the other and joins their clusters.
func (l *Loaded) joinSnapshots(ctx context.Context, s console.Streams, files []string) error {
	names, inputs := make([]string, len(files)), make([]*source.Input, len(files))
	known := map[string]string{}
	for i, file := range files {
		one := *l.Flags
		one.Files = []string{file}
		in, err := source.Read(ctx, one.SourceOptions(ctx, s))
		if err != nil {
			return console.InputError(err)
		}
		if in.Cluster == nil {
			return &console.Failure{Code: console.ExitInput, Message: file + " changed while it was read: it is no snapshot any more", Hints: []string{"run the command again"}}
		}
		names[i] = cmp.Or(in.Cluster.Name, file)
		if first, twice := known[names[i]]; twice {
			return console.Usage("mtlsctl diff "+first+" "+file+" compares two states of one cluster; name two clusters differently in kubeconfig", "-f %s and -f %s are both snapshots of cluster %s", first, file, names[i])
		}
		known[names[i]] = file
		l.Notes = append(l.Notes, in.Notes...)
		inputs[i] = in
	}
	s.FollowUp.Narrow("filename", "-f "+shell.Word(files[0]))
	l.join(names, inputs, make([]error, len(names)))
	return ctx.Err()
}
