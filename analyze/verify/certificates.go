package verify

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/proxy"
)

// rootSets are the different sets of roots of the proxies, with how many have each.
type rootSets map[string]*rootSet

type rootSet struct {
	roots []proxy.Certificate
	pods  []string
}

func (v *verifier) rootSetsOf(list []subject) rootSets {
	sets := rootSets{}
	for i := range list {
		roots := list[i].Roots()
		name := proxy.RootSet(roots)
		if name == "" {
			continue
		}
		if sets[name] == nil {
			sets[name] = &rootSet{roots: roots}
		}
		sets[name].pods = append(sets[name].pods, podText(list[i].Pod))
	}
	return sets
}

// certificates looks at what a proxy shows, and at what it believes others by.
func (v *verifier) certificates(s *subject) {
	if !s.Has.Secrets {
		return
	}
	v.waiting(s)
	own := s.Secret(proxy.OwnCertificate)
	if own == nil || len(own.Chain) == 0 {
		return
	}
	v.identity(s, own.Chain[0].Identity())
	v.dates(s, own.Chain)
	v.believed(s, own.Chain)
}

// waiting reports secrets that the proxy asked for and has not got.
func (v *verifier) waiting(s *subject) {
	for i := range s.Secrets {
		x := &s.Secrets[i]
		if !x.Warming || slices.ContainsFunc(s.Secrets, func(o proxy.Secret) bool { return o.Name == x.Name && !o.Warming }) {
			continue
		}
		severity, effect := analyze.Warning, "what needs it fails with \"Secret is not supplied by SDS\""
		if x.Name == proxy.OwnCertificate || x.Name == proxy.OwnRoots {
			severity, effect = analyze.Error, "every mTLS handshake of this proxy fails"
		}
		s.wrong(SecretMissing, severity, Unexplained, Item{
			Config: x.Name, Proxy: "warming",
			Message: fmt.Sprintf("the proxy still waits for secret %q: %s", x.Name, effect),
		})
	}
}

// identity compares the name in the certificate with the account of the pod.
func (v *verifier) identity(s *subject, got string) {
	want := s.workload.Identity()
	if got == "" || got == want || s.workload.Trust == nil {
		return
	}
	wantDomain, wantAccount, _ := strings.Cut(want, "/")
	gotDomain, gotAccount, _ := strings.Cut(got, "/")
	why, because := OtherTrustDomain, fmt.Sprintf("trust domain %s instead of %s: peers that do not know it as an alias refuse it", gotDomain, wantDomain)
	if gotAccount != wantAccount {
		why, because = Restart, "another service account: AuthorizationPolicies and clients that name the account do not match"
	}
	s.wrong(OtherIdentity, analyze.Error, why, Item{
		Config: "spiffe://" + want, Proxy: "spiffe://" + got,
		Message: fmt.Sprintf("the certificate of the proxy is of spiffe://%s, the configuration has spiffe://%s: %s", got, want, because),
	})
}

// dates reports certificates that have ended, or soon do. Of a dump that somebody kept the time
// when it was taken counts.
func (v *verifier) dates(s *subject, chain []proxy.Certificate) {
	if v.Now.IsZero() {
		return
	}
	now := v.Now
	if !s.Taken.IsZero() && s.Taken.Before(now) {
		now = s.Taken
	}
	for i := range chain {
		what := "the certificate"
		if i > 0 {
			what = "an intermediate certificate"
		}
		v.date(s, what, &chain[i], now)
	}
	roots := s.Roots()
	for i := range roots {
		v.date(s, "a root certificate", &roots[i], now)
	}
}

