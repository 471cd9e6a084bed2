package conformance

import (
	"fmt"
	"strings"

	listenerpb "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	rbacconfig "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	httprbac "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/rbac/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	tcprbac "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/rbac/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/mtlsctl/mtlsctl/testdata/conformance/authz"
)

// guards are the RBACs of a filter chain, in order.
func guards(chain *listenerpb.FilterChain) (out []*rbacconfig.RBAC) {
	add := func(any *anypb.Any, into proto.Message, rules func() *rbacconfig.RBAC) {
		if any != nil && any.MessageIs(into) && any.UnmarshalTo(into) == nil && rules() != nil {
			out = append(out, rules())
		}
	}
	for _, f := range chain.GetFilters() {
		var tcp tcprbac.RBAC
		add(f.GetTypedConfig(), &tcp, tcp.GetRules)
		var manager hcm.HttpConnectionManager
		if any := f.GetTypedConfig(); any == nil || !any.MessageIs(&manager) || any.UnmarshalTo(&manager) != nil {
			continue
		}
		for _, h := range manager.GetHttpFilters() {
			var http httprbac.RBAC
			add(h.GetTypedConfig(), &http, http.GetRules)
		}
	}
	return out
}

// refuses is what the RBACs of a chain make of a request.
func refuses(list []*rbacconfig.RBAC, q authz.Request) bool {
	for _, r := range list {
		matches := false
		for _, p := range r.GetPolicies() {
			matches = matches || q.Matches(p)
		}
		if matches == (r.GetAction() == rbacconfig.RBAC_DENY) {
			return true
		}
	}
	return false
}

// chainsFor are those of a waypoint for a port of a host.
func chainsFor(listeners []*listenerpb.Listener, host string, port int32) (out []*listenerpb.FilterChain) {
	for _, l := range listeners {
		for _, chain := range l.GetFilterChains() {
			if strings.HasPrefix(chain.GetName(), fmt.Sprintf("inbound-vip|%d|", port)) && strings.HasSuffix(chain.GetName(), "|"+host) {
				out = append(out, chain)
			}
		}
	}
	return out
}
