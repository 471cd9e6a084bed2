package public

import (
	"regexp"
	"strings"
)

// The proxy metadata that answers depend on (3.3.7, 2B.12, 3.6.6).
const (
	ClientChain      = "ISTIO_META_TLS_CLIENT_CERT_CHAIN"
	EnableHBONE      = "ISTIO_META_ENABLE_HBONE"
	DisableHBONESend = "ISTIO_META_DISABLE_HBONE_SEND"
)

// ProxySwitch is what a proxy's configuration, as text, sets one of the metadata to that is a
// switch; "" where it does not, or where the value is none of a switch.
func ProxySwitch(text, name string) string {
	if !strings.Contains(text, name) { // the usual case
		return ""
	}
	if m := switchSet[name].FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// switchSet finds the switches in a text; what follows is the value.
var switchSet = map[string]*regexp.Regexp{EnableHBONE: switchOf(EnableHBONE), DisableHBONESend: switchOf(DisableHBONESend)}

func switchOf(name string) *regexp.Regexp {
	return regexp.MustCompile(name + `["']?\s*:\s*["']?(?i:(true|false|1|0))\b`)
}
