package validation

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"
)

func (r *report) headers(h *networkingapi.Headers, at *place) {
	request, response := at.child("request"), at.child("response")
	for _, set := range []map[string]string{h.GetRequest().GetAdd(), h.GetRequest().GetSet()} {
		for name, value := range set {
			r.setHeader(name, value, true, request)
		}
	}
	for _, set := range []map[string]string{h.GetResponse().GetAdd(), h.GetResponse().GetSet()} {
		for name, value := range set {
			r.setHeader(name, value, false, response)
		}
	}
	for _, name := range h.GetRequest().GetRemove() {
		r.changedHeader(name, false, request)
	}
	for _, name := range h.GetResponse().GetRemove() {
		r.changedHeader(name, false, response)
	}
}

var headerText = regexp.MustCompile("^[^\x00-\x08\x0a-\x1f\x7f]*$")

func (r *report) setHeader(name, value string, authority bool, at *place) {
	r.changedHeader(name, authority, at)
	if !headerText.MatchString(value) || !isFormat(value) {
		r.add(CauseValue, at, fmt.Sprintf("the value of header %s is not valid", Quoted(name)))
	}
}

// changedHeader checks the name of a header that is set or removed. authority allows
// the one that names the host.
func (r *report) changedHeader(name string, authority bool, at *place) {
	internal := strings.HasPrefix(name, ":") || strings.EqualFold(name, "host")
	if name == "" || internal && !(authority && isAuthority(name)) {
		r.add(CauseValue, at, fmt.Sprintf("header %s cannot be changed here", Quoted(name)))
	}
}

func isAuthority(name string) bool {
	return strings.EqualFold(name, ":authority") || strings.EqualFold(name, "host")
}

// authority checks that a route sets the host once.
func (r *report) authority(h *networkingapi.HTTPRoute, at *place) {
	current := h.Rewrite.GetAuthority()
	for _, set := range []map[string]string{h.Headers.GetRequest().GetSet(), h.Headers.GetRequest().GetAdd()} {
		for _, name := range slices.Sorted(maps.Keys(set)) {
			if !isAuthority(name) {
				continue
			}
			if current != "" {
				r.add(CauseDuplicate, at, "the authority is set more than once")
				return
			}
			current = set[name]
		}
	}
}

var corsMethods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE", "*"}

func (r *report) cors(c *networkingapi.CorsPolicy, at *place) {
	if c == nil {
		return
	}
	for i, o := range c.AllowOrigins {
		at := at.child("allowOrigins").at(i)
		if o.GetExact()+o.GetPrefix()+o.GetRegex() == "" {
			r.add(CauseEmpty, at, "it is empty")
		}
		r.regexMatch(o, at)
	}
	for i, m := range c.AllowMethods {
		if !slices.Contains(corsMethods, m) {
			r.add(CauseValue, at.child("allowMethods").at(i), fmt.Sprintf("%s is not an HTTP method", Quoted(m)))
		}
	}
	for _, name := range slices.Concat(c.AllowHeaders, c.ExposeHeaders) {
		if name != "*" && !headerName.MatchString(name) {
			r.add(CauseValue, at, fmt.Sprintf("header name %s is not valid", Quoted(name)))
		}
	}
	r.duration(c.MaxAge, at.child("maxAge"))
	if c.MaxAge.GetNanos() > 0 {
		r.add(CauseValue, at.child("maxAge"), "it must be whole seconds")
	}
}
