package outbound

import (
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// noEndpoint says why nothing is behind a port as far as the input knows.
func (c *Call) noEndpoint() resolve.Reason {
	none := resolve.Reason{Cause: resolve.CauseNoEndpoint}
	if c.Subset != "" && len(c.Port.Endpoints) > 0 {
		return resolve.Because(resolve.CauseSubsetEmpty, resolve.Details{Name: c.Subset})
	}
	s := c.Host.Backs
	if s == nil || len(s.Backings) > 0 {
		return none
	}
	switch {
	case len(s.Selector) == 0:
		return resolve.Reason{Cause: resolve.CauseNoSelector}
	case len(c.Side.behind(s)) == 0:
		return resolve.Because(resolve.CauseSelectsNothing, resolve.Details{Text: labelsText(s.Selector), Name: c.Host.Namespace})
	}
	for _, p := range s.Ports {
		if p.Port == c.Port.Number && p.TargetName != "" {
			return resolve.Because(resolve.CauseNoSuchPortName, resolve.Details{Text: p.TargetName, Name: c.Side.behind(s)[0].Short()})
		}
	}
	return none
}

func labelsText(labels map[string]string) string {
	text := ""
	for i, k := range slices.Sorted(maps.Keys(labels)) {
		if i > 0 {
			text += ","
		}
		text += k + "=" + labels[k]
	}
	return text
}
