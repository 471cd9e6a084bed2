package manifest

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// networkPolicy reads which connections the network lets pass to pods.
func networkPolicy(d *decoder, n *yaml.Node) metav1.Object {
	var o networkingv1.NetworkPolicy
	d.decode(n, reflect.ValueOf(&o).Elem())
	part := resolve.NetworkPolicyPart{Selector: o.Spec.PodSelector}
	limits := func(t networkingv1.PolicyType, otherwise bool) bool {
		return slices.Contains(o.Spec.PolicyTypes, t) || len(o.Spec.PolicyTypes) == 0 && otherwise
	}
	if limits(networkingv1.PolicyTypeIngress, true) {
		part.Ingress = []resolve.NetworkRule{}
		for i, r := range o.Spec.Ingress {
			part.Ingress = append(part.Ingress, networkRule(resolve.Path("spec", "ingress").Index(i), r.Ports, r.From))
		}
	}
	if limits(networkingv1.PolicyTypeEgress, len(o.Spec.Egress) > 0) {
		part.Egress = []resolve.NetworkRule{}
		for i, r := range o.Spec.Egress {
			part.Egress = append(part.Egress, networkRule(resolve.Path("spec", "egress").Index(i), r.Ports, r.To))
		}
	}
	return &resolve.NetworkPolicy{ObjectMeta: o.ObjectMeta, Parts: []resolve.NetworkPolicyPart{part}}
}

func networkRule(at resolve.Field, ports []networkingv1.NetworkPolicyPort, peers []networkingv1.NetworkPolicyPeer) resolve.NetworkRule {
	r := resolve.NetworkRule{Field: at, AnyPeer: len(peers) == 0}
	r.Pods = slices.ContainsFunc(peers, func(p networkingv1.NetworkPolicyPeer) bool { return p.PodSelector != nil || p.NamespaceSelector != nil })
	for i, p := range ports {
		out := resolve.NetworkPort{Field: at.Child("ports").Index(i), TCP: p.Protocol == nil || *p.Protocol == "TCP"}
		switch {
		case p.Port == nil:
		case p.Port.Type == intstr.String:
			out.Name = p.Port.StrVal
		default:
			out.From = p.Port.IntVal
		}
		if p.EndPort != nil {
			out.To = *p.EndPort
		}
		r.Ports = append(r.Ports, out)
	}
	return r
}

// ciliumRules are the rules of one selector of Cilium's, as far as they name ports.
type ciliumRules struct {
	EndpointSelector  *ciliumSelector `json:"endpointSelector"`
	EnableDefaultDeny struct {
		Ingress *bool `json:"ingress"`
		Egress  *bool `json:"egress"`
	} `json:"enableDefaultDeny"`
	Ingress []ciliumRule `json:"ingress"`
	Egress  []ciliumRule `json:"egress"`
}

type ciliumSelector struct {
	MatchLabels      map[string]string                 `json:"matchLabels"`
	MatchExpressions []metav1.LabelSelectorRequirement `json:"matchExpressions"`
}

type ciliumRule struct {
	FromEndpoints []ciliumSelector `json:"fromEndpoints"`
	ToEndpoints   []ciliumSelector `json:"toEndpoints"`
	FromEntities  []string         `json:"fromEntities"`
	ToEntities    []string         `json:"toEntities"`
	FromCIDR      []string         `json:"fromCIDR"`
	ToCIDR        []string         `json:"toCIDR"`
	ToPorts       []struct {
		Ports []struct {
			Port     intstr.IntOrString `json:"port"`
			EndPort  int32              `json:"endPort"`
			Protocol string             `json:"protocol"`
		} `json:"ports"`
	} `json:"toPorts"`
}

// ciliumPolicy reads the same of a policy of Cilium's.
func ciliumPolicy(d *decoder, n *yaml.Node) metav1.Object {
	var o struct {
		metav1.ObjectMeta `json:"metadata"`
		Spec              *ciliumRules  `json:"spec"`
		Specs             []ciliumRules `json:"specs"`
	}
	d.decode(n, reflect.ValueOf(&o).Elem())
	out := &resolve.NetworkPolicy{ObjectMeta: o.ObjectMeta}
	if o.Spec != nil {
		out.Parts = append(out.Parts, o.Spec.part("spec"))
	}
	for i := range o.Specs {
		out.Parts = append(out.Parts, o.Specs[i].part(resolve.Path("specs").Index(i)))
	}
	return out
}

// part is nothing where the rules are those of nodes.
func (c *ciliumRules) part(at resolve.Field) resolve.NetworkPolicyPart {
	var out resolve.NetworkPolicyPart
	if c.EndpointSelector == nil {
		return out
	}
	out.Selector = c.EndpointSelector.plain()
	limits := func(set *bool, rules []ciliumRule) bool { return rules != nil && (set == nil || *set) }
	if limits(c.EnableDefaultDeny.Ingress, c.Ingress) {
		out.Ingress = []resolve.NetworkRule{}
		for i := range c.Ingress {
			r := &c.Ingress[i]
			out.Ingress = append(out.Ingress, r.plain(at.Child("ingress").Index(i), len(r.FromEndpoints) > 0, len(r.FromEndpoints)+len(r.FromEntities)+len(r.FromCIDR) == 0))
		}
	}
	if limits(c.EnableDefaultDeny.Egress, c.Egress) {
		out.Egress = []resolve.NetworkRule{}
		for i := range c.Egress {
			r := &c.Egress[i]
			out.Egress = append(out.Egress, r.plain(at.Child("egress").Index(i), len(r.ToEndpoints) > 0, len(r.ToEndpoints)+len(r.ToEntities)+len(r.ToCIDR) == 0))
		}
	}
	return out
}

func (r *ciliumRule) plain(at resolve.Field, pods, any bool) resolve.NetworkRule {
	out := resolve.NetworkRule{Field: at, Pods: pods, AnyPeer: any}
	for i, list := range r.ToPorts {
		for j, p := range list.Ports {
			port := resolve.NetworkPort{
				Field: at.Child("toPorts").Index(i).Child("ports").Index(j), To: p.EndPort,
				TCP: slices.Contains([]string{"TCP", "ANY"}, strings.ToUpper(cmp.Or(p.Protocol, "ANY"))),
			}
			if number, err := strconv.ParseInt(p.Port.String(), 10, 32); err == nil {
				port.From = int32(number)
			} else {
				port.Name = p.Port.String()
			}
			out.Ports = append(out.Ports, port)
		}
	}
	return out
}

// plain is the selector without the sources that Cilium writes before the names of labels.
func (s *ciliumSelector) plain() metav1.LabelSelector {
	var out metav1.LabelSelector
	for key, value := range s.MatchLabels {
		if out.MatchLabels == nil {
			out.MatchLabels = map[string]string{}
		}
		out.MatchLabels[withoutSource(key)] = value
	}
	for _, e := range s.MatchExpressions {
		e.Key = withoutSource(e.Key)
		out.MatchExpressions = append(out.MatchExpressions, e)
	}
	return out
}

func withoutSource(key string) string {
	for _, source := range []string{"k8s:", "any:"} {
		if name, ok := strings.CutPrefix(key, source); ok {
			return name
		}
	}
	return key
}
