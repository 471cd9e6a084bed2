package project

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// finding is one about the configuration.
func (r *Run) finding(c *analyze.Check, at resolve.Position, field resolve.Field, subject, format string, args ...any) analyze.Finding {
	return analyze.Finding{
		Code: c.Code, Name: c.Name, Severity: c.Severity, Fix: c.Fix,
		Object: resolve.Ref{Kind: resolve.KindConfiguration, Name: filepath.Base(at.File)},
		Origin: resolve.Origin{File: at.File, First: at.Line}, Field: field, Subject: subject,
		Message: fmt.Sprintf(format, args...),
	}
}

// ignores are findings about rules that have ended or hide nothing.
func (r *Run) ignores(report *analyze.Report, used []bool) []analyze.Finding {
	var out []analyze.Finding
	for i := range r.Config.Ignores {
		rule := &r.Config.Ignores[i]
		switch {
		case rule.ended(r.Now):
			out = append(out, r.finding(ignoreEnded, rule.At, "ignore", rule.String(), "the ignore rule for %s expired on %s and no longer hides findings", rule, LastDay(rule.Expires)))
		case !used[i] && r.looked(report, rule.Code):
			out = append(out, r.finding(ignoreIdle, rule.At, "ignore", rule.String(), "the ignore rule for %s matches no finding", rule))
		}
	}
	return out
}

// looked reports that the check of a code would have found what there is, "" for all of
// them. The findings about rules themselves come after all rules.
func (r *Run) looked(report *analyze.Report, code string) bool {
	if len(r.Mesh.Gaps()) > 0 {
		return false
	}
	if code == "" {
		return r.All
	}
	return slices.Contains(report.Ran, code)
}

// exceptions are findings about exceptions that have ended or are about nothing.
func (r *Run) exceptions() []analyze.Finding {
	var out []analyze.Finding
	for _, x := range NewRegister(r.Config, r.Mesh, r.Now) {
		e := x.Exception
		field, subject := resolve.Field("exceptions"), fmt.Sprint(e.Namespace, "/", e.Name, e.Ports)
		switch {
		case x.State == Ended && len(x.Ports) > 0 && !x.open():
			f := r.finding(exceptionEnded, e.At, field, subject, "the exception for %s expired on %s, and all of its ports are STRICT: delete it", about(e), x.LastDay())
			f.Severity = analyze.Info
			out = append(out, f)
		case x.State == Ended:
			out = append(out, r.finding(exceptionEnded, e.At, field, subject, "the exception for %s expired on %s: its ports count as open again", about(e), x.LastDay()))
		case len(r.Mesh.Gaps()) > 0:
		case x.State == Idle:
			out = append(out, r.finding(exceptionIdle, e.At, field, subject, "the exception for %s matches no port of the input", about(e)))
		case x.State == Needless:
			f := r.finding(exceptionIdle, e.At, field, subject, "the exception for %s is no longer needed: all of its ports are STRICT", about(e))
			f.Severity = analyze.Info
			out = append(out, f)
		case x.State == Exceeded:
			out = append(out, r.finding(exceptionIdle, e.At, field, subject, "the exception for %s allows %s, but %s", about(e), e.Mode, x.exceeding()))
		}
	}
	return out
}

// about is what an exception is for: "legacy/mysqldb, port 3306".
func about(e *advise.Exception) string {
	text := e.Namespace + "/" + e.Name
	switch {
	case len(e.Ports) == 1:
		text += fmt.Sprintf(", port %d", e.Ports[0])
	case len(e.Ports) > 1:
		text += fmt.Sprintf(", ports %d", e.Ports)
	}
	return text
}

// annotations are findings about ignore annotations that cannot hide, or hide nothing.
func (r *Run) annotations(report *analyze.Report) []analyze.Finding {
	var out []analyze.Finding
	for key, at := range r.Objects.of {
		x := &r.Objects.all[at]
		notes := x.notes()
		for i := range notes {
			a := &notes[i]
			if a.code == "" || a.used || !r.Objects.trusts(key, a) {
				continue
			}
			c, message := annotationIdle, "the check reports nothing for the object: the annotation hides nothing"
			if wrong := a.wrong(); wrong != "" {
				c, message = annotationWrong, "the annotation hides nothing: "+wrong
			} else if !r.looked(report, a.code) {
				continue
			}
			f := r.finding(c, resolve.Position{}, a.field, "", "%s", message)
			f.Object, f.Origin, f.Cluster = key.ref, x.origin, key.cluster
			out = append(out, f)
		}
	}
	return out
}
