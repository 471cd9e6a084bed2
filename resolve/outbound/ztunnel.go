package outbound

import "github.com/mtlsctl/mtlsctl/resolve"

// ztunnel sends what ambient pods call: it reads no DestinationRule (3.5.4).
type ztunnel struct{}

func (ztunnel) traits() traits { return traits{proxied: true} }

func (ztunnel) setting(*Call) *resolve.Sending { return nil }

func (ztunnel) before(*Call) *resolve.Sending {
	return &resolve.Sending{TLS: resolve.SendsUnknown, Why: resolve.Reason{Cause: resolve.CauseAmbientClient}}
}
