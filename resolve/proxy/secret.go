package proxy

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Secret is a certificate or a set of roots that a proxy has, or waits for.
type Secret struct {
	Name string
	// Warming is true for one that the proxy asked for and has not got.
	Warming bool
	Chain   []Certificate
	Roots   []Certificate
}

// The names of the proxy's own certificate and of its roots.
const (
	OwnCertificate = workloadCertificate
	OwnRoots       = "ROOTCA"
)

// Certificate is what is public of a certificate.
type Certificate struct {
	// Identities are its URIs.
	Identities          []string
	NotBefore, NotAfter time.Time
	// Parsed is the certificate itself, nil where only its dates were printed.
	Parsed *x509.Certificate
}

// written is a certificate as JSON has it.
type written struct {
	Identities          []string
	NotBefore, NotAfter time.Time
	DER                 []byte `json:",omitempty"`
}

// MarshalJSON implements json.Marshaler.
func (c Certificate) MarshalJSON() ([]byte, error) {
	w := written{Identities: c.Identities, NotBefore: c.NotBefore, NotAfter: c.NotAfter}
	if c.Parsed != nil {
		w.DER = c.Parsed.Raw
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads what MarshalJSON wrote. Bytes that are no certificate are an error.
func (c *Certificate) UnmarshalJSON(text []byte) error {
	var w written
	if err := json.Unmarshal(text, &w); err != nil {
		return err
	}
	*c = Certificate{Identities: w.Identities, NotBefore: w.NotBefore, NotAfter: w.NotAfter}
	if len(w.DER) == 0 {
		return nil
	}
	parsed, err := x509.ParseCertificate(w.DER)
	c.Parsed = parsed
	return err
}

// Fingerprint is the SHA-256 of the certificate, short enough to be read; "" where only its dates
// are known.
func (c *Certificate) Fingerprint() string {
	if c.Parsed == nil {
		return ""
	}
	sum := sha256.Sum256(c.Parsed.Raw)
	return hex.EncodeToString(sum[:6])
}

// Identity is the SPIFFE identity without its scheme, "" for none.
func (c *Certificate) Identity() string {
	for _, uri := range c.Identities {
		if name, ok := strings.CutPrefix(uri, identityScheme); ok {
			return name
		}
	}
	return ""
}

// Secret finds one of the proxy's by name, nil where it has none.
func (e *Envoy) Secret(name string) *Secret {
	i := slices.IndexFunc(e.Secrets, func(s Secret) bool { return s.Name == name })
	if i < 0 {
		return nil
	}
	return &e.Secrets[i]
}

// Own is the proxy's own certificate, nil where none was read.
func (e *Envoy) Own() *Certificate {
	if s := e.Secret(OwnCertificate); s != nil && len(s.Chain) > 0 {
		return &s.Chain[0]
	}
	return nil
}

// Roots are those by which the proxy believes its peers; none where the dump has none, as with
// roots that a SPIRE agent gives.
func (e *Envoy) Roots() []Certificate {
	if s := e.Secret(OwnRoots); s != nil {
		return s.Roots
	}
	return nil
}

// mostLinks bounds how long a chain may be.
const mostLinks = 16

// LeadsTo reports that a chain, its leaf first, ends in one of the roots; known is false where
// the certificates themselves were not read. Dates are not looked at.
func LeadsTo(chain, roots []Certificate) (leads, known bool) {
	if len(chain) == 0 || len(roots) == 0 {
		return false, false
	}
	at := chain[0].Parsed
	for range mostLinks {
		if at == nil {
			return false, false
		}
		for i := range roots {
			root := roots[i].Parsed
			if root == nil {
				return false, false
			}
			if at.Equal(root) || signs(root, at) {
				return true, true
			}
		}
		next := slices.IndexFunc(chain, func(c Certificate) bool { return c.Parsed != nil && !c.Parsed.Equal(at) && signs(c.Parsed, at) })
		if next < 0 {
			return false, true
		}
		at = chain[next].Parsed
	}
	return false, true
}

// signs reports that a certificate signed another. The cheap look at the names comes first.
func signs(by, of *x509.Certificate) bool {
	return bytes.Equal(by.RawSubject, of.RawIssuer) && of.CheckSignatureFrom(by) == nil
}

// RootSet names a set of roots by their fingerprints, whatever their order; "" where they are
// not known.
func RootSet(roots []Certificate) string {
	var names []string
	for i := range roots {
		if name := roots[i].Fingerprint(); name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), " ")
}
