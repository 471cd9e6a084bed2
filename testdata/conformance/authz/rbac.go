package authz

import (
	"regexp"
	"slices"
	"strings"

	rbacpb "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	matcherpb "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
)

// Request is one request.
type Request struct {
	// Principal is the name in the caller's certificate, "" for a call in plaintext.
	Principal string
	port      uint32
	path      string
	method    string
	// near is an address of the blocks that rules name, token a JWT that they ask for.
	near, token bool
}

// RequestsOf are Requests of a caller with a certificate of that name, "" for plaintext.
func RequestsOf(principal string, port uint32) []Request {
	out := Requests(port)
	for i := range out {
		out[i].Principal = principal
	}
	return out
}

// Requests are those that differ in what the rules of the test look at.
func Requests(port uint32) []Request {
	var out []Request
	for _, path := range []string{"/a", "/z"} {
		for _, method := range []string{"GET", "PUT"} {
			for _, near := range []bool{true, false} {
				for _, token := range []bool{true, false} {
					out = append(out, Request{"", port, path, method, near, token})
				}
			}
		}
	}
	return out
}

// Matches evaluates a policy as Envoy does: any permission, and any principal.
func (q Request) Matches(p *rbacpb.Policy) bool {
	return slices.ContainsFunc(p.GetPermissions(), q.permission) && slices.ContainsFunc(p.GetPrincipals(), q.caller)
}

func (q Request) permission(p *rbacpb.Permission) bool {
	switch r := p.GetRule().(type) {
	case *rbacpb.Permission_Any:
		return r.Any
	case *rbacpb.Permission_AndRules:
		return !slices.ContainsFunc(r.AndRules.GetRules(), func(p *rbacpb.Permission) bool { return !q.permission(p) })
	case *rbacpb.Permission_OrRules:
		return slices.ContainsFunc(r.OrRules.GetRules(), q.permission)
	case *rbacpb.Permission_NotRule:
		return !q.permission(r.NotRule)
	case *rbacpb.Permission_DestinationPort:
		return r.DestinationPort == q.port
	case *rbacpb.Permission_UrlPath:
		return text(r.UrlPath.GetPath(), q.path)
	case *rbacpb.Permission_Header:
		return text(r.Header.GetStringMatch(), q.method) || r.Header.GetPresentMatch()
	}
	panic(p.String())
}

func (q Request) caller(p *rbacpb.Principal) bool {
	switch r := p.GetIdentifier().(type) {
	case *rbacpb.Principal_Any:
		return r.Any
	case *rbacpb.Principal_AndIds:
		return !slices.ContainsFunc(r.AndIds.GetIds(), func(p *rbacpb.Principal) bool { return !q.caller(p) })
	case *rbacpb.Principal_OrIds:
		return slices.ContainsFunc(r.OrIds.GetIds(), q.caller)
	case *rbacpb.Principal_NotId:
		return !q.caller(r.NotId)
	case *rbacpb.Principal_Authenticated_:
		return q.Principal != "" && (r.Authenticated.GetPrincipalName() == nil || text(r.Authenticated.GetPrincipalName(), q.Principal))
	case *rbacpb.Principal_FilterState:
		return q.Principal != "" && text(r.FilterState.GetStringMatch(), q.Principal)
	case *rbacpb.Principal_DirectRemoteIp, *rbacpb.Principal_RemoteIp:
		return q.near
	case *rbacpb.Principal_Metadata, *rbacpb.Principal_Header:
		return q.token
	}
	panic(p.String())
}

func text(m *matcherpb.StringMatcher, s string) bool {
	switch p := m.GetMatchPattern().(type) {
	case *matcherpb.StringMatcher_Exact:
		return p.Exact == s
	case *matcherpb.StringMatcher_Prefix:
		return strings.HasPrefix(s, p.Prefix)
	case *matcherpb.StringMatcher_Suffix:
		return strings.HasSuffix(s, p.Suffix)
	case *matcherpb.StringMatcher_SafeRegex:
		return regexp.MustCompile("^(?:" + p.SafeRegex.GetRegex() + ")$").MatchString(s)
	}
	return false
}
