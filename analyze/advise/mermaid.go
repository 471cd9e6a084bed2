package advise

import (
	"fmt"
	"strings"
)

// Mermaid is the tree as a picture's source, as GitHub and GitLab draw it.
func Mermaid() string {
	var b strings.Builder
	b.WriteString("graph TD\n    start([a port of a workload]) --> " + node(Root) + "\n")
	for _, q := range Questions {
		for _, a := range []Answer{Yes, No, Unknown} {
			fmt.Fprintf(&b, "    %s -->|%s| %s\n", node(q.ID), a, node(q.Next[a]))
		}
	}
	return b.String()
}

func node(id string) string {
	if q := QuestionByID(id); q != nil {
		return fmt.Sprintf("%s{\"%s\"}", id, q.Short)
	}
	return fmt.Sprintf("%s[\"%s\"]", id, LeafByID(id).Short)
}
