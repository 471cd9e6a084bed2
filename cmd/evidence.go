package cmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
)

// evidenceFlags say where evidence of who calls whom is found.
type evidenceFlags struct {
	file       string
	logs       accessLogFlag
	prometheus prometheusFlags
}

// rarely are flags of a Prometheus that help lists with traffic record only.
var rarely = []string{
	"prometheus-username", "prometheus-password-file", "prometheus-ca-file", "prometheus-cert-file", "prometheus-key-file",
	"prometheus-header", "prometheus-insecure-skip-tls-verify", "prometheus-timeout",
}

func (f *evidenceFlags) add(c *cobra.Command) {
	f.prometheus.add(c)
	f.logs.add(c)
	fs := c.Flags()
	fs.StringVar(&f.file, "traffic", "", "show what was seen of each call: from `FILE`, which mtlsctl traffic record wrote")
	fs.Lookup("prometheus").Usage = "show what was seen of each call: ask the Prometheus at `URL`; more of its flags: mtlsctl traffic record --help"
	for _, name := range rarely {
		_ = fs.MarkHidden(name) // it fails only for a flag that is not there
	}
}

func (f *evidenceFlags) validate(in *inputFlags) error {
	var given []string
	for _, kind := range []struct {
		flag  string
		given bool
	}{{"--traffic", f.file != ""}, {"--access-log", len(f.logs.files) > 0}, {"--prometheus", f.prometheus.url != ""}} {
		if kind.given {
			given = append(given, kind.flag)
		}
	}
	if len(given) > 1 {
		return console.Usage("mtlsctl traffic record keeps what a Prometheus or access logs saw", "%s are %d kinds of evidence: give one", strings.Join(given, " and "), len(given))
	}
	return console.FirstError(f.logs.validate(in.files), f.prometheus.validate())
}

// given reports whether any evidence was named.
func (f *evidenceFlags) given() bool {
	return f.file != "" || len(f.logs.files) > 0 || f.prometheus.url != ""
}

// evidence reads what was seen and names it as the mesh does, nil where nobody asked.
func (f *evidenceFlags) evidence(t *evidence.Traffic, l *loaded) *evidence.Evidence {
	if t == nil {
		return nil
	}
	return evidence.New(t, l.mesh)
}

// read reads what was seen, nil where nobody asked.
func (f *evidenceFlags) read(ctx context.Context, s console.Streams) (t *evidence.Traffic, err error) {
	switch {
	case f.file != "":
		if t, err = traffic.ReadFile(f.file); err != nil {
			return nil, &console.Failure{Code: console.ExitInput, Message: err.Error(), Hints: []string{"mtlsctl traffic record -o FILE writes such a record, .json or .csv"}}
		}
	case len(f.logs.files) > 0:
		t, err = f.logs.read(ctx, s)
	case f.prometheus.url != "":
		t, err = f.prometheus.record(ctx, s.Now())
	}
	if err != nil {
		return nil, console.InputError(err)
	}
	return t, nil
}

// sayEvidence says what the evidence is of, and what is missing in it: then the answer
// is not whole.
func sayEvidence(s console.Streams, e *evidence.Evidence) error {
	if e == nil {
		return nil
	}
	t := e.Traffic()
	for _, m := range t.Missing {
		console.Say(s, "evidence is missing: %s", m)
	}
	sayReporters(s, t)
	const minute = "2006-01-02 15:04"
	console.Say(s, "evidence: %s of %s, %s to %s", console.Plural(len(t.Edges), "edge"), t.Source, t.From.UTC().Format(minute), t.To.UTC().Format(minute+"Z"))
	if e.Whole() {
		return nil
	}
	return console.ErrIncomplete
}
