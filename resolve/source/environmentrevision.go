package source

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// usual are revisions that the files at hand are one of: those on which people work.
var usual = []string{"", "HEAD", "main", "master", "refs/heads/main", "refs/heads/master"}

// revisions tells which deployments name a revision of the repository that the files may well not be.
func (e *Environment) revisions() []manifest.Note {
	var names []string
	count := 0
	for _, m := range e.members {
		other := false
		for _, s := range m.Sources {
			if s.Path == "" || s.Chart != "" || slices.Contains(usual, s.Revision) || m.Kind != "Application" {
				continue
			}
			if other = true; !slices.Contains(names, s.Revision) {
				names = append(names, s.Revision)
			}
		}
		if other {
			count++
		}
	}
	if count == 0 {
		return nil
	}
	slices.Sort(names)
	what := "1 Application deploys"
	if count > 1 {
		what = fmt.Sprintf("%d Applications deploy", count)
	}
	const most = 5
	list := strings.Join(names[:min(len(names), most)], ", ")
	return []manifest.Note{{
		Message: what + " another revision of the repository (" + list + "): the files here are read instead",
		Hint:    "-f git:REVISION:PATH reads the files of a revision",
	}}
}
