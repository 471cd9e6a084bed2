package project

import "github.com/mtlsctl/mtlsctl/analyze"

// The checks of what a project says about findings. Before and After are configurations,
// or objects with annotations; they are looked at beside a world of their own.
var (
	ignoreEnded = &analyze.Check{
		Code: "MTLS0901", Name: "ignore-rule-ended", Severity: analyze.Warning,
		Title: "An ignore rule has ended, and hides nothing any more",
		Why: `The day until which somebody asked for silence is over: the findings that it hid are told again, and count. Whoever
wrote the rule meant to have repaired them by then.`,
		Fix:  "repair what it hid and delete the rule, or give it a new end with a reason",
		Docs: []string{docs},
		Before: `ignore:
  - code: MTLS0101
    namespace: shop
    reason: the workload comes with release 7
    expires: 2020-01-31
`,
		After: `ignore:
  - code: MTLS0101
    namespace: shop
    reason: the workload comes with release 7
`,
	}
	ignoreIdle = &analyze.Check{
		Code: "MTLS0902", Name: "ignore-rule-hides-nothing", Severity: analyze.Warning,
		Title: "An ignore rule hides nothing",
		Why: `No finding of the input fits the rule: what it hid is repaired, or the rule is misspelled and never hid anything. A
rule that stays would hide the next mistake of the kind. A rule whose check could not look is not spoken of.`,
		Fix:  "delete the rule, or correct its kind, namespace, name or labels",
		Docs: []string{docs},
		Before: `ignore:
  - code: MTLS0101
    namespace: shop
    reason: the workload comes with release 7
  - code: MTLS0101
    namespace: shopp
    reason: misspelled
`,
		After: `ignore:
  - code: MTLS0101
    namespace: shop
    reason: the workload comes with release 7
`,
	}
	exceptionEnded = &analyze.Check{
		Code: "MTLS0903", Name: "exception-ended", Severity: analyze.Warning,
		Title: "An exception has ended: its ports count as open again",
		Why: `The register of exceptions gives every port that may take plaintext an owner, a reason and an end. This end is over:
the ports are told as open again, and migrate-plan takes them up.`,
		Fix:  "make the ports STRICT and delete the exception, or let its owner give it a new end",
		Docs: []string{docs},
		Before: hiding + `exceptions:
  - namespace: shop
    name: pay
    mode: PERMISSIVE
    owner: team-pay
    reason: a partner calls without a certificate
    expires: 2020-01-31
`,
		After: hiding + `exceptions:
  - namespace: shop
    name: pay
    mode: PERMISSIVE
    owner: team-pay
    reason: a partner calls without a certificate
`,
	}
	exceptionIdle = &analyze.Check{
		Code: "MTLS0904", Name: "exception-about-no-port", Severity: analyze.Warning,
		Title: "An exception is about no port, or about ports that do not need it",
		Why: `No workload of the input has the name and the port, so that a misspelled exception keeps nothing out; or all of its
ports are STRICT by now (a note then), and it would only let the next mistake pass; or they are more open than it allows,
so that it does not hold for them.`,
		Fix:  "correct the namespace, the name, the ports or the mode, or delete the exception",
		Docs: []string{docs},
		Before: hiding + `exceptions:
  - namespace: shop
    name: pay
    ports: [8081]
    mode: PERMISSIVE
    owner: team-pay
    reason: a partner calls without a certificate
`,
		After: hiding + `exceptions:
  - namespace: shop
    name: pay
    ports: [8080]
    mode: PERMISSIVE
    owner: team-pay
    reason: a partner calls without a certificate
`,
	}
	annotationWrong = &analyze.Check{
		Code: "MTLS0905", Name: "ignore-annotation-without-effect", Severity: analyze.Warning,
		Title: "An ignore annotation names no check, or gives no reason",
		Why: `mtlsctl.io/ignore.CODE hides findings of one check about the object that has it, and its value says why. Without a
reason, or for a code that no check has, it hides nothing.`,
		Fix:    "write the code as mtlsctl explain lists it, and the reason as the value",
		Docs:   []string{docs},
		Before: annotated("MTLS0101", ""),
		After:  annotated("MTLS0101", "the workload comes with release 7"),
	}
	annotationIdle = &analyze.Check{
		Code: "MTLS0906", Name: "ignore-annotation-hides-nothing", Severity: analyze.Warning,
		Title: "An ignore annotation hides nothing",
		Why: `The check has nothing to say about the object: what was hidden is repaired. An annotation that stays would hide the
next mistake of the kind.`,
		Fix:    "delete the annotation",
		Docs:   []string{docs},
		Before: annotated("MTLS0102", "two policies on purpose"),
		After:  annotated("MTLS0101", "the workload comes with release 7"),
	}
)

// suppressionAdded is about a change: Before and After are what its configuration adds to an
// empty one.
var suppressionAdded = &analyze.Check{
	Code: "MTLS0907", Name: "suppression-added", Severity: analyze.Warning,
	Title: "A change adds something that hides findings",
	Why: `Whoever proposes a change could hide what is wrong with it by an ignore rule, an exception, a lower severity or an
annotation in the same change. diff and analyze --against therefore read these from the base of the change, and report what
the change adds; it counts once it is merged. --config-from head counts it at once.`,
	Fix:  "review it like any other line of the change",
	Docs: []string{docs},
	Before: `ignore:
  - code: MTLS0101
    reason: proposed together with the mistake
`,
	After: `ignore: []
`,
}

const docs = "https://github.com/mtlsctl/mtlsctl#living-with-findings"

// hiding keeps the world's own finding out of examples that are about something else.
const hiding = `ignore:
  - code: MTLS0101
    reason: the workload comes with release 7
`

// annotated is a policy that selects nothing, with an ignore annotation.
func annotated(code, reason string) string {
	return `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: soon
  namespace: shop
  annotations:
    mtlsctl.io/ignore.` + code + `: "` + reason + `"
spec:
  selector: {matchLabels: {app: soon}}
  mtls: {mode: STRICT}
`
}

// Checks are those of what a project says, by code. They have no Run: Apply reports them.
func Checks() []*analyze.Check {
	return []*analyze.Check{ignoreEnded, ignoreIdle, exceptionEnded, exceptionIdle, annotationWrong, annotationIdle, suppressionAdded}
}
