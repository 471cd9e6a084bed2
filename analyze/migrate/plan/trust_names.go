package plan

import (
	"slices"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"
	securityapi "istio.io/api/security/v1beta1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// spelling is a list of names as it shall be: of principals, of trust domains, or of SPIFFE identities.
type spelling struct{ principals, domains, identities func([]string) []string }

// renamed changes the objects that name identities; those that would be as they are stay.
func (r *renaming) renamed(why string, to spelling) (out []Change) {
	for _, o := range r.state.mesh.Inputs() {
		if o.Refused != nil || !slices.Contains(naming, o.Kind) {
			continue
		}
		is := clone(o)
		if to.object(is.Value); sameSpec(o, is) {
			continue
		}
		out = append(out, Change{How: Replace, Was: o, Is: is, What: r.what(o.Kind), Why: why})
	}
	slices.SortFunc(out, func(a, b Change) int { return a.Ref().Compare(b.Ref()) })
	return out
}

// naming are the kinds that name identities in fields of their own.
var naming = []resolve.Kind{resolve.KindAuthorizationPolicy, resolve.KindDestinationRule, resolve.KindServiceEntry, resolve.KindGateway}

func (r *renaming) what(k resolve.Kind) string {
	if r.state.mesh.Config().GetTrustDomain() == r.To {
		return "without " + r.From
	}
	if k == resolve.KindAuthorizationPolicy {
		return "names " + r.To + " beside " + r.From
	}
	return "subjectAltNames: " + r.To + " beside " + r.From
}

// added names both domains where one name is of the former only. What cluster.local stands for in a
// full principal follows the trust domain by itself (5.5).
func (r *renaming) added() spelling {
	return spelling{
		principals: r.each(func(v string) string {
			domain, rest, path := strings.Cut(v, "/")
			switch {
			case domain == resolve.DefaultTrustDomain && strings.Count(v, "/") == 4, domain == "*", !r.formerOnly(domain):
				return ""
			case path:
				return r.To + "/" + rest
			}
			return r.To + "/*"
		}),
		domains: r.each(func(v string) string {
			if v == "*" || !r.formerOnly(v) {
				return ""
			}
			return r.To
		}),
		identities: r.each(func(v string) string {
			if rest, ok := strings.CutPrefix(v, "spiffe://"+r.From+"/"); ok {
				return "spiffe://" + r.To + "/" + rest
			}
			return ""
		}),
	}
}

// formerOnly reports a value, which may have a wildcard at one end, that means the former domain and
// not the new one.
func (r *renaming) formerOnly(v string) bool { return means(v, r.From) && !means(v, r.To) }

func means(v, domain string) bool {
	prefix, before := strings.CutSuffix(v, "*")
	suffix, behind := strings.CutPrefix(v, "*")
	return v == domain || before && strings.HasPrefix(domain, prefix) || behind && strings.HasSuffix(domain, suffix)
}

// each adds what a name is called in the new domain, "" for nothing.
func (r *renaming) each(also func(string) string) func([]string) []string {
	return func(list []string) []string {
		out := slices.Clone(list)
		for _, v := range list {
			if name := also(v); name != "" && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
		return out
	}
}

// dropped takes the former domain out where a name of the new one stands beside it.
func (r *renaming) dropped() spelling {
	add := r.added()
	drop := func(add func([]string) []string) func([]string) []string {
		return func(list []string) []string {
			return slices.DeleteFunc(slices.Clone(list), func(v string) bool {
				both := add([]string{v})
				return len(both) == 2 && slices.Contains(list, both[1]) && !strings.Contains(strings.Split(strings.TrimPrefix(v, "spiffe://"), "/")[0], "*")
			})
		}
	}
	return spelling{drop(add.principals), drop(add.domains), drop(add.identities)}
}

// object changes an object in place.
func (s spelling) object(value any) {
	switch v := value.(type) {
	case *securityv1.AuthorizationPolicy:
		for _, rule := range v.Spec.GetRules() {
			s.rule(rule)
		}
	case *networkingv1.DestinationRule:
		s.policy(v.Spec.GetTrafficPolicy())
		for _, subset := range v.Spec.GetSubsets() {
			s.policy(subset.GetTrafficPolicy())
		}
	case *networkingv1.ServiceEntry:
		v.Spec.SubjectAltNames = s.identities(v.Spec.SubjectAltNames)
	case *networkingv1.Gateway:
		for _, server := range v.Spec.GetServers() {
			if server.GetTls() != nil {
				server.Tls.SubjectAltNames = s.identities(server.Tls.SubjectAltNames)
			}
		}
	}
}

func (s spelling) rule(rule *securityapi.Rule) {
	for _, from := range rule.GetFrom() {
		source := from.GetSource()
		if source == nil {
			continue
		}
		source.Principals, source.NotPrincipals = s.principals(source.Principals), s.principals(source.NotPrincipals)
		source.TrustDomains, source.NotTrustDomains = s.domains(source.TrustDomains), s.domains(source.NotTrustDomains)
	}
	for _, when := range rule.GetWhen() {
		switch when.GetKey() {
		case "source.principal":
			when.Values, when.NotValues = s.principals(when.Values), s.principals(when.NotValues)
		case "source.trustDomain":
			when.Values, when.NotValues = s.domains(when.Values), s.domains(when.NotValues)
		}
	}
}

// policy changes a traffic policy, and those of its ports.
func (s spelling) policy(p *networkingapi.TrafficPolicy) {
	settings := []*networkingapi.ClientTLSSettings{p.GetTls()}
	for _, port := range p.GetPortLevelSettings() {
		settings = append(settings, port.GetTls())
	}
	for _, tls := range settings {
		if tls != nil {
			tls.SubjectAltNames = s.identities(tls.SubjectAltNames)
		}
	}
}
