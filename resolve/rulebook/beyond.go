package rulebook

// beyond says why a rule has no vector, by its number or the beginning of it; the longest
// that fits counts.
var beyond = map[string]string{
	"1.6":  "it changes no decision",
	"2.18": "probes change no mode; MTLS0403 has examples",
	"2B":   "the input is labels of pods; what the node's agent and the kernel do is not in it",
	"2C":   "it is about how ztunnel works, or about the order of changes; the rules that a state of the mesh shows have vectors",
	"2D":   "it is about certificates and identities, or about AuthorizationPolicy, which change no mode and no call's TLS",

	"3.6.3":  "certificates are not in the input",
	"3.6.11": "NetworkPolicies are not read",
	"3.7":    "it is about the steps of a migration, not about one state",
	"3.8":    "it is about what a running mesh shows",
	"3.9":    "vectors are of one cluster; conformance compares meshes of several with the istiod of each",

	"4.2": "ALPN has no part of its own in an answer; 4.1 has vectors",
	"4.3": "vectors compare verdicts; the transcripts and goldens show symptoms",
	"5":   "AuthorizationPolicy changes no mode; the checks MTLS0501 to MTLS0511 have examples, and conformance asks istiod",
	"6":   "it follows from rules that have vectors; the checks that find it have examples",
	"8":   "it follows from rules that have vectors",
	"9":   "it is a list; the rules that a setting affects have vectors",
}

// WithoutVector is why no vector stands for a rule; "" where one does, and for headings.
func WithoutVector(number string) string {
	if r, ok := Find(number); !ok || r.Heading() || len(Scenarios(number)) > 0 {
		return ""
	}
	for n := number; n != ""; n = parent(n) {
		if why := beyond[n]; why != "" {
			return why
		}
	}
	return ""
}
