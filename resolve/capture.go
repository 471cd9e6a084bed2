package resolve

// Capture is which inbound ports of a workload pass through its proxy
// (traffic.sidecar.istio.io annotations, rulebook 2.11). The zero Capture is
// Istio's default: everything but the reserved ports.
type Capture struct {
	// Include lists the only captured ports when Limited is true.
	Limited bool
	Include []int32
	// Exclude lists ports that are not captured, without the reserved ones.
	Exclude []int32
	// NoInterception is interception mode NONE: no virtual inbound listener (1.12).
	NoInterception bool
	// Invalid says what is wrong with an annotation; the injector refuses the pod then.
	Invalid string
}
