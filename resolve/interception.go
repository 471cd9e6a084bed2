package resolve

import (
	"regexp"
	"strconv"
	"strings"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"
)

// interception is the mode that the injector gives a pod and the annotation that says
// it, "" for the mesh configuration: the pod's own annotation, else its proxy
// configuration, else meshConfig.defaultConfig (1.12).
func interception(annotations map[string]string, defaults *meshv1alpha1.ProxyConfig) (mode, by string) {
	if mode, ok := annotations[InterceptionModeAnnotation]; ok {
		return mode, InterceptionModeAnnotation
	}
	if mode := configuredInterception(annotations[ProxyConfigAnnotation]); mode != "" {
		return mode, ProxyConfigAnnotation
	}
	return defaults.GetInterceptionMode().String(), ""
}

// interceptionSet finds the setting in an annotation's text, at the beginning of a line or
// inside of braces.
var interceptionSet = regexp.MustCompile(`(?m)(?:^|[{,])\s*["']?(?:interceptionMode|interception_mode)["']?\s*:\s*["']?(\w+)`)

// configuredInterception is the mode that a pod's proxy configuration sets, "" for none.
// As in every message of protobuf, the number of a mode is as good as its name.
func configuredInterception(text string) string {
	if !strings.Contains(text, "nterception") { // the usual case
		return ""
	}
	m := interceptionSet.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	if n, err := strconv.ParseInt(m[1], 10, 32); err == nil {
		return meshv1alpha1.ProxyConfig_InboundInterceptionMode(n).String()
	}
	return m[1]
}
