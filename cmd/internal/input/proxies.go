package input

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/analyze/verify"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/proxy"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/dump"
)

// ProxyFlag names dumps of proxies.
type ProxyFlag struct{ Paths []string }

// Add adds the flag.
func (f *ProxyFlag) Add(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.Paths, "proxies", nil, "read what proxies run from `PATH`: a dump of Envoy or ztunnel, a directory, or an archive of istioctl bug-report; may be repeated")
	console.Carry(c.Flags(), "proxies")
}

// Validate refuses a path that is none.
func (f *ProxyFlag) Validate() error {
	if slices.Contains(f.Paths, "") {
		return console.Usage("for example --proxies bug-report.tar.gz", "--proxies has no value")
	}
	return nil
}

// Dumps are what was read of proxies.
type Dumps struct {
	*dump.Input
	// Fleet is what the proxies run.
	Fleet *proxy.Fleet
}

// Read reads the dumps. Where the flags name no mesh, the objects that lie beside the dumps are the
// mesh. It is nil where no dumps are asked for.
func (f *ProxyFlag) Read(ctx context.Context, in *Flags) (*Dumps, error) {
	d, err := f.read(ctx, !in.ReadsFiles() && !in.Cluster.named())
	if err != nil || d == nil {
		return nil, err
	}
	for _, t := range d.Mesh {
		in.Beside = append(in.Beside, source.NamedText(t))
	}
	d.Mesh = nil
	return d, nil
}

// ReadAlone reads the dumps, and nothing that lies beside them.
func (f *ProxyFlag) ReadAlone(ctx context.Context) (*Dumps, error) { return f.read(ctx, false) }

func (f *ProxyFlag) read(ctx context.Context, beside bool) (*Dumps, error) {
	if len(f.Paths) == 0 {
		return nil, nil
	}
	console.ProcessHeap.Stream()
	read, err := dump.Read(ctx, dump.Options{Paths: f.Paths, Mesh: beside})
	if err != nil {
		return nil, console.InputError(err)
	}
	if read.Files == 0 && len(read.Problems) == 0 {
		return nil, &console.Failure{Code: console.ExitInput, Message: "no dump of a proxy was found in --proxies", Hints: []string{
			"istioctl proxy-config all POD.NAMESPACE -o json prints one, istioctl bug-report writes an archive of all",
		}}
	}
	return &Dumps{read, &read.Fleet}, nil
}

// Keep is what a snapshot keeps of the dumps, "" for none.
func (d *Dumps) Keep(full bool) (string, error) {
	if d == nil {
		return "", nil
	}
	return dump.Keep(d.Fleet, full)
}

// Kept are the dumps that a snapshot has; nil where it has none.
func Kept(l *Loaded) (*Dumps, error) {
	if l.Proxies == "" {
		return nil, nil
	}
	fleet, err := dump.Kept(l.Proxies)
	if err != nil {
		return nil, &console.Failure{Code: console.ExitInput, Message: err.Error(), Hints: []string{"take the snapshot again, with mtlsctl snapshot --proxies"}}
	}
	return &Dumps{&dump.Input{Files: len(fleet.Envoys) + len(fleet.Ztunnels)}, fleet}, nil
}

// Running is what the proxies run, nil where no dumps were asked for. Where some could not be used,
// or a pod was not seen, the answer about the proxies lacks it.
func (d *Dumps) Running(m *mesh.Mesh) *verify.Running {
	if d == nil {
		return nil
	}
	return verify.NewRunning(verify.Run(m, d.Fleet, verify.Options{Hosts: true}))
}

// Say prints what of the dumps could not be used; its error is console.ErrIncomplete then.
func (d *Dumps) Say(s console.Streams) error {
	if d == nil {
		return nil
	}
	SayProblems(s, d.Problems)
	console.Note(s, "proxies: %s", console.Plural(d.Files, "dump"))
	if len(d.Problems) > 0 {
		return console.ErrIncomplete
	}
	return nil
}
