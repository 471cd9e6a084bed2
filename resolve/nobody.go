package resolve

import (
	"maps"
	"slices"
)

// noEndpoint says why nothing is behind a port as far as the input knows.
func (c *call) noEndpoint() Reason {
	none := Reason{Cause: CauseNoEndpoint}
	if c.subset != "" && len(c.port.Endpoints) > 0 {
		return because(CauseSubsetEmpty, Details{Name: c.subset})
	}
	s := c.host.Backs
	if s == nil || len(s.backings) > 0 {
		return none
	}
	switch {
	case len(s.Selector) == 0:
		return Reason{Cause: CauseNoSelector}
	case len(c.mesh.Behind(s)) == 0:
		return because(CauseSelectsNothing, Details{Text: labelsText(s.Selector), Name: c.host.Namespace})
	}
	for _, p := range s.Ports {
		if p.Port == c.port.Number && p.TargetName != "" {
			return because(CauseNoSuchPortName, Details{Text: p.TargetName, Name: c.mesh.Behind(s)[0].Short()})
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
