package render

import (
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// namespace is where the finding belongs: the object's namespace, or the namespace that
// the object is, "" for the whole cluster.
func (f *FindingItem) namespace() string {
	if f.Object.Kind == string(resolve.KindNamespace) {
		return f.Object.Name
	}
	return f.Object.Namespace
}

// about is the object and the field: "PeerAuthentication shop/pay, portLevelMtls[80]".
func (f *FindingItem) about() string {
	text := f.Object.ref().String()
	if f.Field != "" {
		text += ", " + shortField(resolve.Field(f.Field))
	}
	if f.Cluster != "" {
		text += " (cluster " + f.Cluster + ")"
	}
	return text
}

// sentence is the message, after how sure it is where that is less than certain.
func (f *FindingItem) sentence() string {
	text := f.Message
	if f.Confidence != analyze.Certain.String() {
		text = f.Confidence + ": " + text
	}
	if f.Known {
		text = "known, not new: " + text
	}
	return text
}

// shortField is a field without the spec that all of them begin with.
func shortField(f resolve.Field) string { return strings.TrimPrefix(string(f), "spec.") }

func (r Ref) ref() resolve.Ref {
	return resolve.Ref{Kind: resolve.Kind(r.Kind), Namespace: r.Namespace, Name: r.Name}
}

func (p Position) position() resolve.Position { return resolve.Position{File: p.File, Line: p.Line} }

func namedBy(list []Ref) []resolve.Ref {
	out := make([]resolve.Ref, len(list))
	for i, r := range list {
		out[i] = r.ref()
	}
	return out
}

func refs(list []resolve.Ref) string {
	words := make([]string, len(list))
	for i, r := range list {
		words[i] = r.String()
	}
	return strings.Join(words, ", ")
}
