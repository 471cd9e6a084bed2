package source_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	apinetworking "istio.io/api/networking/v1alpha3"
	apisecurity "istio.io/api/security/v1beta1"
	typev1beta1 "istio.io/api/type/v1beta1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

func TestAPolicyIsReadWhole(t *testing.T) {
	t.Parallel()
	in := readString(t, `apiVersion: security.istio.io/v1beta1
kind: PeerAuthentication
metadata: {name: web, creationTimestamp: "2024-01-02T03:04:05Z"}
spec:
  selector: {matchLabels: {app: web}}
  mtls: {mode: STRICT}
  portLevelMtls:
    8080: {mode: DISABLE}
    "9090": {mode: UNSET}
status: {anything: [1]}
`)
	wantSummary(t, in, "1 PeerAuthentication default/web")
	got := in.Objects[0].Value.(*securityv1.PeerAuthentication)
	want := &apisecurity.PeerAuthentication{
		Selector: &typev1beta1.WorkloadSelector{MatchLabels: map[string]string{"app": "web"}},
		Mtls:     &apisecurity.PeerAuthentication_MutualTLS{Mode: apisecurity.PeerAuthentication_MutualTLS_STRICT},
		PortLevelMtls: map[uint32]*apisecurity.PeerAuthentication_MutualTLS{
			8080: {Mode: apisecurity.PeerAuthentication_MutualTLS_DISABLE}, 9090: {},
		},
	}
	if diff := cmp.Diff(want, &got.Spec, protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
	if got.CreationTimestamp.Year() != 2024 {
		t.Errorf("created %v", got.CreationTimestamp)
	}
}

func TestAnEmptySelectorAndNoPortsAreNotTheSameAsNone(t *testing.T) {
	t.Parallel()
	in := readString(t, "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: web}\nspec: {selector: {}}\n")
	spec := &in.Objects[0].Value.(*securityv1.PeerAuthentication).Spec
	if spec.Selector == nil || spec.PortLevelMtls != nil || spec.Mtls != nil {
		t.Errorf("got %v", spec)
	}
}

func TestWellKnownTypesAreRead(t *testing.T) {
	t.Parallel()
	in := readString(t, `apiVersion: networking.istio.io/v1alpha3
kind: DestinationRule
metadata: {name: web}
spec:
  host: web
  trafficPolicy:
    outlierDetection: {interval: 1m30s, consecutive5xxErrors: 7}
    tls: {mode: SIMPLE, insecureSkipVerify: true}
    loadBalancer: {simple: ROUND_ROBIN}
`)
	wantSummary(t, in, "1 DestinationRule default/web")
	p := in.Objects[0].Value.(*networkingv1.DestinationRule).Spec.TrafficPolicy
	if p.OutlierDetection.Interval.Seconds != 90 || p.OutlierDetection.Consecutive_5XxErrors.Value != 7 ||
		!p.Tls.InsecureSkipVerify.Value || p.Tls.Mode != apinetworking.ClientTLSSettings_SIMPLE {
		t.Errorf("got %v", p)
	}
}

func TestWhatIstioDoesNotKnowIsSaidWithItsLine(t *testing.T) {
	t.Parallel()
	head := "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: web}\n"
	const refused = "; Kubernetes rejects the object, so it is not applied"
	tests := map[string]struct {
		spec, field, message, hint string
		line                       int
		refused                    bool
	}{
		"a field in the wrong case": {spec: "spec:\n  portLevelMTLS: {}\n", field: "spec.portLevelMTLS", line: 5,
			message: `unknown field "portLevelMTLS"; it is ignored, the API server drops it`, hint: "did you mean portLevelMtls?"},
		"a field in proto spelling": {spec: "spec:\n  port_level_mtls: {}\n", field: "spec.port_level_mtls", line: 5,
			message: `unknown field "port_level_mtls"; it is ignored, the API server drops it`, hint: "did you mean portLevelMtls?"},
		"a field on the wrong level": {spec: "spec:\n  mode: STRICT\n", field: "spec.mode", line: 5,
			message: `unknown field "mode"; it is ignored, the API server drops it`, hint: "known fields: selector, mtls, portLevelMtls"},
		"a field beside spec": {spec: "mtls: {mode: STRICT}\n", field: "mtls", line: 4,
			message: `unknown field "mtls"; it is ignored, the API server drops it`, hint: "known fields: apiVersion, kind, metadata, spec"},
		"a mode in the wrong case": {spec: "spec:\n  mtls:\n    mode: strict\n", field: "spec.mtls.mode", line: 6, refused: true,
			message: `"strict" is not one of UNSET, DISABLE, PERMISSIVE, STRICT` + refused, hint: "did you mean STRICT?"},
		"a mode that is none": {spec: "spec: {mtls: {mode: BLAH}}\n", field: "spec.mtls.mode", line: 4, refused: true,
			message: `"BLAH" is not one of UNSET, DISABLE, PERMISSIVE, STRICT` + refused},
		"a mode where an object belongs": {spec: "spec:\n  mtls: STRICT\n", field: "spec.mtls", line: 5, refused: true,
			message: `"STRICT" where Istio expects an object` + refused},
		"a port that is a name": {spec: "spec:\n  portLevelMtls:\n    http: {mode: STRICT}\n", field: "spec.portLevelMtls.http", line: 6, refused: true,
			message: `portLevelMtls key "http" is not a port number from 1 to 65535` + refused},
		"a port out of range": {spec: "spec:\n  portLevelMtls:\n    42949672: {mode: STRICT}\n", field: "spec.portLevelMtls[42949672]", line: 6, refused: true,
			message: `portLevelMtls key "42949672" is not a port number from 1 to 65535` + refused},
		"port zero": {spec: "spec:\n  portLevelMtls:\n    0: {mode: STRICT}\n", field: "spec.portLevelMtls[0]", line: 6, refused: true,
			message: `portLevelMtls key "0" is not a port number from 1 to 65535` + refused},
		"a label that is a number": {spec: "spec:\n  selector:\n    matchLabels: {v: 1}\n", field: "spec.selector.matchLabels.v", line: 6, refused: true,
			message: "1 is a number where Istio expects a string" + refused, hint: `quote it: "1"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := readString(t, head+test.spec)
			want := []resolve.Problem{{
				Position: resolve.Position{File: "<stdin>", Line: test.line}, Field: resolve.Field(test.field),
				Ref:     resolve.Ref{Kind: resolve.KindPeerAuthentication, Namespace: "default", Name: "web"},
				Message: test.message, Hint: test.hint,
			}}
			if diff := cmp.Diff(want, in.Problems); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if got := len(in.Objects) == 0; got != test.refused {
				t.Errorf("refused is %v, want %v", got, test.refused)
			}
		})
	}
}