func (v *verifier) date(s *subject, what string, c *proxy.Certificate, now time.Time) {
	i := Item{Config: "valid at " + stamp(now), Proxy: "until " + stamp(c.NotAfter)}
	switch {
	case c.NotAfter.IsZero():
	case now.After(c.NotAfter):
		i.Message = fmt.Sprintf("%s of the proxy expired at %s: peers refuse it", what, stamp(c.NotAfter))
		s.wrong(CertificateExpired, analyze.Error, Unexplained, i)
	case now.Before(c.NotBefore) && c.NotBefore.Sub(now) > time.Minute:
		i.Proxy = "from " + stamp(c.NotBefore)
		i.Message = fmt.Sprintf("%s of the proxy is valid from %s only: clocks differ", what, stamp(c.NotBefore))
		s.wrong(CertificateExpired, analyze.Error, Unexplained, i)
	case v.Expiring > 0 && now.Add(v.Expiring).After(c.NotAfter):
		i.Message = fmt.Sprintf("%s of the proxy expires at %s, within %s", what, stamp(c.NotAfter), v.Expiring)
		s.wrong(CertificateExpired, analyze.Warning, Unexplained, i)
	}
}

// believed reports a certificate that leads to none of the proxy's own roots, or to none of
// another proxy's.
func (v *verifier) believed(s *subject, chain []proxy.Certificate) {
	if leads, known := proxy.LeadsTo(chain, s.Roots()); known && !leads {
		s.wrong(OtherRootFound, analyze.Error, OtherRoot, Item{
			Config: "signed by its own roots", Proxy: "another root",
			Message: fmt.Sprintf("the certificate of the proxy does not lead to its own roots (%s): it and its peers have different certificate authorities", proxy.RootSet(s.Roots())),
		})
		return
	}
	mine := proxy.RootSet(s.Roots())
	for _, name := range slices.Sorted(maps.Keys(v.roots)) {
		set := v.roots[name]
		if name == mine {
			continue
		}
		if leads, known := proxy.LeadsTo(chain, set.roots); known && !leads {
			s.wrong(OtherRootFound, analyze.Error, OtherRoot, Item{
				Config: "one root everywhere", Proxy: cmp.Or(mine, "unknown"),
				Message: fmt.Sprintf("%s (%s) have other roots (%s) and refuse the certificate of this proxy", counted(len(set.pods), "proxy", "proxies"), few(set.pods), name),
			})
		}
	}
}

// versions rank TLS versions as Envoy writes them; what is not there is Envoy's own choice.
var versions = map[string]int{"TLSv1_0": 1, "TLSv1_1": 2, "TLSv1_2": 3, "TLSv1_3": 4}

// tlsVersions compares the lowest TLS version and the trust domains that the server side accepts.
func (v *verifier) tlsVersions(s *subject) {
	list := s.MeshTLS()
	if len(list) == 0 || s.kind != proxy.Sidecar || s.workload.Trust == nil {
		return
	}
	plane := v.mesh.Control.Of(cmp.Or(s.workload.Membership.Revision, resolve.DefaultRevision))
	want := "TLSv1_2"
	if plane.Config.GetMeshMTLS().GetMinProtocolVersion() == meshv1alpha1.MeshConfig_TLSConfig_TLSV1_3 {
		want = "TLSv1_3"
	}
	for _, t := range list {
		if rank := versions[t.Minimum]; rank > 0 && rank < versions[want] {
			i := Item{Config: want, Proxy: t.Minimum, By: plane.Source, State: Differs}
			why, because := v.why(s, &i, "listener")
			i.Message = fmt.Sprintf("the proxy accepts %s, the mesh configuration has %s as the lowest version; %s", t.Minimum, want, because)
			s.wrong(WeakerTLS, analyze.Warning, why, i)
			break
		}
	}
	v.domains(s, list)
}

// domains reports trust domains of the configuration that the server side of the proxy refuses.
func (v *verifier) domains(s *subject, list []*proxy.ServerTLS) {
	for _, t := range list {
		if len(t.Domains) == 0 {
			continue // it accepts all of its roots
		}
		for _, domain := range s.workload.Trust.Names() {
			if slices.Contains(t.Domains, "spiffe://"+domain+"/") {
				continue
			}
			s.wrong(IdentityNotExpected, analyze.Error, OtherTrustDomain, Item{
				Config: domain, Proxy: few(t.Domains),
				Message: fmt.Sprintf("the proxy accepts clients of %s only, the mesh configuration has trust domain %s: clients of that are refused", few(t.Domains), domain),
			})
			return
		}
	}
}
