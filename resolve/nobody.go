package resolve

import (
	"maps"
	"slices"
)

// noEndpoint says why nothing is behind a port as far as the input knows.
func (c *Call) noEndpoint() Reason {
	none := Reason{Cause: CauseNoEndpoint}
	if c.Subset != "" && len(c.Port.Endpoints) > 0 {
		return Because(CauseSubsetEmpty, Details{Name: c.Subset})
	}
	s := c.Host.Backs
	if s == nil || len(s.backings) > 0 {
		return none
	}
	switch {
	case len(s.Selector) == 0:
		return Reason{Cause: CauseNoSelector}
	case len(c.Mesh.Behind(s)) == 0:
		return Because(CauseSelectsNothing, Details{Text: labelsText(s.Selector), Name: c.Host.Namespace})
	}
	for _, p := range s.Ports {
		if p.Port == c.Port.Number && p.TargetName != "" {
			return Because(CauseNoSuchPortName, Details{Text: p.TargetName, Name: c.Mesh.Behind(s)[0].Short()})
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
