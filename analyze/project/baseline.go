package project

import (
	"fmt"
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// baselineVersion and baselineKind head a baseline. The first version did not say what a
// finding affects: one that it knows hides whatever the finding grew to.
const (
	firstBaseline   = "mtlsctl.io/v1alpha1"
	baselineVersion = "mtlsctl.io/v1alpha2"
	baselineKind    = "Baseline"
)

// Baseline are findings that are known and do not count: only new ones do.
type Baseline struct {
	APIVersion string  `json:"apiVersion"`
	Kind       string  `json:"kind"`
	Items      []Known `json:"items"`
}

// Known is a finding of a baseline. Only the fingerprint, the severity, the count and what is
// affected are compared; the rest is for people.
type Known struct {
	Fingerprint string           `json:"fingerprint"`
	Code        string           `json:"code"`
	Severity    analyze.Severity `json:"severity"`
	Object      KnownObject      `json:"object"`
	Field       string           `json:"field,omitempty"`
	// Count is how many findings have the fingerprint, 0 for one.
	Count int `json:"count,omitempty"`
	// Affected are the calls, ports and objects that the findings affect, sorted: what comes
	// to them is new.
	Affected []string `json:"affected,omitempty"`
}

// KnownObject names an object.
type KnownObject struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
}

// NewBaseline holds the findings as they are.
func NewBaseline(findings []analyze.Finding) *Baseline {
	b := &Baseline{APIVersion: baselineVersion, Kind: baselineKind, Items: []Known{}}
	index := map[string]int{}
	for i := range findings {
		f := &findings[i]
		print := f.Fingerprint()
		if at, there := index[print]; there {
			k := &b.Items[at]
			k.Count, k.Severity = max(k.Count, 1)+1, max(k.Severity, f.Severity)
			k.Affected = merged(k.Affected, f.Affected)
			continue
		}
		index[print] = len(b.Items)
		b.Items = append(b.Items, Known{
			Fingerprint: print, Code: f.Code, Severity: f.Severity, Field: string(f.Field),
			Object:   KnownObject{string(f.Object.Kind), f.Object.Namespace, f.Object.Name},
			Affected: merged(nil, f.Affected),
		})
	}
	return b
}

// ParseBaseline reads what Text wrote.
func ParseBaseline(text []byte) (*Baseline, error) {
	var b Baseline
	if err := yaml.UnmarshalStrict(text, &b); err != nil {
		return nil, fmt.Errorf("no baseline: %w", err)
	}
	if b.APIVersion != baselineVersion && b.APIVersion != firstBaseline || b.Kind != baselineKind {
		return nil, fmt.Errorf("no baseline: apiVersion and kind are %q and %q, want %q and %q", b.APIVersion, b.Kind, baselineVersion, baselineKind)
	}
	return &b, nil
}

// Text is the baseline as YAML.
func (b *Baseline) Text() ([]byte, error) { return yaml.Marshal(b) }

// Old reports a baseline of the first version, which cannot tell growth.
func (b *Baseline) Old() bool { return b.APIVersion == firstBaseline }

// Hide hides the findings of a report that are known, unless they are more severe, or affect
// more, than the baseline says; it also finds the known ones that are gone.
func (b *Baseline) Hide(r *analyze.Report) {
	left := map[string]*Known{}
	for _, k := range b.Items {
		k.Count = max(k.Count, 1)
		left[k.Fingerprint] = &k
	}
	for i := range r.Hidden {
		delete(left, r.Hidden[i].Fingerprint()) // still there, and hidden for a better reason
	}
	found := map[string]bool{}
	r.Hide(func(f *analyze.Finding) *analyze.Reason {
		print := f.Fingerprint()
		k := left[print]
		found[print] = true
		if k == nil || k.Count == 0 || f.Severity > k.Severity {
			return nil
		}
		if b.grown(f, k) {
			return nil
		}
		k.Count--
		return &analyze.Reason{By: analyze.ByBaseline}
	})
	for _, k := range b.Items {
		if left[k.Fingerprint] != nil && !found[k.Fingerprint] && slices.Contains(r.Ran, k.Code) {
			ref := resolve.Ref{Kind: resolve.Kind(k.Object.Kind), Namespace: k.Object.Namespace, Name: k.Object.Name}
			r.Gone = append(r.Gone, analyze.Gone{Fingerprint: k.Fingerprint, Code: k.Code, Severity: k.Severity, Object: ref, Field: resolve.Field(k.Field)})
		}
	}
}

// grown reports a known finding that affects more than when it was written down.
func (b *Baseline) grown(f *analyze.Finding, k *Known) bool {
	if b.Old() {
		return false
	}
	known := make([]analyze.Affected, len(k.Affected))
	for i, text := range k.Affected {
		known[i] = analyze.ParseAffected(text)
	}
	return f.Grow(known)
}

// merged are the texts of both, sorted, each once.
func merged(texts []string, more []analyze.Affected) []string {
	for _, a := range more {
		texts = append(texts, a.String())
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}

// Without is the baseline without findings that are gone.
func (b *Baseline) Without(gone []analyze.Gone) *Baseline {
	out := *b
	out.Items = slices.DeleteFunc(slices.Clone(b.Items), func(k Known) bool {
		return slices.ContainsFunc(gone, func(g analyze.Gone) bool { return g.Fingerprint == k.Fingerprint })
	})
	return &out
}
