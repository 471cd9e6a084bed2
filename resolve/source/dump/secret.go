package dump

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/url"

	"github.com/mtlsctl/mtlsctl/resolve/proxy"
)

// data is how Envoy holds a file.
type data struct {
	Bytes []byte `json:"inlinebytes"`
	Text  string `json:"inlinestring"`
}

func (d *data) text() []byte {
	if len(d.Bytes) > 0 {
		return d.Bytes
	}
	return []byte(d.Text)
}

type secretEntry struct {
	Name    word
	Updated word `json:"lastupdated"`
	Secret  struct {
		Certificate struct {
			Chain data `json:"certificatechain"`
		} `json:"tlscertificate"`
		Validation struct {
			CA     data `json:"trustedca"`
			Custom struct {
				Config struct {
					Domains []struct {
						Bundle data `json:"trustbundle"`
					} `json:"trustdomains"`
				} `json:"typedconfig"`
			} `json:"customvalidatorconfig"`
		} `json:"validationcontext"`
	}
}

// secrets reads one entry of a list of secrets: what is public of it.
func (f *file) secrets(warming bool) reader {
	return func(text json.RawMessage) error {
		f.envoy.Has.Secrets = true
		var e secretEntry
		if err := into(text, &e); err != nil {
			return fmt.Errorf("a secret: %w", err)
		}
		f.updated(e.Updated)
		v := &e.Secret.Validation
		s := proxy.Secret{Name: string(e.Name), Warming: warming, Chain: certificates(e.Secret.Certificate.Chain.text()), Roots: certificates(v.CA.text())}
		for i := range v.Custom.Config.Domains {
			s.Roots = append(s.Roots, certificates(v.Custom.Config.Domains[i].Bundle.text())...)
		}
		f.envoy.Secrets = append(f.envoy.Secrets, s)
		return nil
	}
}

// mostCertificates bounds what one secret holds.
const mostCertificates = 256

// certificates are those of a PEM text; what is none is left out.
func certificates(text []byte) (list []proxy.Certificate) {
	for len(list) < mostCertificates {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return list
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			continue
		}
		list = append(list, proxy.Certificate{Identities: uris(c.URIs), NotBefore: c.NotBefore, NotAfter: c.NotAfter, Parsed: c})
	}
	return list
}

func uris(list []*url.URL) (out []string) {
	for _, u := range list {
		out = append(out, u.String())
	}
	return out
}

// printed is a certificate as /certs prints it: its dates and names alone.
type printed struct {
	Names []struct {
		URI word `json:"uri"`
	} `json:"subjectaltnames"`
	From word `json:"validfrom"`
	To   word `json:"expirationtime"`
	PEM  word `json:"pem"`
}

func (p *printed) certificate() proxy.Certificate {
	if list := certificates([]byte(p.PEM)); len(list) > 0 {
		return list[0]
	}
	c := proxy.Certificate{NotBefore: moment(p.From), NotAfter: moment(p.To)}
	for _, n := range p.Names {
		if n.URI != "" {
			c.Identities = append(c.Identities, string(n.URI))
		}
	}
	return c
}

// certificate reads one of the certificates of Envoy's /certs, or of a ztunnel's dump.
func (f *file) certificate(text json.RawMessage) error {
	var c struct {
		CA    []printed `json:"cacert"`
		Chain []printed `json:"certchain"`
		tunnelCertificate
	}
	if err := into(text, &c); err != nil {
		return fmt.Errorf("a certificate: %w", err)
	}
	if c.Identity != "" {
		f.tunnel().certificate(&c.tunnelCertificate, c.Chain)
		return nil
	}
	if len(c.Chain) > 0 && string(c.Chain[0].To) != "" {
		one := c.Chain[0].certificate()
		if one.Identity() != "" {
			f.certs = append(f.certs, proxy.Secret{Name: proxy.OwnCertificate, Chain: []proxy.Certificate{one}})
		}
	}
	return nil
}
