package project

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// IgnorePrefix begins the annotations that hide findings about the object that has them:
// mtlsctl.io/ignore.MTLS0101: "reason".
const IgnorePrefix = "mtlsctl.io/ignore."

// annotation is one of these.
type annotation struct {
	// code is the check of an ignore annotation, "" for istioctl's.
	code  string
	value string
	field resolve.Field
	// used is true once it has hidden something.
	used bool
}

func (x *object) annotated(field resolve.Field, annotations map[string]string) {
	for _, key := range sortedKeys(annotations) {
		if code, ours := strings.CutPrefix(key, IgnorePrefix); ours {
			x.also().notes = append(x.also().notes, annotation{code: code, value: strings.TrimSpace(annotations[key]), field: field.Child(key)})
		} else if key == resolve.SuppressAnnotation {
			x.also().notes = append(x.also().notes, annotation{value: annotations[key], field: field.Child(key)})
		}
	}
}

// hidden is why an annotation hides a finding, nil where none does.
func (o *Objects) hidden(f *analyze.Finding) *analyze.Reason {
	x := o.about(f)
	if x == nil {
		return nil
	}
	notes := x.notes()
	for i := range notes {
		a := &notes[i]
		switch {
		case !o.trusts(objectKey{f.Cluster, f.Object}, a):
		case a.code == f.Code && a.value != "":
			a.used = true
			return &analyze.Reason{By: analyze.ByAnnotation, Text: a.value, At: x.origin.At(a.field)}
		case a.code == "" && a.suppresses(f.Code):
			return &analyze.Reason{By: analyze.ByIstioctl, At: x.origin.At(a.field)}
		}
	}
	return nil
}

// suppresses reports that istioctl's annotation is about what a check says too. Findings
// that istioctl does not have are none of those that it speaks of.
func (a *annotation) suppresses(code string) bool {
	same := ByCode(code).Istioctl
	for _, word := range strings.Split(a.value, ",") {
		if word = strings.TrimSpace(word); word == "*" && len(same) > 0 || slices.Contains(same, word) {
			return true
		}
	}
	return false
}

// wrong says why an ignore annotation hides nothing, "" where it could.
func (a *annotation) wrong() string {
	switch {
	case ByCode(a.code) == nil || ByCode(a.code).Code != a.code:
		return "no check has the code " + a.code + orNear(a.code)
	case a.value == "":
		return "it has no reason"
	}
	return ""
}
