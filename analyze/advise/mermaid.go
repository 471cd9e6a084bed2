package advise

import (
	"fmt"
	"strings"
)

// Mermaid is the tree as a picture's source, as GitHub and GitLab draw it.
func Mermaid() string {
	var b strings.Builder
	b.WriteString("graph TD\n")
	for _, q := range Questions {
		fmt.Fprintf(&b, "    %s{\"%s\"}\n", name(q.ID), q.Short)
	}
	for _, l := range Leaves {
		fmt.Fprintf(&b, "    %s[\"%s\"]\n", name(l.ID), l.Short)
	}
	for _, q := range Questions {
		for _, a := range []Answer{Yes, No, Unknown} {
			fmt.Fprintf(&b, "    %s -->|%s| %s\n", name(q.ID), a, name(q.Next[a]))
		}
	}
	return b.String()
}

// name is an ID as the picture can have it.
func name(id string) string { return strings.ReplaceAll(id, "-", "_") }
