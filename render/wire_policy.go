package render

import "github.com/mtlsctl/mtlsctl/resolve"

// PolicyList is the data of the reverse report.
type PolicyList struct {
	APIVersion string       `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string       `json:"kind" jsonschema:"enum=PolicyList"`
	Scope      Scope        `json:"scope"`
	Items      []PolicyItem `json:"items"`
}

// PolicyItem is one PeerAuthentication.
type PolicyItem struct {
	Namespace string            `json:"namespace"`
	Name      string            `json:"name"`
	Kind      string            `json:"kind"`
	Scope     string            `json:"scope"`
	Selector  map[string]string `json:"selector"`
	Mode      string            `json:"mode"`
	Ports     []PortMode        `json:"ports"`
	Position  Position          `json:"position"`
	// Rejected says why Istio refuses the object, "" when it does not.
	Rejected string `json:"rejected"`
	// Decides are the ports whose mode it sets, Shadowed those where it lost.
	Decides  []PolicyPort `json:"decides"`
	Shadowed []PolicyPort `json:"shadowed"`
}

// PolicyPort is one workload port; port is 0 for every port that nothing names.
type PolicyPort struct {
	Workload Ref    `json:"workload"`
	Variant  int    `json:"variant"`
	Port     int32  `json:"port"`
	Mode     string `json:"mode"`
	// Decision is the port's: what decided, and what lost.
	Decision Decision `json:"decision"`
}

// Data implements View: a PolicyList.
func (v Policies) Data() any {
	list := PolicyList{APIVersion, "PolicyList", v.Scope.filled(), make([]PolicyItem, 0, len(v.Policies))}
	for _, p := range v.Policies {
		list.Items = append(list.Items, newPolicyItem(p, v.Lines))
	}
	return list
}

func newPolicyItem(p *resolve.PeerAuthentication, lines []Line) PolicyItem {
	item := PolicyItem{
		Namespace: p.Ref.Namespace, Name: p.Ref.Name, Kind: string(p.Ref.Kind), Scope: p.Scope.String(),
		Selector: p.Selector, Mode: p.Mode.String(), Ports: newPortModes(p.Ports),
		Position: positionOf(p.Origin.At("")), Rejected: p.Rejected,
		Decides: []PolicyPort{}, Shadowed: []PolicyPort{},
	}
	if item.Selector == nil {
		item.Selector = map[string]string{}
	}
	for _, l := range lines {
		if l.Decision().By == p.Ref {
			item.Decides = append(item.Decides, newPolicyPort(l))
		} else if shadowedIn(l.Decision(), p.Ref) {
			item.Shadowed = append(item.Shadowed, newPolicyPort(l))
		}
	}
	return item
}

func newPolicyPort(l Line) PolicyPort {
	port := PolicyPort{Workload: refOf(l.Workload.Ref), Variant: l.Workload.Variant, Mode: l.Decision().Mode.String(), Decision: newDecision(l.Decision())}
	if l.Port != nil {
		port.Port = l.Port.Number
	}
	return port
}

func shadowedIn(d *resolve.Decision, r resolve.Ref) bool {
	for _, s := range d.Shadowed {
		if s.By == r {
			return true
		}
	}
	return false
}
