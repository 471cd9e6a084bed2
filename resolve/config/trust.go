package config

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Trust is which trust domains the certificates of a control plane's proxies have, and which
// of their peers' they take (2.14, 3.3.8). The zero value is that of Istio's defaults.
type Trust struct {
	// Revision is that of the control plane.
	Revision string
	// Source is the object with its mesh configuration, zero where the input has none, and
	// Place where that names the domain.
	Source resolve.Ref
	Place  resolve.Place
	// domain is the one in the certificates, aliases are others that are taken for it.
	domain  string
	aliases []string
	// foreign are those whose certificate authorities caCertificates adds: servers take them,
	// clients do not.
	foreign []string
	// any is true where servers do not look at the trust domain at all.
	any bool
	// issued is the domain in certificates that are of another time than the configuration,
	// registered that of endpoints which istiod keeps from before; "" for the configured one.
	issued, registered string
}

// skipTrustDomain is the switch of istiod with which servers take every trust domain.
const skipTrustDomain = "PILOT_SKIP_VALIDATE_TRUST_DOMAIN"

// trustOf is what the configuration of a control plane says of trust domains.
func trustOf(p *Plane, revision string) *Trust {
	by, at := p.Writes("trustDomain")
	t := &Trust{Revision: revision, Source: by, Place: at, domain: p.Config.GetTrustDomain(), aliases: p.Config.GetTrustDomainAliases(), any: p.Flag(skipTrustDomain)}
	for _, ca := range p.Config.GetCaCertificates() {
		t.foreign = append(t.foreign, ca.GetTrustDomains()...)
	}
	return t
}

// TrustOf is the trust of the proxies of a revision; nil where its configuration could not
// be read.
func (k *Control) TrustOf(revision string) *Trust {
	if k.Of(revision).Unseen != nil {
		return nil
	}
	return k.Of(revision).trust
}

// Trust is that of the control plane's proxies, whether or not all of its configuration could
// be read.
func (p *Plane) Trust() *Trust { return p.trust }

// Configured is the trust domain that the mesh configuration sets.
func (t *Trust) Configured() string { return cmp.Or(t.domain, resolve.DefaultTrustDomain) }

// Domain is the trust domain in the certificates.
func (t *Trust) Domain() string { return cmp.Or(t.issued, t.Configured()) }

// Aliases are the other domains that are taken for the configured one, as they are written.
func (t *Trust) Aliases() []string { return t.aliases }

// Showing is the same configuration with certificates of a domain: a proxy keeps the certificate
// that it has, whatever the configuration says by now.
func (t *Trust) Showing(domain string) *Trust {
	other := *t
	other.issued = domain
	return &other
}

// Registered is the same configuration with endpoints that istiod registered while another domain
// was configured: it names them by that until it is restarted (3.3.8).
func (t *Trust) Registered(domain string) *Trust {
	other := *t
	other.registered = domain
	return &other
}

// Accepts reports whether servers take a client's certificate of a trust domain (2.14).
func (t *Trust) Accepts(domain string) bool { return t.any || slices.Contains(t.Accepted(), domain) }

// Expects reports whether clients take a server's certificate of a trust domain: istiod
// gives them the identities of a service in its own domain and its aliases (3.3.8).
func (t *Trust) Expects(domain string) bool {
	return domain == cmp.Or(t.registered, t.Configured()) || slices.Contains(t.aliases, domain)
}

// Names are the domains that clients expect, and that policies take for each other.
func (t *Trust) Names() []string { return append([]string{t.Configured()}, t.aliases...) }

// Accepted are the domains that servers accept, where they do not accept all.
func (t *Trust) Accepted() []string { return append(t.Names(), t.foreign...) }
