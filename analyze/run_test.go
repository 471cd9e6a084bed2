package analyze_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

func empty() *mesh.Mesh { return mesh.Build(config.Options{}, nil) }

// TestSeverities: what is only possible is worth an info, what is mild one grade less than
// the check's, and a finding may be worse than its check.
func TestSeverities(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		check analyze.Severity
		of    analyze.Finding
		want  analyze.Severity
	}{
		"the check's":          {analyze.Error, analyze.Finding{}, analyze.Error},
		"mild":                 {analyze.Error, analyze.Finding{Mild: true}, analyze.Warning},
		"mild of an info":      {analyze.Info, analyze.Finding{Mild: true}, analyze.Info},
		"likely":               {analyze.Warning, analyze.Finding{Confidence: analyze.Likely}, analyze.Warning},
		"only possible":        {analyze.Error, analyze.Finding{Confidence: analyze.Possible}, analyze.Info},
		"worse than its check": {analyze.Info, analyze.Finding{Severity: analyze.Warning}, analyze.Warning},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check := &analyze.Check{Code: "MTLS0000", Severity: c.check, Run: func(p *analyze.Pass) { p.Report(c.of) }}
			got := analyze.Run(empty(), []*analyze.Check{check}).Findings
			if len(got) != 1 || got[0].Severity != c.want {
				t.Errorf("got %+v, want severity %s", got, c.want)
			}
		})
	}
}

// TestPanicComesOut: a slip of one check comes out where the run was asked for, with the
// code, not in a goroutine that nobody can catch.
func TestPanicComesOut(t *testing.T) {
	t.Parallel()
	defer func() {
		if p := fmt.Sprint(recover()); !strings.Contains(p, "MTLS0001") || !strings.Contains(p, "slipped") {
			t.Errorf("the panic came out as %q", p)
		}
	}()
	analyze.Run(empty(), []*analyze.Check{{Code: "MTLS0001", Run: func(*analyze.Pass) { panic("slipped") }}})
}

func TestRewrite(t *testing.T) {
	t.Parallel()
	ref := resolve.Ref{Kind: resolve.KindDestinationRule, Namespace: "shop", Name: "pay"}
	edit := func(v analyze.Verb, field resolve.Field, value any) analyze.Edit {
		return analyze.Edit{Object: ref, Verb: v, Field: field, Value: value}
	}
	type m = map[string]any
	for name, c := range map[string]struct {
		was, is m
		want    []analyze.Edit
	}{
		"nothing":           {m{"host": "pay"}, m{"host": "pay"}, nil},
		"a field":           {m{"tls": m{"mode": "DISABLE"}}, m{"tls": m{"mode": "SIMPLE"}}, []analyze.Edit{edit(analyze.Set, "spec.tls.mode", "SIMPLE")}},
		"a new field":       {m{}, m{"tls": m{}}, []analyze.Edit{edit(analyze.Set, "spec.tls", m{})}},
		"a field that goes": {m{"a": "1", "b": "2"}, m{"a": "1"}, []analyze.Edit{edit(analyze.Remove, "spec.b", nil)}},
		"another type":      {m{"a": m{"b": "1"}}, m{"a": "1"}, []analyze.Edit{edit(analyze.Set, "spec.a", "1")}},
		"an element":        {m{"l": []any{"a", "b"}}, m{"l": []any{"a", "c"}}, []analyze.Edit{edit(analyze.Set, "spec.l[1]", "c")}},
		"one more":          {m{"l": []any{"a"}}, m{"l": []any{"a", "b"}}, []analyze.Edit{edit(analyze.Append, "spec.l", "b")}},
		"one less":          {m{"l": []any{"a", "b", "c"}}, m{"l": []any{"a", "c"}}, []analyze.Edit{edit(analyze.Remove, "spec.l[1]", nil)}},
		"another list":      {m{"l": []any{"a", "b", "c"}}, m{"l": []any{"x"}}, []analyze.Edit{edit(analyze.Set, "spec.l", []any{"x"})}},
		"a key with a dot":  {m{"l": m{"a.b/c": "1"}}, m{"l": m{"a.b/c": "2"}}, []analyze.Edit{edit(analyze.Set, `spec.l["a.b/c"]`, "2")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, analyze.Rewrite(ref, "spec", c.was, c.is)); diff != "" {
				t.Errorf("the edits differ (-want +got):\n%s", diff)
			}
		})
	}
}

