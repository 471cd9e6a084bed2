package source

import (
	"io"
	"os"
)

// text is one stream of documents: a file, standard input, what kustomize built.
type text struct {
	// name is what positions say.
	name string
	open func() ([]byte, error)
	// named is true for what the user asked for by name: if it cannot be opened
	// that is an error; a file found in a directory is only a problem.
	named bool
	// built is true for what kustomize made.
	built bool
	// patch is true for a file that a kustomization lists as a patch.
	patch bool
	// chart is set for a chart that is still to be rendered: texts take its place.
	chart *chart
	// of is the chart that it was rendered from, "" for a text of its own; origins are the lines
	// of the template, see manifest.SplitRendered.
	of      string
	origins []int
	// namespace is given to objects that say none, "" for that of the options; placed says that
	// whoever deploys them does so too.
	namespace string
	placed    bool
}

func fileText(path string, named bool) text {
	return text{name: path, named: named, open: func() ([]byte, error) { return os.ReadFile(path) }}
}

func stdinText(r io.Reader) text {
	return text{name: "<stdin>", named: true, open: func() ([]byte, error) {
		if r == nil {
			return nil, nil
		}
		return io.ReadAll(r)
	}}
}
