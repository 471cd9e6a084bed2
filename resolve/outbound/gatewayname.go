package outbound

import "strings"

// meshGateway stands for all sidecars among the gateways of a VirtualService.
const meshGateway = "mesh"

// gatewayName is what a VirtualService of a namespace means by the name of a Gateway, as
// "namespace/name": a name with a dot is of the old form "name.namespace".
func gatewayName(name, namespace string) string {
	if name == meshGateway {
		return name
	}
	ns, short, slash := strings.Cut(name, "/")
	switch {
	case slash && ns == ".":
		return namespace + "/" + short
	case slash:
		return name
	}
	short, rest, dotted := strings.Cut(name, ".")
	if !dotted {
		return namespace + "/" + name
	}
	ns, _, _ = strings.Cut(rest, ".")
	return ns + "/" + short
}

// gatewayNames are those of a match.
func (v *VirtualService) gatewayNames(names []string) []string {
	if len(names) == 0 {
		return nil
	}
	out := make([]string, 0, len(names))
	for _, name := range names {
		out = append(out, gatewayName(name, v.Namespace))
	}
	return out
}
