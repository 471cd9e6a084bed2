package source

import (
	"fmt"
	"sync"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// kustomizing: the library keeps its OpenAPI schema in a package variable.
var kustomizing sync.Mutex

// kustomizeText is what "kubectl kustomize dir" would print. The lines of its
// objects are those of that output.
func kustomizeText(dir string) text {
	return text{name: dir + " (kustomize)", open: func() ([]byte, error) {
		kustomizing.Lock()
		defer kustomizing.Unlock()
		resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
		if err != nil {
			return nil, &kustomizeError{dir, err}
		}
		return resources.AsYaml()
	}}
}

// kustomizeError is a kustomization that cannot be built.
type kustomizeError struct {
	dir string
	err error
}

// Error implements error.
func (e *kustomizeError) Error() string { return fmt.Sprintf("kustomize: %v", e.err) }

// Unwrap gives kustomize's own error.
func (e *kustomizeError) Unwrap() error { return e.err }

func (e *kustomizeError) problem() resolve.Problem {
	return resolve.Problem{
		Position: resolve.Position{File: e.dir},
		Message:  e.Error(),
		Hint:     "nothing of it is in the answer; kubectl kustomize " + e.dir + " fails the same way",
	}
}
