package inbound

import (
	"strconv"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
)

// Native says whether a sidecar is an init container. The zero Native is PerhapsNative.
type Native uint8

// The answers (1.6).
const (
	// PerhapsNative: istiod decides it by the versions of the nodes, or the input does not say.
	PerhapsNative Native = iota
	NeverNative
	AlwaysNative
)

// nativeOf is what a pod with Istio's container shows, else what its annotation asks for, else
// what its istiod does with every pod.
func nativeOf(p *pod.Pod, m *resolve.Membership, k *config.Control) Native {
	if p.HasProxy() {
		return answerOf(m.Native)
	}
	if native, err := strconv.ParseBool(p.Annotations[resolve.NativeSidecarAnnotation]); err == nil {
		return answerOf(native)
	}
	const flag = "ENABLE_NATIVE_SIDECARS" // auto, the default, looks at the nodes
	switch plane := k.Of(m.Revision); {
	case plane.Flag(flag):
		return AlwaysNative
	case plane.Off(flag):
		return NeverNative
	}
	return PerhapsNative
}

func answerOf(native bool) Native {
	if native {
		return AlwaysNative
	}
	return NeverNative
}
