package validation

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"

	networkingapi "istio.io/api/networking/v1beta1"
	securityapi "istio.io/api/security/v1beta1"
)

func (r *report) peerAuthentication(_ Meta, p *securityapi.PeerAuthentication) {
	at := r.spec()
	if len(p.GetSelector().GetMatchLabels()) == 0 && len(p.PortLevelMtls) > 0 {
		r.add(CauseSelector, at.child("portLevelMtls"), "portLevelMtls needs a selector with labels")
	}
	for port := range p.PortLevelMtls {
		r.port(port, at.child("portLevelMtls").child(strconv.FormatUint(uint64(port), 10)))
	}
	r.selector(p.GetSelector().GetMatchLabels(), at.child("selector").child("matchLabels"))
}

func (r *report) proxyConfig(_ Meta, p *networkingapi.ProxyConfig) {
	at := r.spec()
	r.selector(p.GetSelector().GetMatchLabels(), at.child("selector").child("matchLabels"))
	r.atLeastZero(p.GetConcurrency().GetValue(), at.child("concurrency"))
}

func (r *report) requestAuthentication(_ Meta, p *securityapi.RequestAuthentication) {
	at := r.spec()
	r.attached(p.Selector, p.TargetRef, p.TargetRefs, at)
	for i, rule := range p.JwtRules {
		r.jwtRule(rule, at.child("jwtRules").at(i))
	}
}

var strictHeader = regexp.MustCompile("^[-_A-Za-z0-9]+$")

func (r *report) jwtRule(j *securityapi.JWTRule, at *place) {
	if j.Issuer == "" && j.JwksUri == "" {
		r.add(CauseRequired, at, "issuer or jwksUri is required")
	}
	for name, list := range map[string][]string{"audiences": j.Audiences, "fromParams": j.FromParams, "fromCookies": j.FromCookies} {
		if slices.Contains(list, "") {
			r.add(CauseEmpty, at.child(name), "a value is empty")
		}
	}
	if j.JwksUri != "" && !isKeyURL(j.JwksUri) {
		r.add(CauseAddress, at.child("jwksUri"), "a URL with http:// or https:// is needed")
	}
	if j.Jwks != "" && !json.Valid([]byte(j.Jwks)) {
		r.add(CauseValue, at.child("jwks"), "it is not JSON")
	}
	for i, h := range j.FromHeaders {
		if h.GetName() == "" {
			r.add(CauseRequired, at.child("fromHeaders").at(i), "name is required")
		}
	}
	for i, c := range j.OutputClaimToHeaders {
		at := at.child("outputClaimToHeaders").at(i)
		if c.GetClaim() == "" || !strictHeader.MatchString(c.GetHeader()) {
			r.add(CauseValue, at, fmt.Sprintf("a claim and a valid header name are needed, not %s", Quoted(c.GetHeader())))
		}
	}
	r.duration(j.Timeout, at.child("timeout"))
}

func isKeyURL(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	_, err = strconv.Atoi(u.Port())
	return u.Port() == "" || err == nil
}
