package analyze

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Finding is one thing that a check found.
type Finding struct {
	Code     string
	Name     string
	Severity Severity
	// Environments are those in which it holds, nil where the input has none, or one.
	Environments []string
	// Object is what the finding is about; Field the part of it that is wrong, ""
	// for all of it.
	Object resolve.Ref
	// Cluster is the object's, "" where only one cluster was read.
	Cluster string
	Field   resolve.Field
	// Origin is the object's; Position says where the field is written.
	Origin resolve.Origin
	// Message is one sentence without a full stop.
	Message string
	// Fix says what to do: a command, a field to change.
	Fix string
	// Repair is the Fix as changes of YAML, nil where none is known that is right for
	// whoever reads it.
	Repair []Edit
	// Confidence is lower where the input is incomplete.
	Confidence Confidence
	// Assumes are the namespaces that the finding takes for injecting sidecars because
	// nothing in the input says whether they do; the message names them too.
	Assumes []string
	// Mild marks a finding one grade below the check's: true, and nothing that people
	// are known to use suffers from it now.
	Mild bool
	// Affected are the calls, ports and objects that suffer from it, as far as the finding
	// counts them; sorted, each once.
	Affected []Affected
	// Fresh are those of Affected that a baseline which knows the finding does not know.
	Fresh []Affected
	// Known is true for a finding that the base of a change has too: it does not count.
	Known bool
	// Controls are the check's.
	Controls []Control
	// Involved are the other objects that the sentence speaks of.
	Involved []resolve.Ref
	// Cause is what the finding shares with others of its check: see Report.Groups.
	Cause Cause
	// Subject tells two findings about the same field apart, such as a port;
	// part of the fingerprint, never shown.
	Subject string
}

// Position is where the culprit is written.
func (f *Finding) Position() resolve.Position { return f.Origin.At(f.Field) }

// Namespace is where the finding belongs: the object's namespace, or the namespace
// that the object is.
func (f *Finding) Namespace() string {
	if f.Object.Kind == resolve.KindNamespace {
		return f.Object.Name
	}
	return f.Object.Namespace
}

// Fingerprint names the finding across runs: it survives moved lines, renamed
// files and reworded messages, and changes with the object or the field.
func (f *Finding) Fingerprint() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{
		f.Code, string(f.Object.Kind), f.Object.Namespace, f.Object.Name, string(f.Field), f.Subject + f.Cluster,
	}, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// compare orders by namespace, severity (worst first), object, code, field.
func (f Finding) compare(o Finding) int {
	return cmp.Or(
		cmp.Compare(f.Namespace(), o.Namespace()), cmp.Compare(o.Severity, f.Severity),
		f.Object.Compare(o.Object), cmp.Compare(f.Code, o.Code), cmp.Compare(f.Field, o.Field),
		cmp.Compare(f.Subject, o.Subject), cmp.Compare(f.Cluster, o.Cluster), cmp.Compare(f.Message, o.Message),
	)
}

func sortFindings(fs []Finding) { slices.SortFunc(fs, Finding.compare) }
