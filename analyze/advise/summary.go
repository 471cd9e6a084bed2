package advise

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Summary is the recommendation for a workload: one mode, and the ports that need
// another: "STRICT, with 9100 and 9443 PERMISSIVE by portLevelMtls". While any port has
// clients that would be locked out and could come in, it is PERMISSIVE.
func Summary(ports []*Advice) string {
	by := map[string][]string{}
	for _, a := range ports {
		id := a.Path.Leaf.ID
		by[id] = append(by[id], fmt.Sprint(a.Port.Number))
	}
	later := append(append(append([]string{}, by["migrate"]...), by["settle"]...), by["open"]...)
	switch {
	case len(ports) == 0:
		return ""
	case len(ports) == 1:
		return ports[0].Path.Leaf.Text
	case len(by["disable"]) == len(ports):
		return "exclude the workload from mTLS, as a documented exception"
	case len(later) > 0 && len(by["strict"])+len(by["port"])+len(by["disable"]) == 0:
		return resolve.Permissive.String() + " for now: see each port"
	}
	text := resolve.Strict.String()
	for _, exception := range []struct {
		ports []string
		mode  resolve.Mode
		why   string
	}{{by["port"], resolve.Permissive, ""}, {by["disable"], resolve.Disable, ""}, {later, resolve.Permissive, " for now"}} {
		if len(exception.ports) > 0 {
			text += fmt.Sprintf(", with %s %s%s in portLevelMtls", strings.Join(exception.ports, " and "), exception.mode, exception.why)
		}
	}
	return text
}
