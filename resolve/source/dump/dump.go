package dump

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/proxy"
)

// Options says what to read. The zero Options read nothing.
type Options struct {
	// Paths are files, directories and archives (.tar, .tar.gz, .zip).
	Paths []string
	// Mesh asks for the objects too that istioctl bug-report and must-gather put beside the dumps.
	Mesh bool
}

// Text is a file with objects.
type Text struct {
	Name string
	Data []byte
}

// Input is everything that was read.
type Input struct {
	Fleet proxy.Fleet
	// Files is how many dumps there were.
	Files int
	// Mesh are the objects beside the dumps, where Options.Mesh asks for them.
	Mesh []Text
	// Problems are dumps that could not be used.
	Problems []resolve.Problem
}

// Read reads dumps. It fails only where a path cannot be opened, or ctx ends: what is wrong with a
// dump is a Problem.
func Read(ctx context.Context, o Options) (*Input, error) {
	r := &walker{ctx: ctx, mesh: o.Mesh, left: largestArchive, in: &Input{}, cache: newCache()}
	for _, name := range o.Paths {
		if err := r.argument(name); err != nil {
			return nil, err
		}
	}
	r.in.Fleet.Settle()
	slices.SortStableFunc(r.in.Problems, resolve.Problem.Compare)
	return r.in, ctx.Err()
}

// walker goes through paths and archives.
type walker struct {
	ctx     context.Context
	mesh    bool
	left    int64 // of what archives may unpack to
	objects int64 // bytes of objects
	in      *Input
	cache   *cache
}

func (r *walker) argument(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, reason(err))
	}
	if !info.IsDir() {
		return r.open(name, name, true)
	}
	return filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
		switch {
		case r.ctx.Err() != nil:
			return r.ctx.Err()
		case err != nil:
			r.problem(path, reason(err), "check its permissions")
		case d.Type().IsRegular(): // links are not followed, nobody may ever write to a pipe
			if err := r.open(path, filepath.ToSlash(path), false); err != nil {
				r.problem(path, reason(err), "check its permissions")
			}
		}
		return nil
	})
}

// open reads a file: an archive, or one text. Named is true for one of the command line.
func (r *walker) open(path, name string, named bool) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read %s: %w", path, reason(err))
	}
	defer f.Close() //nolint:errcheck // it was only read
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("read %s: %w", path, reason(err))
	}
	b := bufio.NewReaderSize(f, 64<<10)
	head, err := b.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read %s: %w", path, reason(err))
	}
	if kind := archiveKind(head); kind != noArchive {
		return r.archive(kind, f, b, name, info.ModTime())
	}
	r.text(name, b, info.ModTime(), named)
	return nil
}

// text reads one text. Of a directory or an archive only what looks like a dump is told of.
func (r *walker) text(name string, in io.Reader, taken time.Time, named bool) {
	if !named {
		switch {
		case isMesh(name):
			r.keep(name, in)
			return
		case !wanted(name):
			return
		}
	}
	if istiods(name) {
		if named {
			r.problem(name, errors.New("it is istiod's own dump: it shows what istiod would send, not what the proxy runs"), "take the dump from the proxy: istioctl proxy-config all POD -o json")
		}
		return
	}
	fleet, err := read(name, in, r.cache)
	switch {
	case errors.Is(err, errNoDump) && !named:
		return
	case err != nil:
		r.problem(name, err, "take it again: istioctl proxy-config all POD.NAMESPACE -o json, istioctl ztunnel-config all -o json, or istioctl bug-report")
		return
	}
	for _, e := range fleet.Envoys {
		e.Taken = taken
	}
	for _, z := range fleet.Ztunnels {
		z.Taken = taken
	}
	r.in.Files++
	r.in.Fleet.Add(fleet)
}

func (r *walker) problem(name string, err error, hint string) {
	r.in.Problems = append(r.in.Problems, resolve.Problem{Position: resolve.Position{File: name}, Message: err.Error(), Hint: hint})
}

// mostObjects bounds the objects of an archive.
const mostObjects = 1 << 30

// keep takes a file with objects.
func (r *walker) keep(name string, in io.Reader) {
	if !r.mesh {
		return
	}
	text, err := io.ReadAll(io.LimitReader(in, mostObjects-r.objects+1))
	if r.objects += int64(len(text)); err == nil && r.objects > mostObjects {
		err = errTooLarge
	}
	if err != nil {
		r.problem(name, reason(err), "unpack the archive, and pass the files with -f")
		return
	}
	r.in.Mesh = append(r.in.Mesh, Text{name, text})
}

// isMesh reports a file of objects: those of istioctl bug-report below cluster/, and manifests
// of a must-gather.
func isMesh(name string) bool {
	switch file, folder := path.Base(name), path.Base(path.Dir(name)); {
	case folder == "cluster":
		return file == "crs" || file == "k8s-resources" || file == "k8s-cluster-resources" || file == "pods"
	case strings.Contains(name, "/namespaces/") || strings.Contains(name, "cluster-scoped-resources/"):
		return strings.HasSuffix(file, ".yaml") || strings.HasSuffix(file, ".yml")
	}
	return false
}

// others are names of files beside dumps that are none, and large.
var others = []string{"clusters", "listeners", "server_info", "runtime", "memory", "netstat", "events", "secrets", "nodes", "kubectl-version", "versions", "analyze"}

// wanted reports a file that may be a dump. Of istiod's debug pages only the list of proxies is.
func wanted(name string) bool {
	file := path.Base(name)
	switch path.Ext(file) {
	case ".log", ".md", ".sh", ".png", ".html", ".csv", ".pem", ".key":
		return false
	}
	if strings.Contains(name, "/debug/") || strings.HasPrefix(file, "debug") {
		return strings.Contains(file, "syncz")
	}
	return !slices.Contains(others, file)
}

// reason is the part of err that does not repeat the path.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
