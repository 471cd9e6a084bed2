package render

import (
	"strings"

	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

func refOf(r resolve.Ref) wire.Ref {
	return wire.Ref{Kind: string(r.Kind), Namespace: r.Namespace, Name: r.Name}
}

// refOrNull is nil where there is no object.
func refOrNull(r resolve.Ref) *wire.Ref {
	if r.IsZero() {
		return nil
	}
	ref := refOf(r)
	return &ref
}

func refsOf(refs []resolve.Ref) []wire.Ref {
	list := make([]wire.Ref, 0, len(refs))
	for _, r := range refs {
		list = append(list, refOf(r))
	}
	return list
}

func positionOf(p resolve.Position) wire.Position { return wire.Position{File: p.File, Line: p.Line} }

// objectOf is what refOf was made of.
func objectOf(r wire.Ref) resolve.Ref {
	return resolve.Ref{Kind: resolve.Kind(r.Kind), Namespace: r.Namespace, Name: r.Name}
}

func objectsOf(list []wire.Ref) []resolve.Ref {
	out := make([]resolve.Ref, len(list))
	for i, r := range list {
		out[i] = objectOf(r)
	}
	return out
}

// placedAt is what positionOf was made of.
func placedAt(p wire.Position) resolve.Position { return resolve.Position{File: p.File, Line: p.Line} }

func refs(list []resolve.Ref) string {
	words := make([]string, len(list))
	for i, r := range list {
		words[i] = r.String()
	}
	return strings.Join(words, ", ")
}

// shortName is a workload as tables name it: "deploy/pay".
func shortName(r wire.Ref) string {
	o := objectOf(r)
	return o.Kind.Short() + "/" + o.Name
}
