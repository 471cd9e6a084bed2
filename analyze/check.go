package analyze

import "github.com/mtlsctl/mtlsctl/resolve"

// Check is one question about a mesh, with its documentation: `mtlsctl explain
// CODE` prints it, and a test runs Before and After.
type Check struct {
	// Code is MTLS and four digits, never reused: 01xx server policy, 02xx client
	// rules, 03xx dataplane and capture, 04xx migration, 05xx identity.
	Code string
	// Name is a slug for people, such as "selector-matches-nothing".
	Name     string
	Severity Severity
	// Needs are the kinds that the check reads. It is skipped, and says so, when
	// the input holds none of one of them.
	Needs []resolve.Kind
	// NeedsHost is true for a check that reads the hosts which clients call: it is
	// skipped when the input holds neither a Service nor a ServiceEntry.
	NeedsHost bool
	// Reads are further kinds that it looks at where they are.
	Reads []resolve.Kind
	// Local is true for a check whose findings about the objects of a namespace rest on that
	// namespace alone, its Namespace object besides: it runs where only that was read, and
	// without the mesh configuration.
	Local bool
	// Alone is true for a check whose findings rest on the object itself, in whatever namespace
	// it is applied.
	Alone bool
	// Title is one sentence; Why and Fix are paragraphs.
	Title, Why, Fix string
	// Docs are links to Istio's documentation.
	Docs []string
	// Controls are what auditors ask that it bears on.
	Controls []Control
	// With are codes that come along by nature: what this check finds is always
	// something that those find too.
	With []string
	// Istioctl are the messages of istioctl analyze that mean the same: who suppressed
	// one of them on an object has answered the check too.
	Istioctl []string
	// Only is the profile that the check is for, "" for every one.
	Only Profile
	// Blocks is true for what stands between a port and STRICT, Open for what lets
	// plaintext pass: see Profile.
	Blocks, Open bool
	// Before is a world with exactly this finding, After the same world repaired.
	Before, After string
	// Run reports what it finds to the Pass.
	Run func(*Pass)
}
