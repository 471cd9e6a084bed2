package cmd_test

import (
	"encoding/json"
	"reflect"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	meshv1alpha1 "istio.io/api/mesh/v1alpha1"
	networkingapi "istio.io/api/networking/v1alpha3"
	securityapi "istio.io/api/security/v1beta1"
	telemetryapi "istio.io/api/telemetry/v1alpha1"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	kubenetworkingv1 "k8s.io/api/networking/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
	gatewayv1alpha2 "sigs.k8s.io/gateway-api/apis/v1alpha2"
	gatewayv1beta1 "sigs.k8s.io/gateway-api/apis/v1beta1"
)

// messages are the specs of Istio's kinds, and its mesh configuration.
var messages = map[string]proto.Message{
	"PeerAuthentication": &securityapi.PeerAuthentication{}, "RequestAuthentication": &securityapi.RequestAuthentication{},
	"AuthorizationPolicy": &securityapi.AuthorizationPolicy{}, "DestinationRule": &networkingapi.DestinationRule{},
	"Sidecar": &networkingapi.Sidecar{}, "ServiceEntry": &networkingapi.ServiceEntry{}, "WorkloadEntry": &networkingapi.WorkloadEntry{},
	"WorkloadGroup": &networkingapi.WorkloadGroup{}, "VirtualService": &networkingapi.VirtualService{}, "Gateway": &networkingapi.Gateway{},
	"EnvoyFilter": &networkingapi.EnvoyFilter{}, "Telemetry": &telemetryapi.Telemetry{}, "MeshConfig": &meshv1alpha1.MeshConfig{},
}

// structs are the kinds of Kubernetes and of the Gateway API.
var structs = map[string]any{
	"Pod": corev1.Pod{}, "Service": corev1.Service{}, "EndpointSlice": discoveryv1.EndpointSlice{}, "Deployment": appsv1.Deployment{},
	"CronJob": batchv1.CronJob{}, "Ingress": kubenetworkingv1.Ingress{}, "MutatingWebhookConfiguration": admissionv1.MutatingWebhookConfiguration{},
	"Gateway.gateway.networking.k8s.io": gatewayv1.Gateway{}, "HTTPRoute": gatewayv1.HTTPRoute{}, "GRPCRoute": gatewayv1.GRPCRoute{},
	"TCPRoute": gatewayv1alpha2.TCPRoute{}, "TLSRoute": gatewayv1.TLSRoute{}, "ReferenceGrant": gatewayv1beta1.ReferenceGrant{}, "BackendTLSPolicy": gatewayv1.BackendTLSPolicy{},
}

// leaf is a field that holds text, or what is written as text.
type leaf struct {
	kind string
	// path are keys; that of a list ends in "[]", "*" is any key.
	path []string
	// structure is true for what is never free text: words of an enum, durations.
	structure bool
	// special is text that Kubernetes reads in a way of its own: quantities, times, bytes.
	special bool
}

func (l leaf) String() string { return l.kind + " " + strings.Join(l.keys(), ".") }

// keys is the path as the table has it.
func (l leaf) keys() []string {
	keys := make([]string, len(l.path))
	for i, k := range l.path {
		keys[i] = strings.TrimSuffix(k, "[]")
	}
	return keys
}

// leaves are all of them, of every kind.
func leaves() []leaf {
	var all []leaf
	for kind, m := range messages {
		path := []string{"spec"}
		if kind == "MeshConfig" {
			path = nil
		}
		ofMessage(kind, path, m.ProtoReflect().Descriptor(), map[protoreflect.FullName]bool{}, &all)
	}
	for kind, v := range structs {
		ofType(kind, nil, reflect.TypeOf(v), map[reflect.Type]bool{}, &all)
	}
	return all
}

func below(path []string, key string) []string { return append(append([]string{}, path...), key) }

func ofMessage(kind string, path []string, d protoreflect.MessageDescriptor, open map[protoreflect.FullName]bool, all *[]leaf) {
	if strings.HasPrefix(string(d.FullName()), "google.protobuf.") {
		*all = append(*all, leaf{kind: kind, path: path, structure: d.Name() != "Struct" && d.Name() != "Value"})
		return
	}
	if open[d.FullName()] {
		return
	}
	open[d.FullName()] = true
	defer delete(open, d.FullName())
	for i := range d.Fields().Len() {
		f := d.Fields().Get(i)
		at, value := below(path, f.JSONName()), f
		switch {
		case f.IsMap():
			at, value = below(at, "*"), f.MapValue()
		case f.IsList():
			at = below(path, f.JSONName()+"[]")
		}
		switch {
		case value.Message() != nil:
			ofMessage(kind, at, value.Message(), open, all)
		case value.Kind() == protoreflect.EnumKind:
			*all = append(*all, leaf{kind: kind, path: at, structure: true})
		case value.Kind() == protoreflect.StringKind || value.Kind() == protoreflect.BytesKind:
			*all = append(*all, leaf{kind: kind, path: at})
		}
	}
}

func ofType(kind string, path []string, t reflect.Type, open map[reflect.Type]bool, all *[]leaf) {
	switch {
	case t.Kind() == reflect.Pointer:
		ofType(kind, path, t.Elem(), open, all)
	case t.Kind() == reflect.String, t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8,
		t.Kind() == reflect.Struct && reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()):
		*all = append(*all, leaf{kind: kind, path: path, special: t.Kind() != reflect.String})
	case t.Kind() == reflect.Slice:
		ofType(kind, append(path[:len(path)-1:len(path)-1], path[len(path)-1]+"[]"), t.Elem(), open, all)
	case t.Kind() == reflect.Map:
		ofType(kind, below(path, "*"), t.Elem(), open, all)
	case t.Kind() == reflect.Struct && !open[t]:
		open[t] = true
		defer delete(open, t)
		for i := range t.NumField() {
			name, inline, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			at := below(path, name)
			if strings.Contains(inline, "inline") || name == "" {
				at = path
			}
			ofType(kind, at, t.Field(i).Type, open, all)
		}
	}
}
