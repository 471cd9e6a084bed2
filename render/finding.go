package render

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// namespaceOf is where the finding belongs: the object's namespace, or the namespace that
// the object is, "" for the whole cluster.
func namespaceOf(f *wire.FindingItem) string {
	if f.Object.Kind == string(resolve.KindNamespace) {
		return f.Object.Name
	}
	return f.Object.Namespace
}

// aboutFinding is the object and the field: "PeerAuthentication shop/pay, portLevelMtls[80]".
func aboutFinding(f *wire.FindingItem) string {
	text := objectOf(f.Object).String()
	if f.Field != "" {
		text += ", " + shortField(resolve.Field(f.Field))
	}
	if f.Cluster != "" {
		text += " (cluster " + f.Cluster + ")"
	}
	switch len(f.Environments) {
	case 0:
	case 1:
		text += " (environment " + f.Environments[0] + ")"
	default:
		text += " (environments " + strings.Join(f.Environments, ", ") + ")"
	}
	return text
}

// findingText is the message, after how sure it is where that is less than certain.
func findingText(f *wire.FindingItem) string {
	text := f.Message
	if f.Confidence != analyze.Certain.String() {
		text = f.Confidence + ": " + text
	}
	if f.Known {
		text = "known, not new: " + text
	}
	return text
}

// maxSame is how many further objects of a cause are named with their places.
const maxSame = 3

// sameText names the further objects of a cause, all of them where all are wanted.
func sameText(same []wire.SameItem, all bool, b base) string {
	n := len(same)
	if !all {
		n = min(n, maxSame)
	}
	var names []string
	for i := range same[:n] {
		names = append(names, b.at(objectOf(same[i].Object).String(), placedAt(same[i].Position)))
	}
	text := strings.Join(names, ", ")
	if more := len(same) - n; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// shortField is a field without the spec that all of them begin with.
func shortField(f resolve.Field) string { return strings.TrimPrefix(string(f), "spec.") }
