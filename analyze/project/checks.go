package project

import "github.com/mtlsctl/mtlsctl/analyze"

// The checks of what a project says about findings. Before and After are configurations,
// or objects with annotations; they are looked at beside a world of their own.
var (
	ignoreEnded = &analyze.Check{
		Code: "MTLS0901", Name: "ignore-rule-ended", Severity: analyze.Warning,
		Title: "An ignore rule has expired and no longer hides findings",
		Why: `The end date of the rule has passed: findings that it hid are reported again, and count. They were to be repaired by that
date.`,
		Fix:  "repair the findings that it hid and delete the rule; accept the risk: set a new end date with a reason",
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
		Why: `No finding of the input matches the rule: the finding that it hid is repaired, or the rule is misspelled and never hid one.
Delete such a rule, because it would hide the next mistake of this kind. Rules for checks that were skipped are not reported.`,
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
		Title: "An exception has expired: its ports count as open again",
		Why: `The register of exceptions names an owner, a reason and an end date for every port that may accept plaintext. This end date
has passed: the ports are reported as open again, and migrate-plan includes them.`,
		Fix:  "make the ports STRICT and delete the exception; accept the risk: let its owner set a new end date",
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
		Title: "An exception matches no port, or ports that do not need it",
		Why: `No workload of the input has the name and the port, so a misspelled exception covers nothing; or all of its ports are
STRICT already (a note then), and the exception would hide the next mistake; or the ports are more open than the exception
allows, so it does not cover them.`,
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
		Title: "An ignore annotation names no check, or has no reason",
		Why: `mtlsctl.io/ignore.CODE hides findings of one check for the object that has the annotation, and its value is the reason.
Without a reason, or with an unknown code, it hides nothing.`,
		Fix:    "write the code as mtlsctl explain lists it, and the reason as the value",
		Docs:   []string{docs},
		Before: annotated("MTLS0101", ""),
		After:  annotated("MTLS0101", "the workload comes with release 7"),
	}
	annotationIdle = &analyze.Check{
		Code: "MTLS0906", Name: "ignore-annotation-hides-nothing", Severity: analyze.Warning,
		Title: "An ignore annotation hides nothing",
		Why: `The check reports nothing for the object: the hidden finding is repaired. Delete the annotation, because it would hide the
next mistake of this kind.`,
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
	Why: `Somebody who proposes a change could hide its mistakes with an ignore rule, an exception, a lower severity or an
annotation in the same change. diff and analyze --against therefore use these from the base of the change, and report what
the change adds; it applies once it is merged. --config-from head applies it at once.`,
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
