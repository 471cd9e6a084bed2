package checks

import (
	"fmt"
	"slices"
	"strings"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/spelling"
)

// ForeignTrustDomain finds identities of a trust domain that the mesh does not take (5.5).
var ForeignTrustDomain = register(&analyze.Check{
	Code:     "MTLS0507",
	Name:     "foreign-trust-domain",
	Severity: analyze.Warning,
	Reads:    []resolve.Kind{resolve.KindAuthorizationPolicy, resolve.KindMeshConfig},
	Controls: access,
	Title:    "A policy names a trust domain that no client certificate has",
	Why: `The proxies of a mesh accept certificates of its own trust domain, of meshConfig.trustDomainAliases and of the domains in
meshConfig.caCertificates: a rule with another one never matches. cluster.local stands for the mesh's own domain, but
only in a full principal: not in trustDomains, and not before a wildcard such as cluster.local/ns/shop/*.`,
	Fix: "use the mesh's own trust domain; accept the risk: add the other one to meshConfig.trustDomainAliases",
	Docs: []string{
		"https://istio.io/latest/docs/tasks/security/authorization/authz-td-migration/",
		"https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-trust_domain",
	},
	Before: acmeWorld + allowPrincipal("acme.exmaple/ns/shop/sa/web"),
	After:  acmeWorld + allowPrincipal("acme.example/ns/shop/sa/web"),
	Run: func(p *analyze.Pass) {
		d := newDomains(p)
		for _, policy := range p.AuthorizationPolicies().All() {
			if len(policy.Rejected) > 0 || policy.Hidden || d.any {
				continue
			}
			for _, r := range policy.Rules {
				for _, t := range r.Terms() {
					d.term(p, policy, t)
				}
			}
		}
	},
})

const acmeWorld = `apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    trustDomain: acme.example
---
` + guardedWorld + guardedStrict

// domains are the trust domains whose certificates the mesh takes.
type domains struct {
	own string
	all []string
	// known is false where the mesh configuration was not read, any is true where it
	// takes them all.
	known, any bool
}

func newDomains(p *analyze.Pass) *domains {
	d := &domains{}
	d.add(p.Mesh().Config())
	d.own = d.all[0]
	d.known = d.own != resolve.ClusterDomain
	for _, o := range p.Objects(resolve.KindMeshConfig) {
		m := o.Value.(*resolve.MeshConfig)
		d.add(m.Config) // of other revisions too
		d.known = true
		d.any = d.any || strings.EqualFold(m.Env["PILOT_SKIP_VALIDATE_TRUST_DOMAIN"], "true")
	}
	return d
}

func (d *domains) add(config *meshv1alpha1.MeshConfig) {
	own := config.GetTrustDomain()
	if own == "" {
		own = resolve.ClusterDomain
	}
	found := append([]string{own}, config.GetTrustDomainAliases()...)
	for _, ca := range config.GetCaCertificates() {
		found = append(found, ca.GetTrustDomains()...)
	}
	for _, one := range found {
		if !slices.Contains(d.all, one) {
			d.all = append(d.all, one)
		}
	}
}

// term reports the first value of a term whose trust domain is foreign.
func (d *domains) term(p *analyze.Pass, policy *authz.Policy, t authz.Term) {
	for i, v := range t.Values {
		domain, full, ok := domainOf(t, v)
		if !ok || d.takes(domain, full) {
			continue
		}
		near := slices.Contains(spelling.Nearest(domain, d.all), d.own)
		if !d.known && !near {
			continue // the mesh may have any
		}
		f := analyze.Finding{Object: policy.Ref, Origin: policy.Origin, Field: t.Field.Index(i)}
		f.Message = fmt.Sprintf("%s names trust domain %s, but the mesh has %s: %s", t.Written(), domain, d.list(), inVain(policy, t))
		if domain == resolve.ClusterDomain {
			f.Message = fmt.Sprintf("%s names cluster.local, which stands for the mesh's own trust domain (%s) in full principals only: %s", t.Written(), d.own, inVain(policy, t))
			f.Repair = []analyze.Edit{{Object: policy.Ref, Verb: analyze.Set, Field: f.Field, Value: d.own + strings.TrimPrefix(v, domain)}}
			f.Fix = "write " + d.own + strings.TrimPrefix(v, domain)
		}
		if !d.known {
			f.Confidence = analyze.Likely
		}
		p.Report(f)
		return
	}
}

// domainOf is the trust domain of a value; full is true for a principal that istiod reads
// as one. ok is false where there is none, or a wildcard stands for it.
func domainOf(t authz.Term, v string) (domain string, full, ok bool) {
	switch t.Name {
	case "trustDomains", "notTrustDomains", "source.trustDomain":
		return v, false, !strings.Contains(v, "*")
	case "principals", "notPrincipals", "source.principal":
		parts := strings.Split(v, "/")
		if len(parts) < 2 || neverMatches(v) != "" || parts[0] == "" || strings.Contains(parts[0], "*") {
			return "", false, false
		}
		return parts[0], len(parts) == 5, true
	}
	return "", false, false
}

func (d *domains) takes(domain string, full bool) bool {
	if full && domain == resolve.ClusterDomain {
		return true
	}
	return slices.ContainsFunc(d.all, func(one string) bool {
		return one == domain || one == "*" || strings.HasPrefix(one, "*") && strings.HasSuffix(domain, one[1:]) || strings.HasSuffix(one, "*") && strings.HasPrefix(domain, one[:len(one)-1])
	})
}

// list names the trust domains of the mesh.
func (d *domains) list() string { return strings.Join(d.all, ", ") }
