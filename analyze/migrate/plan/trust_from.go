package plan

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// ValidTrustDomain is what istiod's validation has against a trust domain, "" for nothing.
func ValidTrustDomain(domain string) string {
	if domain == "" {
		return "it is empty"
	}
	labels := strings.Split(domain, ".")
	if len(labels) > 1 && labels[len(labels)-1] == "" {
		labels = labels[:len(labels)-1]
	}
	for _, label := range labels {
		if label == "" {
			return "a part between its dots is empty"
		}
		if len(validation.IsDNS1123Label(label)) > 0 {
			return fmt.Sprintf("%q is not a DNS label (lower-case letters, digits and -, at most 63)", label)
		}
	}
	return ""
}

// Refusal is why no plan can be asked for, and what to do instead.
type Refusal struct{ Why, Hint string }

// TrustChangeOf is the change of a mesh's trust domain to another one, or to where an earlier run of
// the plan has brought it: while the change lasts, both domains are aliases. A Refusal is nil where
// there is such a change.
func TrustChangeOf(m *mesh.Mesh, to string) (TrustChange, *Refusal) {
	var others []string
	done, middle := true, ""
	for _, p := range planesOf(m.Control) {
		t := p.Trust()
		switch {
		case p.Unseen != nil: // the plan tells it
			continue
		case p.Source.IsZero():
			return TrustChange{}, &Refusal{"the input has no mesh configuration of revision " + t.Revision + ": what its trust domain is, and where to change it, is unknown", "add the ConfigMap istio of the control plane's namespace (istio-REVISION for a revision), or what it is made of"}
		case t.Configured() != to && !slices.Contains(others, t.Configured()):
			others = append(others, t.Configured())
		}
		done = done && t.Configured() == to
		if i := slices.Index(t.Aliases(), to); i >= 0 && i+1 < len(t.Aliases()) && t.Configured() == to {
			middle = t.Aliases()[i+1]
		}
	}
	switch {
	case len(others) > 1:
		return TrustChange{}, &Refusal{"the control planes have several trust domains (" + strings.Join(others, ", ") + "): they are several meshes, and a plan is for one", "make a plan for each of them: pass only what belongs to it"}
	case len(others) == 1:
		return TrustChange{others[0], to}, nil
	case done && middle == "":
		return TrustChange{}, &Refusal{to + " is the trust domain already", "nothing to do; an alias can go when no proxy has a certificate of it any more (istioctl proxy-config secret POD)"}
	}
	return TrustChange{middle, to}, nil
}
