package trim

import (
	"cmp"
	"fmt"
	"strings"

	sigsyaml "sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/resolve/public"
)

// ProxyConfig keeps of a pod's proxy configuration whether it brings
// certificates from files and what it intercepts, and nothing of its environment.
func ProxyConfig(text string) string {
	kept := ""
	if strings.Contains(text, public.ClientChain) {
		kept += "  " + public.ClientChain + ": set\n"
	}
	for _, name := range []string{public.EnableHBONE, public.DisableHBONESend} {
		if value := public.ProxySwitch(text, name); value != "" {
			kept += fmt.Sprintf("  %s: %q\n", name, value)
		}
	}
	if kept != "" {
		kept = "proxyMetadata:\n" + kept
	}
	var config struct {
		InterceptionMode any `json:"interceptionMode"`
		ProtoName        any `json:"interception_mode"`
	}
	if strings.Contains(text, "nterception") && sigsyaml.Unmarshal([]byte(text), &config) == nil {
		if mode := cmp.Or(config.InterceptionMode, config.ProtoName); mode != nil {
			kept += fmt.Sprintf("interceptionMode: %v\n", mode)
		}
	}
	return kept
}
