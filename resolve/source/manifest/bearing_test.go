package manifest

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	networkingapi "istio.io/api/networking/v1alpha3"
	securityapi "istio.io/api/security/v1beta1"
	telemetryapi "istio.io/api/telemetry/v1alpha1"
)

// decisive are the messages in which every unknown field may bear on mTLS. A message
// that a newer istio.io/api adds is in neither list, until somebody decides.
var decisive = `
istio.networking.v1alpha3. ClientTLSSettings Delegate Destination DestinationRule
EnvoyFilter EnvoyFilter.ClusterMatch EnvoyFilter.EnvoyConfigObjectMatch EnvoyFilter.EnvoyConfigObjectPatch EnvoyFilter.ListenerMatch
EnvoyFilter.ListenerMatch.FilterChainMatch EnvoyFilter.ListenerMatch.FilterMatch EnvoyFilter.ListenerMatch.SubFilterMatch EnvoyFilter.Patch
EnvoyFilter.ProxyMatch EnvoyFilter.RouteConfigurationMatch EnvoyFilter.RouteConfigurationMatch.RouteMatch
EnvoyFilter.RouteConfigurationMatch.VirtualHostMatch EnvoyFilter.WaypointMatch EnvoyFilter.WaypointMatch.FilterMatch
EnvoyFilter.WaypointMatch.FilterMatch.SubFilterMatch EnvoyFilter.WaypointMatch.RouteMatch
Gateway IstioEgressListener IstioIngressListener L4MatchAttributes OutboundTrafficPolicy Port PortSelector Server ServerTLSSettings
ServerTLSSettings.TLSCertificate ServiceEntry ServicePort Sidecar SidecarPort Subset TCPRoute TLSMatchAttributes TLSRoute TrafficPolicy
TrafficPolicy.PortTrafficPolicy TrafficPolicy.TunnelSettings VirtualService WorkloadEntry WorkloadGroup WorkloadGroup.ObjectMeta WorkloadSelector
istio.security.v1beta1. AuthorizationPolicy AuthorizationPolicy.ExtensionProvider Condition Operation PeerAuthentication
PeerAuthentication.MutualTLS Rule Rule.From Rule.To Source
istio.type.v1beta1. PolicyTargetReference WorkloadSelector`

// TestEveryMessageIsDecided: for each message of a kind that is read, it is written down
// whether an unknown field in it may bear on mTLS.
func TestEveryMessageIsDecided(t *testing.T) {
	t.Parallel()
	bear, begin := map[protoreflect.FullName]bool{}, ""
	for _, word := range strings.Fields(decisive) {
		if strings.HasPrefix(word, "istio.") {
			begin = word
			continue
		}
		bear[protoreflect.FullName(begin+word)] = true
	}
	reached := map[protoreflect.FullName]protoreflect.MessageDescriptor{}
	for _, m := range []proto.Message{
		&networkingapi.DestinationRule{}, &networkingapi.Sidecar{}, &networkingapi.ServiceEntry{}, &networkingapi.WorkloadEntry{}, &networkingapi.WorkloadGroup{},
		&networkingapi.VirtualService{}, &networkingapi.Gateway{}, &networkingapi.EnvoyFilter{}, &securityapi.PeerAuthentication{},
		&securityapi.RequestAuthentication{}, &securityapi.AuthorizationPolicy{}, &telemetryapi.Telemetry{},
	} {
		reach(reached, m.ProtoReflect().Descriptor())
	}
	for _, name := range slices.Sorted(maps.Keys(reached)) {
		_, listed := harmless[name]
		listed = listed || strings.HasPrefix(string(name), "istio.telemetry.")
		if listed == bear[name] {
			t.Errorf("%s: is an unknown field in it harmless? write it into bearing.go or into this test", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(harmless)) {
		if reached[name] == nil {
			t.Errorf("%s is in no kind that is read", name)
			continue
		}
		for _, field := range harmless[name] {
			if reached[name].Fields().ByJSONName(field) == nil {
				t.Errorf("%s has no field %s", name, field)
			}
		}
	}
	for name := range bear {
		if reached[name] == nil {
			t.Errorf("%s is in no kind that is read", name)
		}
	}
}

func reach(seen map[protoreflect.FullName]protoreflect.MessageDescriptor, m protoreflect.MessageDescriptor) {
	if seen[m.FullName()] != nil || m.ParentFile().Package() == "google.protobuf" {
		return
	}
	if !m.IsMapEntry() {
		seen[m.FullName()] = m
	}
	for i := range m.Fields().Len() {
		if below := m.Fields().Get(i).Message(); below != nil {
			reach(seen, below)
		}
	}
}
