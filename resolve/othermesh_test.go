package resolve_test

import (
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// TestOtherMesh: the pod's word wins over its namespace's, and a proxy that is there over both.
func TestOtherMesh(t *testing.T) {
	type keys = map[string]string
	for _, c := range []struct {
		name                                    string
		labels, annotations, space, spaceLabels keys
		want                                    string
	}{
		{"nothing", nil, nil, nil, nil, ""},
		{"a namespace of Linkerd", nil, nil, keys{"linkerd.io/inject": "enabled"}, nil, "Linkerd"},
		{"a pod that refuses", nil, keys{"linkerd.io/inject": "disabled"}, keys{"linkerd.io/inject": "enabled"}, nil, ""},
		{"a pod as ingress", nil, keys{"linkerd.io/inject": "ingress"}, nil, nil, "Linkerd"},
		{"a value that says nothing", nil, keys{"linkerd.io/inject": "yes"}, keys{"linkerd.io/inject": "enabled"}, nil, "Linkerd"},
		{"a proxy that is there", keys{"linkerd.io/control-plane-ns": "linkerd"}, keys{"linkerd.io/inject": "disabled"}, nil, nil, "Linkerd"},
		{"a pod of Consul", nil, keys{"consul.hashicorp.com/connect-inject": "true"}, nil, nil, "Consul"},
		{"Consul asks no namespace", nil, nil, keys{"consul.hashicorp.com/connect-inject": "true"}, nil, ""},
		{"a namespace of Kuma, by label", nil, nil, nil, keys{"kuma.io/sidecar-injection": "enabled"}, "Kuma"},
		{"a pod of Kuma that refuses, by label", keys{"kuma.io/sidecar-injection": "disabled"}, nil, nil, keys{"kuma.io/sidecar-injection": "enabled"}, ""},
	} {
		if got := resolve.OtherMesh(c.labels, c.annotations, c.spaceLabels, c.space); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
