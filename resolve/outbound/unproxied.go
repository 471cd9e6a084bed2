package outbound

import "github.com/mtlsctl/mtlsctl/resolve"

// unproxied is clients without a proxy: they send plaintext to everybody.
type unproxied struct{ untunnelled }

func (unproxied) traits() traits { return traits{} }

func (unproxied) setting(*Call) *resolve.Sending { return nil }

func (unproxied) before(*Call) *resolve.Sending {
	return &resolve.Sending{TLS: resolve.SendsPlaintext, Why: resolve.Reason{Cause: resolve.CauseNoProxy}}
}
