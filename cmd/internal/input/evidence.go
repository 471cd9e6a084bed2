package input

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
)

// EvidenceFlags say where evidence of who calls whom is found.
type EvidenceFlags struct {
	file       string
	logs       AccessLogFlag
	prometheus PrometheusFlags
}

// rarely are flags of a Prometheus that help lists with traffic record only.
var rarely = []string{
	"prometheus-username", "prometheus-password-file", "prometheus-ca-file", "prometheus-cert-file", "prometheus-key-file",
	"prometheus-header", "prometheus-insecure-skip-tls-verify", "prometheus-timeout",
}

// Add adds the flags.
func (f *EvidenceFlags) Add(c *cobra.Command) {
	f.prometheus.Add(c)
	f.logs.Add(c)
	fs := c.Flags()
	fs.StringVar(&f.file, "traffic", "", "show observed calls: from `FILE`, written by mtlsctl traffic record")
	fs.Lookup("prometheus").Usage = "show observed calls: from the Prometheus at `URL`; more of its flags: mtlsctl traffic record --help"
	// The value of a header may be a secret: it is not printed.
	console.Carry(fs, "traffic", "access-log", "prometheus", "window", "prometheus-token-file", "prometheus-username", "prometheus-password-file", "prometheus-ca-file",
		"prometheus-cert-file", "prometheus-key-file", "prometheus-insecure-skip-tls-verify", "prometheus-timeout")
	for _, name := range rarely {
		_ = fs.MarkHidden(name) // it fails only for a flag that is not there
	}
}

// Validate refuses several kinds of evidence, and what each refuses.
func (f *EvidenceFlags) Validate(in *Flags) error {
	var given []string
	for _, kind := range []struct {
		flag  string
		given bool
	}{{"--traffic", f.file != ""}, {"--access-log", len(f.logs.Files) > 0}, {"--prometheus", f.prometheus.URL != ""}} {
		if kind.given {
			given = append(given, kind.flag)
		}
	}
	if len(given) > 1 {
		return console.Usage("mtlsctl traffic record stores what Prometheus or access logs show", "%s are %d kinds of evidence: give one", strings.Join(given, " and "), len(given))
	}
	return console.FirstError(f.logs.Validate(in.Files), f.prometheus.Validate())
}

// Given reports whether any evidence was named.
func (f *EvidenceFlags) Given() bool {
	return f.file != "" || len(f.logs.Files) > 0 || f.prometheus.URL != ""
}

// Logs are the access logs that were named.
func (f *EvidenceFlags) Logs() []string { return f.logs.Files }

// ReadRecord is Read for who reads the access logs otherwise: it reads the other kinds only.
func (f *EvidenceFlags) ReadRecord(ctx context.Context, s console.Streams) (*evidence.Traffic, error) {
	if len(f.logs.Files) > 0 {
		return nil, nil
	}
	return f.Read(ctx, s)
}

// Evidence reads what was seen and names it as the mesh does, nil where nobody asked.
func (f *EvidenceFlags) Evidence(t *evidence.Traffic, l *Loaded) *evidence.Evidence {
	if t == nil {
		return nil
	}
	return evidence.New(t, l.Mesh)
}

// Read reads what was seen, nil where nobody asked.
func (f *EvidenceFlags) Read(ctx context.Context, s console.Streams) (t *evidence.Traffic, err error) {
	switch {
	case f.file != "":
		if t, err = traffic.ReadFile(f.file); err != nil {
			return nil, &console.Failure{Code: console.ExitInput, Message: err.Error(), Hints: []string{"mtlsctl traffic record --output-file FILE writes such a record, .json or .csv"}}
		}
	case len(f.logs.Files) > 0:
		t, err = f.logs.Read(ctx, s)
	case f.prometheus.URL != "":
		t, err = f.prometheus.Record(ctx, s.Now())
	}
	if err != nil {
		return nil, console.InputError(err)
	}
	return t, nil
}

// SayEvidence says what the evidence is of, and what is missing in it: then the answer
// is not whole.
func SayEvidence(s console.Streams, e *evidence.Evidence) error {
	if e == nil {
		return nil
	}
	t := e.Traffic()
	for _, m := range t.Missing {
		console.Say(s, "traffic data is missing: %s", m)
	}
	SayReporters(s, t)
	const minute = "2006-01-02 15:04"
	console.Note(s, "evidence: %s of %s, %s to %s", console.Plural(len(t.Edges), "edge"), t.Source, t.From.UTC().Format(minute), t.To.UTC().Format(minute+"Z"))
	if e.Complete() {
		return nil
	}
	return console.ErrIncomplete
}
