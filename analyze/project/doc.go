// Package project does with the findings of a run what the people of a project wrote down
// about them: ignore rules, severities and exceptions of .mtlsctl.yaml, annotations on
// objects, a baseline of old findings. Whatever is hidden keeps its finding and has a
// reason; a rule that hides nothing, or no more, is a finding itself (09xx).
//
// It reads no file and no clock, and it never decides what is a finding: the checks do.
package project
