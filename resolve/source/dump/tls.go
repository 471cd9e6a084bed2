package dump

import (
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve/proxy"
)

// socket is a transport socket of either side.
type socket struct {
	Name   word
	Config *socketConfig `json:"typedconfig"`
}

type socketConfig struct {
	Type    word   `json:"@type"`
	Common  common `json:"commontlscontext"`
	Demands flag   `json:"requireclientcertificate"`
	// Inner is what a socket around another has.
	Inner *socket `json:"transportsocket"`
	// QUIC has its TLS below.
	Downstream *socketConfig `json:"downstreamtlscontext"`
}

type common struct {
	Params struct {
		Minimum word `json:"tlsminimumprotocolversion"`
	} `json:"tlsparams"`
	Secrets []struct {
		Name word
	} `json:"tlscertificatesdssecretconfigs"`
	Certificates []struct{} `json:"tlscertificates"`
	Combined     struct {
		Default validation `json:"defaultvalidationcontext"`
	} `json:"combinedvalidationcontext"`
	Validation validation `json:"validationcontext"`
}

type validation struct {
	Names []matcher `json:"matchsubjectaltnames"`
	Typed []struct {
		Matcher matcher
	} `json:"matchtypedsubjectaltnames"`
}

type matcher struct{ Exact, Prefix word }

// matchers are those of both forms.
func (c *common) matchers() []matcher {
	list := append(c.Combined.Default.Names, c.Validation.Names...)
	for _, t := range append(c.Combined.Default.Typed, c.Validation.Typed...) {
		list = append(list, t.Matcher)
	}
	return list
}

// written is the text that all matchers have of a kind; none where one is of another, which
// accepts more than a list shows.
func (c *common) written(of func(matcher) word) (list []string) {
	for _, m := range c.matchers() {
		text := of(m)
		if text == "" {
			return nil
		}
		list = append(list, string(text))
	}
	return list
}

// inline names a certificate that is written into the configuration.
const inline = "(written in)"

// certificate is the name of the secret that is shown, "" for none.
func (c *common) certificate() string {
	switch {
	case len(c.Secrets) > 0:
		return string(c.Secrets[0].Name)
	case len(c.Certificates) > 0:
		return inline
	}
	return ""
}

// Endings of the types of transport sockets.
const (
	downstreamTLS = ".DownstreamTlsContext"
	upstreamTLS   = ".UpstreamTlsContext"
	quic          = ".QuicDownstreamTransport"
	rawBuffer     = ".RawBuffer"
	tunnel        = ".InternalUpstreamTransport"
)

func (c *socketConfig) is(ending string) bool { return strings.HasSuffix(string(c.Type), ending) }

// server is what a filter chain's socket makes of it; opaque is true where nobody can tell.
func (s *socket) server() (tls *proxy.ServerTLS, opaque bool) {
	switch {
	case s == nil:
		return nil, false
	case s.Config == nil:
		return nil, !strings.HasSuffix(string(s.Name), "raw_buffer")
	}
	return s.Config.server()
}

func (c *socketConfig) server() (tls *proxy.ServerTLS, opaque bool) {
	switch {
	case c.is(rawBuffer):
		return nil, false
	case c.is(quic) && c.Downstream != nil:
		c.Downstream.Type = downstreamTLS
		return c.Downstream.server()
	case c.is(downstreamTLS):
		return &proxy.ServerTLS{
			Certificate: c.Common.certificate(), DemandsClient: bool(c.Demands), Minimum: string(c.Common.Params.Minimum),
			Domains: c.Common.written(func(m matcher) word { return m.Prefix }),
		}, false
	case c.Inner != nil:
		return c.Inner.server()
	}
	return nil, true
}

// client is what a cluster's socket sends, nil for plaintext.
func (s *socket) client() *proxy.ClientTLS {
	switch {
	case s == nil, s.Config == nil && strings.HasSuffix(string(s.Name), "raw_buffer"):
		return nil
	case s.Config == nil:
		return &proxy.ClientTLS{Opaque: true}
	}
	c := s.Config
	switch {
	case c.is(rawBuffer):
		return nil
	case c.is(upstreamTLS):
		return &proxy.ClientTLS{
			TLS: true, Certificate: c.Common.certificate(), Minimum: string(c.Common.Params.Minimum),
			Names: c.Common.written(func(m matcher) word { return m.Exact }),
		}
	case c.is(tunnel):
		return &proxy.ClientTLS{Tunnel: true}
	case c.Inner != nil:
		return c.Inner.client()
	}
	return &proxy.ClientTLS{Opaque: true}
}
