package validation

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"
)

const claims = "@request.auth.claims"

// isClaim reports a header name that stands for a claim of a JWT.
func isClaim(name string) bool {
	if !strings.HasPrefix(strings.ToLower(name), claims) {
		return false
	}
	rest := name[len(claims):]
	return strings.HasPrefix(rest, ".") && len(rest) > 1 || strings.HasPrefix(rest, "[") && strings.HasSuffix(rest, "]") && len(rest) > 2
}

var headerName = regexp.MustCompile("^[!#$%&'*+-.^_`|~A-Za-z0-9]+$")

func (r *report) httpMatch(m *networkingapi.HTTPMatchRequest, at *place) {
	for name, match := range m.Headers {
		r.matchName(name, at.child("headers"))
		r.stringMatch(match, at.child("headers").child(name))
	}
	for name, match := range m.WithoutHeaders {
		r.matchName(name, at.child("withoutHeaders"))
		if match.GetRegex() != "*" { // is there at all
			r.stringMatch(match, at.child("withoutHeaders").child(name))
		}
	}
	r.regexMatch(m.Uri, at.child("uri"))
	r.stringMatch(m.Scheme, at.child("scheme"))
	r.stringMatch(m.Method, at.child("method"))
	r.stringMatch(m.Authority, at.child("authority"))
	for name, match := range m.QueryParams {
		r.stringMatch(match, at.child("queryParams").child(name))
	}
	r.l4Match(nil, m.Port, m.SourceLabels, m.Gateways, at)
	if m.SourceNamespace != "" && !isLabel(m.SourceNamespace) {
		r.add(CauseName, at.child("sourceNamespace"), fmt.Sprintf("%s is not a namespace", Quoted(m.SourceNamespace)))
	}
}

func (r *report) matchName(name string, at *place) {
	pseudo := slices.Contains([]string{":method", ":scheme", ":authority", ":path", ":status"}, name)
	if !isClaim(name) && !pseudo && !headerName.MatchString(name) {
		r.add(CauseValue, at, fmt.Sprintf("header name %s is not valid", Quoted(name)))
	}
}

// withoutClaims checks that no claims of JWTs are matched, which only gateways can.
func (r *report) withoutClaims(h *networkingapi.HTTPRoute, at *place) {
	for i, m := range h.Match {
		for _, headers := range []map[string]*networkingapi.StringMatch{m.Headers, m.WithoutHeaders} {
			for name := range headers {
				if isClaim(name) {
					r.add(CauseUnsupported, at.child("match").at(i), "claims of a JWT can be matched for gateways only, not for the mesh")
				}
			}
		}
	}
}

func (r *report) stringMatch(m *networkingapi.StringMatch, at *place) {
	if p, ok := m.GetMatchType().(*networkingapi.StringMatch_Prefix); ok && p.Prefix == "" {
		r.add(CauseEmpty, at.child("prefix"), "it is empty")
	}
	r.regexMatch(m, at)
}

func (r *report) regexMatch(m *networkingapi.StringMatch, at *place) {
	if e, ok := m.GetMatchType().(*networkingapi.StringMatch_Regex); ok {
		r.regex(e.Regex, at.child("regex"))
	}
}

func (r *report) regex(e string, at *place) {
	if e == "" || len(e) > 1024 {
		r.add(CauseValue, at, "it is empty or longer than 1024 characters")
	} else if _, err := regexp.Compile(e); err != nil {
		r.add(CauseValue, at, fmt.Sprintf("%s is not a regular expression", Quoted(e)))
	}
}

func (r *report) redirect(d *networkingapi.HTTPRedirect, matches []*networkingapi.HTTPMatchRequest, at *place) {
	if d == nil {
		return
	}
	switch {
	case d.Uri != "" && d.PrefixRewrite != "":
		r.add(CauseChoice, at, "only one of uri, prefixRewrite can be set")
	case d.PrefixRewrite != "" && slices.ContainsFunc(matches, isNoPrefix):
		r.add(CauseChoice, at.child("prefixRewrite"), "it needs matches of uri by prefix")
	case d.Uri == "" && d.PrefixRewrite == "" && d.Authority == "" && d.RedirectPort == nil && d.Scheme == "":
		r.add(CauseEmpty, at, "one of uri, authority, scheme, port is needed")
	}
	if d.RedirectCode != 0 && (d.RedirectCode < 300 || d.RedirectCode > 399) {
		r.add(CauseValue, at.child("redirectCode"), "it must be from 300 to 399")
	}
	if d.Scheme != "" && d.Scheme != "http" && d.Scheme != "https" {
		r.add(CauseValue, at.child("scheme"), "it is http or https")
	}
	if d.GetPort() > 0 {
		r.port(d.GetPort(), at.child("port"))
	}
}

func isNoPrefix(m *networkingapi.HTTPMatchRequest) bool {
	_, prefix := m.GetUri().GetMatchType().(*networkingapi.StringMatch_Prefix)
	return m.Uri != nil && !prefix
}

func (r *report) rewrite(w *networkingapi.HTTPRewrite, at *place) {
	if w == nil {
		return
	}
	switch {
	case w.Uri != "" && w.UriRegexRewrite != nil:
		r.add(CauseChoice, at, "only one of uri, uriRegexRewrite can be set")
	case w.Uri == "" && w.UriRegexRewrite == nil && w.Authority == "":
		r.add(CauseEmpty, at, "one of uri, uriRegexRewrite, authority is needed")
	}
	if e := w.UriRegexRewrite; e != nil {
		if e.Rewrite == "" {
			r.add(CauseRequired, at.child("uriRegexRewrite"), "rewrite is required")
		}
		r.regex(e.Match, at.child("uriRegexRewrite").child("match"))
	}
}
