package conformance

// byChance are the ports, by namespace, to which two ports of one ServiceEntry lead
// with different protocols: which of them counts istiod leaves to the order of a
// map, so that only the mode can be compared.
func byChance(w world) map[string]map[uint32]bool {
	out := map[string]map[uint32]bool{}
	for _, d := range w {
		if d.kind() != "ServiceEntry" || d.at("spec", "workloadSelector") == nil {
			continue
		}
		ports, _ := d.at("spec", "ports").([]any)
		first := map[uint32]any{}
		for _, p := range ports {
			m, _ := p.(map[string]any)
			target := uint32(numberOf(m["targetPort"]))
			if target == 0 {
				target = uint32(numberOf(m["number"]))
			}
			if protocol, seen := first[target]; !seen {
				first[target] = m["protocol"]
			} else if protocol != m["protocol"] {
				if out[d.namespace()] == nil {
					out[d.namespace()] = map[uint32]bool{}
				}
				out[d.namespace()][target] = true
			}
		}
	}
	return out
}

// numberOf is a number of a document, made here or read from YAML.
func numberOf(v any) int {
	switch n := v.(type) {
	case int:
		return n
	case int64:
		return int(n)
	case float64:
		return int(n)
	}
	return 0
}
