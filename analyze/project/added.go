package project

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// Trust makes annotations hide only what those of base hide too: whoever proposes a change
// could write one into it.
func (o *Objects) Trust(base *Objects) { o.trusted = base }

// trusts reports that an annotation of an object counts.
func (o *Objects) trusts(key objectKey, a *annotation) bool {
	if o.trusted == nil {
		return true
	}
	x := o.trusted.find(key.cluster, key.ref)
	return x != nil && slices.ContainsFunc(x.notes(), func(b annotation) bool {
		return b.code == a.code && (a.code != "" && b.value != "" || a.code == "" && b.value == a.value)
	})
}

// Added are findings about what a change adds to the rules of the project: what it would
// hide, were it not read of the base.
func (r *Run) Added() []analyze.Finding {
	if r.Head == nil {
		return r.addedAnnotations()
	}
	var out []analyze.Finding
	add := func(at resolve.Position, field resolve.Field, what string) {
		if at.File == "" {
			at.File = r.Head.File
		}
		out = append(out, r.finding(suppressionAdded, at, field, what, "the change adds %s", what))
	}
	for i := range r.Head.Ignores {
		rule := &r.Head.Ignores[i]
		same := func(o Ignore) bool { return o.String() == rule.String() && !outlasts(rule.Expires, o.Expires) }
		if !slices.ContainsFunc(r.Config.Ignores, same) {
			add(rule.At, "ignore", fmt.Sprintf("an ignore rule for %s", rule))
		}
	}
	for _, e := range r.Head.Exceptions {
		text := fmt.Sprint(e.Kind, e.Namespace, e.Name, e.Ports, e.Mode, e.Expires)
		had := false
		for _, o := range r.Config.Exceptions {
			had = had || text == fmt.Sprint(o.Kind, o.Namespace, o.Name, o.Ports, o.Mode, o.Expires)
		}
		if !had {
			add(e.At, "exceptions", fmt.Sprintf("an exception for %s/%s, %s", e.Namespace, e.Name, e.Mode))
		}
	}
	for _, setting := range r.settings() {
		add(resolve.Position{}, "", setting)
	}
	return append(out, r.addedAnnotations()...)
}

// outlasts compares two ends; the zero time never ends.
func outlasts(end, other time.Time) bool {
	return !other.IsZero() && (end.IsZero() || end.After(other))
}

// settings are the settings of the configuration that the change has otherwise.
func (r *Run) settings() []string {
	var out []string
	for _, code := range sortedKeys(r.Head.Severities) {
		if was, set := r.Config.Severities[code]; !set || was != r.Head.Severities[code] {
			out = append(out, fmt.Sprintf("severity %s for %s", r.Head.Severities[code], code))
		}
	}
	for _, s := range []struct{ key, was, is string }{
		{"failOn", r.Config.FailOn, r.Head.FailOn}, {"profile", string(r.Config.Profile), string(r.Head.Profile)},
		{"only", strings.Join(r.Config.Only, ", "), strings.Join(r.Head.Only, ", ")},
		{"skip", strings.Join(r.Config.Skip, ", "), strings.Join(r.Head.Skip, ", ")},
	} {
		if s.was != s.is && s.is != "" {
			out = append(out, s.key+" "+s.is)
		}
	}
	return out
}

// addedAnnotations are the annotations that hide nothing because the base does not have them.
func (r *Run) addedAnnotations() []analyze.Finding {
	if r.Objects == nil || r.Objects.trusted == nil {
		return nil
	}
	var out []analyze.Finding
	for key, i := range r.Objects.of {
		x := &r.Objects.all[i]
		notes := x.notes()
		for j := range notes {
			a := &notes[j]
			if r.Objects.trusts(key, a) || a.code == "" && a.value == "" {
				continue
			}
			f := r.finding(suppressionAdded, resolve.Position{}, a.field, "", "the change adds an annotation that hides findings: %s", a.field)
			f.Object, f.Origin, f.Cluster = key.ref, x.origin, key.cluster
			out = append(out, f)
		}
	}
	return out
}
