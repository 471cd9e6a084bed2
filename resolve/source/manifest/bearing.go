package manifest

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// harmless are the messages of Istio's kinds in which a field that nobody knows cannot
// decide whether a call is mTLS: retries, headers, probes and the like. In every other
// message it might, in a newer Istio or under the name that was meant. The fields
// listed with a message are those that do: what is spelled like one of them may bear.
var harmless = map[protoreflect.FullName][]string{
	"istio.networking.v1alpha3.ConnectionPoolSettings":                                     nil,
	"istio.networking.v1alpha3.ConnectionPoolSettings.HTTPSettings":                        nil,
	"istio.networking.v1alpha3.ConnectionPoolSettings.HTTPSettings.ConnectionKeepalive":    nil,
	"istio.networking.v1alpha3.ConnectionPoolSettings.TCPSettings":                         nil,
	"istio.networking.v1alpha3.ConnectionPoolSettings.TCPSettings.TcpKeepalive":            nil,
	"istio.networking.v1alpha3.CorsPolicy":                                                 nil,
	"istio.networking.v1alpha3.ExecHealthCheckConfig":                                      nil,
	"istio.networking.v1alpha3.GrpcHealthCheckConfig":                                      nil,
	"istio.networking.v1alpha3.HTTPBody":                                                   nil,
	"istio.networking.v1alpha3.HTTPDirectResponse":                                         nil,
	"istio.networking.v1alpha3.HTTPFaultInjection":                                         nil,
	"istio.networking.v1alpha3.HTTPFaultInjection.Abort":                                   nil,
	"istio.networking.v1alpha3.HTTPFaultInjection.Delay":                                   nil,
	"istio.networking.v1alpha3.HTTPHeader":                                                 nil,
	"istio.networking.v1alpha3.HTTPHealthCheckConfig":                                      nil,
	"istio.networking.v1alpha3.HTTPMatchRequest":                                           {"gateways", "port", "sourceLabels", "sourceNamespace"},
	"istio.networking.v1alpha3.HTTPMirrorPolicy":                                           {"destination"},
	"istio.networking.v1alpha3.HTTPRedirect":                                               nil,
	"istio.networking.v1alpha3.HTTPRetry":                                                  nil,
	"istio.networking.v1alpha3.HTTPRewrite":                                                nil,
	"istio.networking.v1alpha3.HTTPRoute":                                                  {"delegate", "match", "mirror", "mirrors", "route"},
	"istio.networking.v1alpha3.HTTPRouteDestination":                                       {"destination"},
	"istio.networking.v1alpha3.Headers":                                                    nil,
	"istio.networking.v1alpha3.Headers.HeaderOperations":                                   nil,
	"istio.networking.v1alpha3.LoadBalancerSettings":                                       nil,
	"istio.networking.v1alpha3.LoadBalancerSettings.BackendUtilizationLB":                  nil,
	"istio.networking.v1alpha3.LoadBalancerSettings.ConsistentHashLB":                      nil,
	"istio.networking.v1alpha3.LoadBalancerSettings.ConsistentHashLB.HTTPCookie":           nil,
	"istio.networking.v1alpha3.LoadBalancerSettings.ConsistentHashLB.HTTPCookie.Attribute": nil,
	"istio.networking.v1alpha3.LoadBalancerSettings.ConsistentHashLB.MagLev":               nil,
	"istio.networking.v1alpha3.LoadBalancerSettings.ConsistentHashLB.RingHash":             nil,
	"istio.networking.v1alpha3.LocalityLoadBalancerSetting":                                nil,
	"istio.networking.v1alpha3.LocalityLoadBalancerSetting.Distribute":                     nil,
	"istio.networking.v1alpha3.LocalityLoadBalancerSetting.Failover":                       nil,
	"istio.networking.v1alpha3.OutlierDetection":                                           nil,
	"istio.networking.v1alpha3.Percent":                                                    nil,
	"istio.networking.v1alpha3.ReadinessProbe":                                             nil,
	"istio.networking.v1alpha3.RegexRewrite":                                               nil,
	"istio.networking.v1alpha3.RouteDestination":                                           {"destination"},
	"istio.networking.v1alpha3.StringMatch":                                                nil,
	"istio.networking.v1alpha3.TCPHealthCheckConfig":                                       nil,
	"istio.networking.v1alpha3.TrafficPolicy.ProxyProtocol":                                nil,
	"istio.networking.v1alpha3.TrafficPolicy.RetryBudget":                                  nil,
	"istio.networking.v1alpha3.WarmupConfiguration":                                        nil,
	"istio.networking.v1alpha3.ZoneAwareLoadBalancerSetting":                               nil,
	"istio.networking.v1alpha3.ZoneAwareLoadBalancerSetting.Failover":                      nil,
	"istio.security.v1beta1.ClaimToHeader":                                                 nil,
	"istio.security.v1beta1.JWTHeader":                                                     nil,
	"istio.security.v1beta1.JWTRule":                                                       nil,
	"istio.security.v1beta1.RequestAuthentication":                                         nil,
}

// harmlessBegins are the beginnings of names of which all messages are harmless.
var harmlessBegins = []string{
	"istio.telemetry.v1alpha1.", "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider", "istio.mesh.v1alpha1.Tracing", "istio.mesh.v1alpha1.RemoteService",
}

// bears reports whether an unknown field of a message may bear on mTLS.
func bears(m protoreflect.FullName, field string) bool {
	if slices.ContainsFunc(harmlessBegins, func(begin string) bool { return strings.HasPrefix(string(m), begin) }) {
		return false
	}
	decisive, ok := harmless[m]
	return !ok || likelyWord(field, decisive) != ""
}
