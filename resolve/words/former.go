package words

import "github.com/mtlsctl/mtlsctl/resolve"

// Key is what fingerprints know a reason by: the sentence that the first release told, which
// stays when the sentence changes. It is never shown.
func Key(r resolve.Reason) string { return tell(r, former) }

// formerly are the sentences of the first release that read otherwise now, as far as
// fingerprints have them: why a call bypasses its proxy, and what becomes of a call.
var formerly = map[resolve.Cause]string{
	resolve.CauseNoProxy:               "the client has no proxy: the application's own bytes",
	resolve.CauseInterfaceExcluded:     "annotation excludeInterfaces keeps eth0, the pod's own interface, from the proxy",
	resolve.CauseRunsAsProxy:           "its containers run as the proxy's own user or group, {n}, whose traffic is not led into the proxy",
	resolve.CausePortExcluded:          "annotation excludeOutboundPorts keeps port {n} from the proxy",
	resolve.CauseRangeExcluded:         "annotation excludeOutboundIPRanges keeps the host's address from the proxy",
	resolve.CauseRangeNotIncluded:      "the host's address is not among includeOutboundIPRanges",
	resolve.CauseExcludedRangesUnknown: "annotation excludeOutboundIPRanges is set and the host's address is not in the input",
	resolve.CauseIncludedRangesUnknown: "annotation includeOutboundIPRanges is set and the host's address is not in the input",
	resolve.CauseLeavesDirectly:        "{base}, and interception mode NONE lets the application call it itself",
	resolve.CauseOtherPortOnly:         "the egress listener of {by} for it is limited to port {n}",
	resolve.CauseNotImported:           "{by} does not import it",
	resolve.CauseSenderUnknown:         "what the client sends cannot be told from the input",
	resolve.CauseClientUnknown:         "the client's membership cannot be told from the input",
	resolve.CauseServerUnknown:         "{tls} to a workload whose membership cannot be told from the input",
	resolve.CauseTunnelled:             "HBONE is mTLS whatever the policies say",
	resolve.CauseOwnTLS:                "the application's own TLS, as the port is declared {text}: no proxy opens it",
	resolve.CauseOwnMutualStrict:       "works only if the client's own certificate is of the mesh's CA and trust domain, and it trusts that CA",
	resolve.CauseTLSPermissive:         "TLS without an Istio ALPN: the PERMISSIVE port hands it to the application unopened",
	resolve.CauseMutualDisable:         "Istio mTLS into {end:a DISABLE port}: the application gets it unopened",
	resolve.CauseTLSDisable:            "TLS into {end:a DISABLE port}: handed to the application unopened",
	resolve.CausePlainTLS:              "works only if the application speaks TLS itself: the listener terminates TLS and the client's proxy adds none",
	resolve.CauseTLSTLS:                "TLS into a listener that terminates it with settings of its own; works if the certificates fit",
	resolve.CauseMeantPlain:            "plaintext to {name}, with a proxy there or without",
	resolve.CauseMeantPlainStrict:      "plaintext works only without a proxy, since the policies say STRICT, and nothing in the input proves the proxy at {name}",
	resolve.CauseMeantMutual:           "Istio mTLS works only with a proxy, and nothing in the input proves the proxy at {name}",
	resolve.CauseMeantOther:            "nothing in the input proves the proxy at {name}",
	resolve.CauseNoGatewayRead:         "the input has no Gateway: nothing says what listens on port {n} of {name}",
	resolve.CauseNetworkLeftOut:        "{name} is in network {text}, which is reached through a gateway with mTLS only: istiod leaves the endpoint out",
	resolve.CausePlainToNetwork:        "plaintext to the east-west gateway of network {text}, which takes mTLS only",
	resolve.CauseNoSelector:            "no endpoint in the input<: the Service has no selector, and no EndpointSlice says what is behind it>",
	resolve.CauseNoSuchPortName:        "no endpoint in the input<: targetPort {text} is no port name of {name}>",
}

// formerEnds are the words of shades that read otherwise now.
var formerEnds = map[resolve.Aspect]string{
	resolve.AspectOutside:    "an address outside of the mesh",
	resolve.AspectUncaptured: "a port that its proxy does not capture",
	resolve.AspectMeshServer: "a Gateway server that takes the mesh's mTLS only",
}
