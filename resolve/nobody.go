package resolve

import "fmt"

// noEndpoint says why nothing is behind a port as far as the input knows.
func (c *call) noEndpoint() string {
	const none = "no endpoint in the input"
	if c.subset != "" && len(c.port.Endpoints) > 0 {
		return none + ": the labels of subset " + c.subset + " match none of the host's endpoints"
	}
	s := c.host.service
	if s == nil || len(s.backings) > 0 {
		return none
	}
	switch {
	case len(s.Selector) == 0:
		return none + ": the Service has no selector, and no EndpointSlice says what is behind it"
	case len(s.Workloads) == 0:
		return fmt.Sprintf("%s: selector %s matches no workload of namespace %s", none, labelsText(s.Selector), c.host.Namespace)
	}
	for _, p := range s.Ports {
		if p.Port == c.port.Number && p.TargetName != "" {
			return fmt.Sprintf("%s: targetPort %s is no port name of %s", none, p.TargetName, s.Workloads[0].Short())
		}
	}
	return none
}

func labelsText(labels map[string]string) string {
	text := ""
	for i, k := range sortedKeys(labels) {
		if i > 0 {
			text += ","
		}
		text += k + "=" + labels[k]
	}
	return text
}
