package manifest

import (
	"cmp"
	"maps"
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
			rule := networkRule(resolve.Path("spec", "ingress").Index(i), r.Ports, r.From)
			for _, p := range r.From {
				rule.Peers = append(rule.Peers, resolve.NetworkPeer{Namespaces: p.NamespaceSelector, Pods: p.PodSelector, Elsewhere: p.PodSelector == nil && p.NamespaceSelector == nil})
			}
			part.Ingress = append(part.Ingress, rule)
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
		out.Parts = append(out.Parts, o.Spec.part("spec", o.Namespace != ""))
	}
	for i := range o.Specs {
		out.Parts = append(out.Parts, o.Specs[i].part(resolve.Path("specs").Index(i), o.Namespace != ""))
	}
	return out
}

// part is nothing where the rules are those of nodes.
func (c *ciliumRules) part(at resolve.Field, namespaced bool) resolve.NetworkPolicyPart {
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
			rule := r.plain(at.Child("ingress").Index(i), len(r.FromEndpoints) > 0, len(r.FromEndpoints)+len(r.FromEntities)+len(r.FromCIDR) == 0)
			rule.Peers = r.peers(namespaced)
			out.Ingress = append(out.Ingress, rule)
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

// peers are who an ingress rule lets in: without a label for it, pods of the policy's own namespace.
func (r *ciliumRule) peers(namespaced bool) (out []resolve.NetworkPeer) {
	for i := range r.FromEndpoints {
		selector := r.FromEndpoints[i].plain()
		peer := resolve.NetworkPeer{Pods: &selector, Namespaces: &metav1.LabelSelector{}}
		for _, key := range selectorKeys(&selector) {
			peer.Elsewhere = peer.Elsewhere || strings.Contains(key, ":") || strings.HasPrefix(key, "io.cilium.")
		}
		if namespaced && !slices.Contains(selectorKeys(&selector), resolve.NamespaceOfPod) {
			peer.Namespaces = nil
		}
		out = append(out, peer)
	}
	if len(r.FromEntities)+len(r.FromCIDR) > 0 {
		out = append(out, resolve.NetworkPeer{Elsewhere: true})
	}
	return out
}

func selectorKeys(s *metav1.LabelSelector) []string {
	keys := slices.Collect(maps.Keys(s.MatchLabels))
	for _, e := range s.MatchExpressions {
		keys = append(keys, e.Key)
	}
	return keys
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