// TestApply applies edits to an object, and says what is missing for those that cannot be.
func TestApply(t *testing.T) {
	t.Parallel()
	type m = map[string]any
	object := func() m { return m{"spec": m{"ports": []any{m{"number": 80.0}}, "labels": m{"a.b/c": "1"}}} }
	for name, c := range map[string]struct {
		edit analyze.Edit
		want m
		err  string
	}{
		"set":         {analyze.Edit{Verb: analyze.Set, Field: "spec.ports[0].number", Value: 81.0}, m{"spec": m{"ports": []any{m{"number": 81.0}}, "labels": m{"a.b/c": "1"}}}, ""},
		"make":        {analyze.Edit{Verb: analyze.Set, Field: "spec.mtls.mode", Value: "STRICT"}, m{"spec": m{"ports": []any{m{"number": 80.0}}, "labels": m{"a.b/c": "1"}, "mtls": m{"mode": "STRICT"}}}, ""},
		"append":      {analyze.Edit{Verb: analyze.Append, Field: "spec.ports", Value: "x"}, m{"spec": m{"ports": []any{m{"number": 80.0}, "x"}, "labels": m{"a.b/c": "1"}}}, ""},
		"first":       {analyze.Edit{Verb: analyze.Append, Field: "spec.hosts", Value: "x"}, m{"spec": m{"ports": []any{m{"number": 80.0}}, "labels": m{"a.b/c": "1"}, "hosts": []any{"x"}}}, ""},
		"remove":      {analyze.Edit{Verb: analyze.Remove, Field: `spec.labels["a.b/c"]`}, m{"spec": m{"ports": []any{m{"number": 80.0}}, "labels": m{}}}, ""},
		"an element":  {analyze.Edit{Verb: analyze.Remove, Field: "spec.ports[0]"}, m{"spec": m{"ports": []any{}, "labels": m{"a.b/c": "1"}}}, ""},
		"rename":      {analyze.Edit{Verb: analyze.Rename, Field: "spec.ports[0].number", Value: "port"}, m{"spec": m{"ports": []any{m{"port": 80.0}}, "labels": m{"a.b/c": "1"}}}, ""},
		"no key":      {analyze.Edit{Verb: analyze.Rename, Field: "spec.ports[0]", Value: "port"}, object(), "an element of a list has no name"},
		"no name":     {analyze.Edit{Verb: analyze.Rename, Field: "spec.ports", Value: 80}, object(), "80 is not a name"},
		"not a key":   {analyze.Edit{Verb: analyze.Rename, Field: "spec.tls.mode", Value: "x"}, object(), "mode does not exist"},
		"taken":       {analyze.Edit{Verb: analyze.Rename, Field: "spec.ports", Value: "labels"}, object(), "labels already exists"},
		"not there":   {analyze.Edit{Verb: analyze.Remove, Field: "spec.mode"}, object(), "mode does not exist"},
		"no element":  {analyze.Edit{Verb: analyze.Set, Field: "spec.ports[3].number", Value: 1}, object(), "3 does not exist"},
		"no map":      {analyze.Edit{Verb: analyze.Set, Field: "spec.ports[0].number.x", Value: 1}, object(), "x does not exist"},
		"no field":    {analyze.Edit{Verb: analyze.Set, Field: "spec..x", Value: 1}, object(), "is not a field"},
		"a whole one": {analyze.Edit{Verb: analyze.Set, Value: 1}, object(), "is not a field"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := object()
			err := c.edit.Apply(got)
			if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("the error is %v, want %q", err, c.err)
			}
			if want := c.want; cmp.Diff(want, got) != "" {
				t.Errorf("the edited object differs (-want +got):\n%s", cmp.Diff(want, got))
			}
		})
	}
}

// TestWeigh: a profile makes errors of what lets plaintext pass, and only of what is known.
func TestWeigh(t *testing.T) {
	t.Parallel()
	open, shut := &analyze.Check{Code: "MTLS0001", Open: true, Blocks: true}, &analyze.Check{Code: "MTLS0002", Blocks: true}
	only, none := &analyze.Check{Code: "MTLS0003", Only: analyze.Migration, Blocks: true}, &analyze.Check{Code: "MTLS0004"}
	all := []*analyze.Check{open, shut, only, none}
	for p, want := range map[analyze.Profile]string{
		analyze.Default:   "MTLS0001 info, MTLS0001 info, MTLS0002 info, MTLS0002 warning, MTLS0004 warning",
		analyze.Strict:    "MTLS0001 error, MTLS0001 info, MTLS0002 info, MTLS0002 warning, MTLS0004 warning",
		analyze.Migration: "MTLS0002 warning, MTLS0003 info",
	} {
		r := &analyze.Report{}
		ran := map[string]bool{}
		for _, c := range p.Of(all) {
			ran[c.Code] = true
		}
		for _, f := range []analyze.Finding{
			{Code: "MTLS0001"}, {Code: "MTLS0001", Confidence: analyze.Possible}, {Code: "MTLS0002"}, {Code: "MTLS0002", Severity: analyze.Warning},
			{Code: "MTLS0003"}, {Code: "MTLS0004", Severity: analyze.Warning},
		} {
			if ran[f.Code] {
				r.Add(f)
			}
		}
		p.Weigh(r, all)
		var got []string
		for _, f := range r.Findings {
			got = append(got, f.Code+" "+f.Severity.String())
		}
		slices.Sort(got)
		if text := strings.Join(got, ", "); text != want {
			t.Errorf("%s: got %s, want %s", p, text, want)
		}
	}
}
