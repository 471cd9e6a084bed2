package validation

import (
	"fmt"

	networkingapi "istio.io/api/networking/v1alpha3"
)

func (r *report) destinationRule(o Meta, rule *networkingapi.DestinationRule) {
	at := r.spec()
	r.host(badWildcard(rule.Host), at.child("host"))
	r.trafficPolicy(o, rule.TrafficPolicy, at.child("trafficPolicy"))
	names := map[string]bool{}
	for i, s := range rule.Subsets {
		at := at.child("subsets").at(i)
		if names[s.GetName()] {
			r.add(CauseDuplicate, at.child("name"), fmt.Sprintf("two subsets are named %s", Quoted(s.GetName())))
		}
		names[s.GetName()] = true
		r.subsetName(s.GetName(), at.child("name"))
		r.labels(s.GetLabels(), at.child("labels"))
		r.trafficPolicy(o, s.GetTrafficPolicy(), at.child("trafficPolicy"))
	}
	r.exportTo(o.Namespace, rule.ExportTo, exported{selector: rule.WorkloadSelector != nil}, at.child("exportTo"))
	r.selector(rule.GetWorkloadSelector().GetMatchLabels(), at.child("workloadSelector").child("matchLabels"))
}

func (r *report) subsetName(name string, at *place) {
	if !isLabel(name) {
		r.add(CauseValue, at, fmt.Sprintf("subset name %s is not valid: letters, digits and - are", Quoted(name)))
	}
}

func (r *report) trafficPolicy(o Meta, p *networkingapi.TrafficPolicy, at *place) {
	switch {
	case p == nil:
		return
	case p.OutlierDetection == nil && p.ConnectionPool == nil && p.LoadBalancer == nil && p.Tls == nil && p.PortLevelSettings == nil &&
		p.Tunnel == nil && p.ProxyProtocol == nil && p.RetryBudget == nil:
		r.add(CauseEmpty, at, "the trafficPolicy is empty")
		return
	case p.Tunnel != nil && p.ProxyProtocol != nil:
		r.add(CauseChoice, at, "only one of tunnel, proxyProtocol can be set")
		return
	}
	r.outlierDetection(p.OutlierDetection, at.child("outlierDetection"))
	r.connectionPool(p.ConnectionPool, at.child("connectionPool"))
	r.loadBalancer(p.LoadBalancer, at.child("loadBalancer"))
	r.clientTLS(o.Namespace, p.Tls, at.child("tls"))
	for i, e := range p.PortLevelSettings {
		r.portPolicy(o, e, at.child("portLevelSettings").at(i))
	}
	r.tunnel(p.Tunnel, at.child("tunnel"))
	if v := p.GetProxyProtocol().GetVersion(); v != 0 && v != 1 {
		r.add(CauseValue, at.child("proxyProtocol"), "the version is unknown")
	}
}

func (r *report) portPolicy(o Meta, e *networkingapi.TrafficPolicy_PortTrafficPolicy, at *place) {
	if e.Port == nil {
		r.add(CauseRequired, at, "port is required")
	}
	if e.OutlierDetection == nil && e.ConnectionPool == nil && e.LoadBalancer == nil && e.Tls == nil {
		r.add(CauseEmpty, at, "the entry of the port sets nothing")
		return
	}
	r.outlierDetection(e.OutlierDetection, at.child("outlierDetection"))
	r.connectionPool(e.ConnectionPool, at.child("connectionPool"))
	r.loadBalancer(e.LoadBalancer, at.child("loadBalancer"))
	r.clientTLS(o.Namespace, e.Tls, at.child("tls"))
}

func (r *report) tunnel(t *networkingapi.TrafficPolicy_TunnelSettings, at *place) {
	if t == nil {
		return
	}
	if t.Protocol != "" && t.Protocol != "CONNECT" && t.Protocol != "POST" {
		r.add(CauseValue, at.child("protocol"), "the protocol is CONNECT or POST")
	}
	if badDomain(t.TargetHost) != "" && !isIP(t.TargetHost) {
		r.add(CauseHost, at.child("targetHost"), fmt.Sprintf("%s is neither a host name nor an IP address", Quoted(t.TargetHost)))
	}
	r.port(t.TargetPort, at.child("targetPort"))
}

func (r *report) outlierDetection(o *networkingapi.OutlierDetection, at *place) {
	if o == nil {
		return
	}
	r.duration(o.BaseEjectionTime, at.child("baseEjectionTime"))
	r.duration(o.Interval, at.child("interval"))
	if !o.SplitExternalLocalOriginErrors && o.ConsecutiveLocalOriginFailures.GetValue() > 0 {
		r.add(CauseChoice, at.child("consecutiveLocalOriginFailures"), "splitExternalLocalOriginErrors must be true for it")
	}
	r.percent(o.MaxEjectionPercent, at.child("maxEjectionPercent"))
	r.percent(o.MinHealthPercent, at.child("minHealthPercent"))
}

func (r *report) connectionPool(p *networkingapi.ConnectionPoolSettings, at *place) {
	if p == nil {
		return
	}
	if p.Http == nil && p.Tcp == nil {
		r.add(CauseEmpty, at, "the connectionPool is empty")
	}
	if h := p.Http; h != nil {
		r.httpPool(h, at.child("http"))
	}
	if t := p.Tcp; t != nil {
		at := at.child("tcp")
		r.atLeastZero(t.MaxConnections, at.child("maxConnections"))
		r.duration(t.ConnectTimeout, at.child("connectTimeout"))
		r.duration(t.MaxConnectionDuration, at.child("maxConnectionDuration"))
		if t.IdleTimeout.AsDuration().Milliseconds() != 0 { // 0 switches it off
			r.duration(t.IdleTimeout, at.child("idleTimeout"))
		}
		r.duration(t.TcpKeepalive.GetTime(), at.child("tcpKeepalive").child("time"))
		r.duration(t.TcpKeepalive.GetInterval(), at.child("tcpKeepalive").child("interval"))
	}
}

func (r *report) httpPool(h *networkingapi.ConnectionPoolSettings_HTTPSettings, at *place) {
	r.atLeastZero(h.Http1MaxPendingRequests, at.child("http1MaxPendingRequests"))
	r.atLeastZero(h.Http2MaxRequests, at.child("http2MaxRequests"))
	r.atLeastZero(h.MaxRequestsPerConnection, at.child("maxRequestsPerConnection"))
	r.atLeastZero(h.MaxRetries, at.child("maxRetries"))
	r.atLeastZero(h.MaxConcurrentStreams, at.child("maxConcurrentStreams"))
	r.duration(h.IdleTimeout, at.child("idleTimeout"))
	if h.H2UpgradePolicy == networkingapi.ConnectionPoolSettings_HTTPSettings_UPGRADE && h.UseClientProtocol {
		r.add(CauseChoice, at.child("useClientProtocol"), "it cannot be true with h2UpgradePolicy UPGRADE")
	}
	if k := h.GetHttp2KeepAlive(); k != nil {
		at := at.child("http2KeepAlive")
		if k.Interval == nil || k.Timeout == nil {
			r.add(CauseRequired, at, "interval and timeout are required")
		}
		r.duration(k.Interval, at.child("interval"))
		r.duration(k.Timeout, at.child("timeout"))
	}
}
