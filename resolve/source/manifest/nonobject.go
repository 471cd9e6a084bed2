package manifest

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// nonObject tells a mistyped object, which is a problem, from YAML that was
// never meant for Kubernetes, which no item of a list is.
func (b *Batch) nonObject(d Document, n *yaml.Node, h Head, inList bool) {
	at := d.at(n)
	switch {
	case IsKustomization(d.file):
		b.mark(markKustomization, at, "")
	case Scalar(n, "metadata", "name") != "" || knownKinds[h.Kind] || h.misspelt():
		b.skip("incomplete object")
		b.Problems = append(b.Problems, resolve.Problem{Position: at, Message: incomplete(n, h), Hint: "every object needs apiVersion and kind"})
	case inList:
		b.notAList(d, n, h, "an item of a list lacks apiVersion or kind, and kubectl refuses all of the list")
	default:
		b.mark(markNoObject, at, filepath.Base(d.file))
	}
}

func incomplete(n *yaml.Node, h Head) string {
	name := Scalar(n, "metadata", "name")
	switch {
	case h.Kind == "" && h.APIVersion == "":
		return fmt.Sprintf("object %q has neither apiVersion nor kind and is not read", name)
	case h.Kind == "":
		return fmt.Sprintf("object %q has no kind and is not read", name)
	case h.misspelt():
		return fmt.Sprintf("%s %q is not read: %q is no apiVersion", h.Kind, name, h.APIVersion)
	}
	return strings.ReplaceAll(fmt.Sprintf("%s %q has no apiVersion and is not read", h.Kind, name), ` ""`, "")
}

// isTemplateText is true for text that a template engine has to fill in first:
// Helm's and Go's {{ }}, Jinja's {% %}. Braces among bytes that are no text are chance.
func isTemplateText(d Document) bool {
	if !utf8.Valid(d.Data) || bytes.IndexByte(d.Data, 0) >= 0 {
		return false
	}
	return bytes.Contains(d.Data, []byte("{{")) || bytes.Contains(d.Data, []byte("{%"))
}

// isTemplate finds the templates that happen to be YAML: an unquoted {{ x }} is
// a mapping with a mapping for its key.
func isTemplate(d Document, top *yaml.Node) bool {
	return !d.JSON && bytes.Contains(d.Data, []byte("{{")) && hasMappingKey(top)
}

func hasMappingKey(n *yaml.Node) bool {
	if n == nil {
		return false
	}
	for i, c := range n.Content {
		key := n.Kind == yaml.MappingNode && i%2 == 0
		if key && c.Kind == yaml.MappingNode || hasMappingKey(c) {
			return true
		}
	}
	return false
}

// listsObjects reports a list of which an item, or an item of a list in it, says that it is
// an object.
func listsObjects(n *yaml.Node) bool { return holdsObjects(n, map[*yaml.Node]bool{}) }

// holdsObjects looks at each list once, by however many aliases it stands there. A list that
// holds itself holds nothing more by that.
func holdsObjects(n *yaml.Node, seen map[*yaml.Node]bool) bool {
	if n == nil || n.Kind != yaml.SequenceNode || seen[n] {
		return false
	}
	seen[n] = true
	return slices.ContainsFunc(n.Content, func(c *yaml.Node) bool {
		return Scalar(c, "apiVersion") != "" && Scalar(c, "kind") != "" || holdsObjects(Child(c, "items"), seen)
	})
}

// isPatch is true for a strategic merge patch: it changes an object and is none. What
// stands in metadata or status is never one.
func isPatch(d Document, n *yaml.Node) bool {
	if d.file == "" || len(d.Data) < longDocument && !bytes.ContainsAny(d.Data, `$\!`) {
		return false // such a key is written so, escaped or as !!binary
	}
	return directs(n, 0)
}

func directs(n *yaml.Node, depth int) bool {
	for i, c := range n.Content {
		switch {
		case n.Kind != yaml.MappingNode:
			if directs(c, depth+1) {
				return true
			}
		case i%2 == 0 && c.Value == "$patch":
			return true
		case i%2 == 1 && (depth > 0 || n.Content[i-1].Value != "metadata" && n.Content[i-1].Value != "status") && directs(c, depth+1):
			return true
		}
	}
	return false
}

// IsKustomization reports a file that kustomize would read as a kustomization, by its name.
func IsKustomization(file string) bool {
	switch filepath.Base(file) {
	case "kustomization.yaml", "kustomization.yml", "Kustomization":
		return true
	}
	return false
}

// isLegacy is true for the groups that Istio dropped with Mixer and Citadel.
func isLegacy(group string) bool {
	switch group {
	case "authentication.istio.io", "rbac.istio.io", "config.istio.io":
		return true
	}
	return false
}
