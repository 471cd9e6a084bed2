package analyze

import "github.com/mtlsctl/mtlsctl/resolve"

// Hidden is a finding that does not count, and why.
type Hidden struct {
	Finding
	Reason
}

// Reason is why a finding is hidden.
type Reason struct {
	By Hider
	// Text is what whoever hid it wrote, "" for a baseline and for istioctl's annotation.
	Text string
	// At is where that stands.
	At resolve.Position
	// Until is the last day on which it hides, as 2027-01-31, "" for always.
	Until string
}

// Gone is a finding of a baseline that is not there any more.
type Gone struct {
	Fingerprint string
	Code        string
	Severity    Severity
	Object      resolve.Ref
	Field       resolve.Field
}

// Hider is what hides a finding.
type Hider string

// What hides findings.
const (
	// ByAnnotation: mtlsctl.io/ignore.CODE on the object.
	ByAnnotation Hider = "annotation"
	// ByIstioctl: galley.istio.io/analyze-suppress on the object, for what istioctl
	// analyze would say too.
	ByIstioctl Hider = "istioctl"
	// ByRule: an ignore rule of .mtlsctl.yaml.
	ByRule Hider = "rule"
	// ByBaseline: it was there when the baseline was written.
	ByBaseline Hider = "baseline"
)
