package resolve

import (
	"strings"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"
	"sigs.k8s.io/yaml"
)

// interception is the mode that the injector gives a pod and the annotation that says
// it, "" for the mesh configuration: the pod's own annotation, else its proxy
// configuration, else meshConfig.defaultConfig (1.12).
func interception(annotations map[string]string, defaults *meshv1alpha1.ProxyConfig) (mode, by string) {
	if mode, ok := annotations[interceptionAnno]; ok {
		return mode, interceptionAnno
	}
	if mode := configuredInterception(annotations[proxyConfigAnno]); mode != "" {
		return mode, proxyConfigAnno
	}
	return defaults.GetInterceptionMode().String(), ""
}

// configuredInterception is the mode that a pod's proxy configuration sets, "" for none.
// As in every message of protobuf, the number of a mode is as good as its name.
func configuredInterception(text string) string {
	if !strings.Contains(text, "nterception") { // the usual case, without parsing
		return ""
	}
	var config struct {
		InterceptionMode any `json:"interceptionMode"`
		ProtoName        any `json:"interception_mode"`
	}
	if yaml.Unmarshal([]byte(text), &config) != nil {
		return ""
	}
	for _, v := range []any{config.InterceptionMode, config.ProtoName} {
		switch v := v.(type) {
		case string:
			return v
		case float64:
			return meshv1alpha1.ProxyConfig_InboundInterceptionMode(int32(v)).String()
		}
	}
	return ""
}

// interceptedBy is where interception mode NONE is written, "" for the mesh configuration.
func (d *decider) interceptedBy() Field {
	if by := d.workload.Capture.interceptedBy; by != "" {
		return d.pod.annotation(by).field
	}
	return ""
}
