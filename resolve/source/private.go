package source

import (
	"cmp"
	"fmt"
	"strings"

	sigsyaml "sigs.k8s.io/yaml"
)

// private are fields in which people keep what is nobody else's: header values,
// scripts, inline data. No answer depends on them.
var private = map[string]bool{"headers": true, "inlineCode": true, "inline_code": true, "inlineString": true, "inline_string": true, "inlineBytes": true, "inline_bytes": true}

// withoutPrivate takes private fields out of an object of any kind.
func withoutPrivate(v any) {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			if private[key] {
				delete(v, key)
				continue
			}
			withoutPrivate(inner)
		}
	case []any:
		for _, inner := range v {
			withoutPrivate(inner)
		}
	}
}

// clientChain is the only proxy metadata that an answer depends on (3.3.7).
const clientChain = "ISTIO_META_TLS_CLIENT_CERT_CHAIN"

// meshWithoutPrivate is a mesh configuration without extension providers and the
// environment of the proxies. Text that is no YAML stays as it is: it is a problem
// then, and the problem has to be the same.
func meshWithoutPrivate(text string) string {
	var config map[string]any
	if text == "" || sigsyaml.Unmarshal([]byte(text), &config) != nil {
		return text
	}
	delete(config, "extensionProviders")
	if defaults, ok := config["defaultConfig"].(map[string]any); ok {
		if metadata, ok := defaults["proxyMetadata"].(map[string]any); ok {
			for key := range metadata {
				if key != clientChain {
					delete(metadata, key)
				}
			}
		}
	}
	out, err := sigsyaml.Marshal(config)
	if err != nil {
		return text
	}
	return string(out)
}

// proxyConfigOnly keeps of a pod's proxy configuration whether it brings
// certificates from files and what it intercepts, and nothing of its environment.
func proxyConfigOnly(text string) string {
	kept := ""
	if strings.Contains(text, clientChain) {
		kept = "proxyMetadata:\n  " + clientChain + ": set\n"
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
