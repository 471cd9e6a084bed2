package checks

import "github.com/mtlsctl/mtlsctl/analyze"

// The frameworks whose requirements checks name.
const (
	pciDSS = "PCI DSS 4.0"
	nist   = "NIST SP 800-53 rev 5"
	cis    = "CIS Controls 8"
)

// Requirements that checks bear on, by what is at stake.
var (
	// inTransit: whether traffic is encrypted and its integrity kept.
	inTransit = []analyze.Control{{Framework: pciDSS, ID: "4.2.1"}, {Framework: nist, ID: "SC-8"}, {Framework: nist, ID: "SC-13"}, {Framework: cis, ID: "3.10"}}
	// access: whether who may call is decided by who calls.
	access = []analyze.Control{{Framework: pciDSS, ID: "7.3.1"}, {Framework: nist, ID: "AC-3"}, {Framework: nist, ID: "SC-8"}, {Framework: cis, ID: "3.3"}}
	// cryptography: how strong what encrypts is.
	cryptography = []analyze.Control{{Framework: pciDSS, ID: "4.2.1"}, {Framework: nist, ID: "SC-8"}, {Framework: nist, ID: "SC-13"}, {Framework: cis, ID: "3.10"}}
	// available: what breaks calls rather than opens them; no requirement of these
	// frameworks asks for it.
	available []analyze.Control
)
