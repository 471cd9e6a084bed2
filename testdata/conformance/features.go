package conformance

import (
	"fmt"

	"istio.io/istio/pilot/pkg/features"
)

// switches are the environment variables of istiod that mtlsctl knows (rule book,
// section 9), as far as a world may set them.
var switches = map[string]*bool{
	"ENABLE_TLS_ON_SIDECAR_INGRESS":                      &features.EnableTLSOnSidecarIngress,
	"PILOT_ALLOW_SIDECAR_SERVICE_INBOUND_LISTENER_MERGE": &features.EnableSidecarServiceInboundListenerMerge,
	"ENABLE_ENHANCED_DESTINATIONRULE_MERGE":              &features.EnableEnhancedDestinationRuleMerge,
}

var defaults = map[string]bool{}

func init() {
	for name, value := range switches {
		defaults[name] = *value
	}
}

// environment is what the world's IstioOperator sets for istiod.
func (w world) environment() map[string]string {
	out := map[string]string{}
	for _, d := range w {
		if d.kind() != "IstioOperator" {
			continue
		}
		env, _ := d.at("spec", "values", "pilot", "env").(map[string]any)
		for name, value := range env {
			out[name] = fmt.Sprint(value)
		}
	}
	if w.mixed() {
		out[ambientSwitch] = "true"
	}
	return out
}

// setEnvironment sets istiod's switches, which are global: worlds that differ in
// them cannot run side by side.
func setEnvironment(env map[string]string) error {
	for name, value := range switches {
		*value = defaults[name]
	}
	for name, value := range env {
		if switches[name] == nil {
			return fmt.Errorf("istiod switch %s is not known to the suite", name)
		}
		*switches[name] = value == "true"
	}
	setAmbient(*switches[ambientSwitch])
	return nil
}
